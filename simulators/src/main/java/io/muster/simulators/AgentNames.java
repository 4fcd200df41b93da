package io.muster.simulators;

import io.muster.api.name.AgentName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Which agents a rehearsal has: those that workloads name, sorted, and then agent_A, agent_B and so
 * on until there are as many as wanted; at least one.
 */
final class AgentNames {
    private static final int LETTERS = 26;

    private AgentNames() {}

    static List<AgentName> of(Collection<String> named, int wanted) {
        var names = new ArrayList<>(new TreeSet<>(named));
        for (int i = 0; names.size() < Math.max(1, wanted); i++) {
            var name = i < LETTERS ? "agent_" + (char) ('A' + i) : "agent_" + (i + 1);
            if (!named.contains(name)) {
                names.add(name);
            }
        }
        return names.stream().map(AgentName::new).toList();
    }
}
