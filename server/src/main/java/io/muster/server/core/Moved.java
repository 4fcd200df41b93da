package io.muster.server.core;

import io.muster.api.name.InstanceName;
import io.muster.api.name.Names;
import io.muster.api.name.WorkloadName;
import io.muster.api.store.Head;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Workloads that were wished of other agents before a start of the server, as far as the history
 * goes back: they may still run there, which only those agents know. What was needed there is not
 * to be stopped because the server does not know of it yet.
 *
 * @param from each agent, the last instance that it had of each
 */
record Moved(SortedMap<String, SortedMap<WorkloadName, InstanceName>> from) {
    static final Moved NONE = new Moved(Collections.emptySortedMap());

    /** Reads them from what a store knows of the past. */
    static Moved of(Head head) {
        var from = new TreeMap<String, SortedMap<WorkloadName, InstanceName>>();
        for (var update : head.past()) { // the later instance counts
            update.workloads()
                    .forEach((name, before) -> {
                        var now = head.workloads().get(name);
                        if (now != null && before.isPresent()) {
                            var agent = before.get().agent();
                            if (Names.isName(agent) && !agent.equals(now.workload().agent())) {
                                from.computeIfAbsent(agent, _ -> new TreeMap<>())
                                        .put(
                                                name,
                                                InstanceName.of(
                                                        name, before.get().runtimeConfig(), agent));
                            }
                        }
                    });
        }
        return new Moved(Collections.unmodifiableSortedMap(from));
    }

    /** Returns what an agent may still have. */
    SortedMap<WorkloadName, InstanceName> from(String agent) {
        return from.getOrDefault(agent, Collections.emptySortedMap());
    }
}
