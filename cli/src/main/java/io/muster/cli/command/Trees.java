package io.muster.cli.command;

import io.muster.api.name.WorkloadName;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import io.muster.cli.table.WorkloadTable.Placement;
import io.muster.cli.wait.Situation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Reads what views need out of the trees that the server tells. */
final class Trees {
    private Trees() {}

    /** The names of the configs. */
    static SortedSet<String> configs(Node.Entries complete) {
        return new TreeSet<>(below(below(complete, "desiredState"), "configs").entries().keySet());
    }

    static Situation situation(Node.Entries complete) {
        var desired = new HashSet<WorkloadName>();
        for (var name : below(below(complete, "desiredState"), "workloads").entries().keySet()) {
            desired.add(new WorkloadName(name));
        }
        var agents = new HashSet<String>();
        var drained = new HashSet<String>();
        StateTree.agents(complete)
                .forEach((name, attributes) -> {
                    if (!attributes.away()) {
                        agents.add(name.value());
                    }
                    if (attributes.drained()) {
                        drained.add(name.value());
                    }
                });
        return new Situation(agents, drained, StateTree.workloadStates(complete), desired);
    }

    /** The runtimes of effective workloads, by workload and agent. */
    static Map<Placement, String> runtimes(Node.Entries complete) {
        var runtimes = new HashMap<Placement, String>();
        below(below(complete, "effectiveState"), "workloads")
                .entries()
                .forEach((name, workload) ->
                        text(workload, "runtime")
                                .ifPresent(runtime ->
                                        runtimes.put(
                                                new Placement(
                                                        name, text(workload, "agent").orElse("")),
                                                runtime)));
        return runtimes;
    }

    /** The runtimes of desired workloads. */
    static Map<WorkloadName, String> desiredRuntimes(Node.Entries complete) {
        var runtimes = new HashMap<WorkloadName, String>();
        below(below(complete, "desiredState"), "workloads")
                .entries()
                .forEach((name, workload) ->
                        text(workload, "runtime")
                                .ifPresent(
                                        runtime -> runtimes.put(new WorkloadName(name), runtime)));
        return runtimes;
    }

    /** The names of the desired workloads. */
    static Set<String> workloads(Node.Entries complete) {
        return below(below(complete, "desiredState"), "workloads").entries().keySet();
    }

    private static Node.Entries below(Node.Entries tree, String key) {
        return tree.entries().get(key) instanceof Node.Entries entries
                ? entries
                : Node.Entries.NONE;
    }

    private static Optional<String> text(Node node, String key) {
        return node instanceof Node.Entries(var entries)
                        && entries.get(key) instanceof Node.Text(var value)
                ? Optional.of(value)
                : Optional.empty();
    }
}
