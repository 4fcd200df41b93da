package io.muster.cli.command;

import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Nearest;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import io.muster.cli.table.Table;
import io.muster.cli.table.WorkloadTable;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which workloads to show.
 *
 * @param names empty for all
 * @param agent empty for all
 * @param phases empty for all
 */
record WorkloadFilter(Set<WorkloadName> names, Optional<String> agent, Set<Phase> phases) {
    static WorkloadFilter of(
            Call call, List<String> names, Optional<String> agent, Optional<String> state) {
        var wanted = new LinkedHashSet<WorkloadName>();
        for (var name : names) {
            wanted.add(Arguments.workload(call, name));
        }
        if (agent.isPresent()) {
            Arguments.agent(call, agent.get());
        }
        return new WorkloadFilter(
                wanted, agent, state.isEmpty() ? Set.of() : phases(call, state.get()));
    }

    /** Reads {@code Running(Ok)}, or {@code Running} for all of them, whatever the case. */
    private static Set<Phase> phases(Call call, String text) {
        var phases = new LinkedHashSet<Phase>();
        var known = new LinkedHashSet<String>();
        for (var phase : Phase.values()) {
            if (phase == Phase.REMOVED) {
                continue; // never in a listing
            }
            known.add(phase.state());
            known.add(phase.toString());
            if (phase.toString().equalsIgnoreCase(text) || phase.state().equalsIgnoreCase(text)) {
                phases.add(phase);
            }
        }
        if (phases.isEmpty()) {
            throw call.misuse(
                    "\"%s\" is no execution state; %s"
                            .formatted(
                                    text,
                                    Nearest.to(text, known)
                                            .map(near -> "did you mean \"" + near + "\"?")
                                            .orElse("there are: " + String.join(", ", known))));
        }
        return phases;
    }

    boolean shows(WorkloadState state) {
        var instance = state.instance();
        return (names.isEmpty() || names.contains(instance.workload()))
                && (agent.isEmpty() || agent.get().equals(instance.agent()))
                && (phases.isEmpty() || phases.contains(state.phase()));
    }

    /** The states that are shown. */
    List<WorkloadState> states(Node.Entries complete) {
        return StateTree.workloadStates(complete).stream().filter(this::shows).toList();
    }

    /** The table of those. */
    Table table(Node.Entries complete) {
        return WorkloadTable.of(states(complete), Trees.runtimes(complete));
    }

    /** The names of which there is no workload at all. */
    List<WorkloadName> unknown(Node.Entries complete) {
        var there = new HashSet<WorkloadName>();
        StateTree.workloadStates(complete).forEach(each -> there.add(each.instance().workload()));
        return agent.isPresent()
                ? List.of()
                : names.stream().filter(name -> !there.contains(name)).toList();
    }
}
