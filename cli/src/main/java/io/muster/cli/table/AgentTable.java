package io.muster.cli.table;

import io.muster.api.name.AgentName;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.WorkloadState;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** The table of agents that are connected or drained, sorted by name. */
public final class AgentTable {
    private static final List<String> HEADERS =
            List.of("NAME", "STATE", "WORKLOADS", "CPU USAGE", "FREE MEMORY", "TAGS");

    private AgentTable() {}

    /** Makes the table. */
    public static Table of(
            SortedMap<AgentName, AgentAttributes> agents, List<WorkloadState> states) {
        var counts = counts(states);
        var rows = new ArrayList<List<String>>();
        agents.forEach((name, attributes) -> {
            var status = attributes.status();
            rows.add(
                    List.of(
                            name.value(),
                            state(attributes),
                            String.valueOf(counts.getOrDefault(name.value(), 0)),
                            status.map(each -> each.cpuPercent() + "%").orElse(""),
                            status.map(each -> each.freeMemoryBytes() + "B").orElse(""),
                            attributes.tags().entrySet().stream()
                                    .map(tag -> tag.getKey() + "=" + tag.getValue())
                                    .collect(Collectors.joining(", "))));
        });
        return new Table(HEADERS, rows);
    }

    private static String state(AgentAttributes attributes) {
        return !attributes.drained()
                ? "connected"
                : attributes.away() ? "drained, away" : "drained";
    }

    /** Makes the same for programs: by name, as in the state, with the number of workloads. */
    public static Node.Entries tree(
            SortedMap<AgentName, AgentAttributes> agents, List<WorkloadState> states) {
        var counts = counts(states);
        var tree = new LinkedHashMap<String, Node>();
        StateTree.ofAgents(agents)
                .entries()
                .forEach((name, attributes) -> {
                    var entries = new LinkedHashMap<String, Node>();
                    entries.put("workloads", new Node.Whole(counts.getOrDefault(name, 0)));
                    if (attributes instanceof Node.Entries(var known)) {
                        entries.putAll(known);
                    }
                    tree.put(name, new Node.Entries(entries));
                });
        return new Node.Entries(Map.of("agents", new Node.Entries(tree)));
    }

    private static Map<String, Integer> counts(List<WorkloadState> states) {
        var counts = new HashMap<String, Integer>();
        for (var each : states) {
            counts.merge(each.instance().agent(), 1, Integer::sum);
        }
        return counts;
    }
}
