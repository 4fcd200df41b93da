package io.muster.agent.reconcile;

import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.Dependents;
import io.muster.api.link.DesiredState;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.OnUpdate;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which workloads are needed by others for as long as those run.
 *
 * @param own of each that is needed, who of this agent needs it, and what an update means to them
 * @param told of each, what the server says of others
 * @param needs of each of this agent, what it needs, wished or not
 * @param dependents of each, who of this agent depends on it in any way
 */
record Ties(
        SortedMap<WorkloadName, SortedMap<WorkloadName, OnUpdate>> own,
        SortedMap<WorkloadName, Dependents> told,
        SortedMap<WorkloadName, SortedSet<WorkloadName>> needs,
        SortedMap<WorkloadName, SortedSet<WorkloadName>> dependents) {
    static final Ties NONE =
            new Ties(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

    static Ties of(DesiredState desired) {
        var ties = new Ties(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        for (var each : desired.workloads()) {
            ties.add(each);
        }
        for (var each : desired.dependents()) {
            ties.told.put(each.workload(), each);
            each.leaving().forEach(dependent -> ties.needs(dependent, each.workload()));
        }
        return ties;
    }

    private void add(AssignedWorkload assigned) {
        var dependent = assigned.instance().workload();
        assigned.workload()
                .dependencies()
                .forEach((on, dependency) -> {
                    dependents.computeIfAbsent(on, _ -> new TreeSet<>()).add(dependent);
                    if (dependency.lasts()) {
                        own.computeIfAbsent(on, _ -> new TreeMap<>())
                                .put(dependent, dependency.onUpdate());
                        needs(dependent, on);
                    }
                });
    }

    private void needs(WorkloadName dependent, WorkloadName on) {
        needs.computeIfAbsent(dependent, _ -> new TreeSet<>()).add(on);
    }

    /** Returns who of this agent needs it, and what an update means to them. */
    Map<WorkloadName, OnUpdate> ownOf(WorkloadName needed) {
        return own.getOrDefault(needed, new TreeMap<>());
    }

    /** Returns what the server says of who needs it. */
    Optional<Dependents> toldOf(WorkloadName needed) {
        return Optional.ofNullable(told.get(needed));
    }

    /** Says whether only facts tell who needs some of it. */
    boolean areForeign() {
        return told.values().stream().anyMatch(Dependents::foreign);
    }

    /** Returns who of this agent depends on it, be it for its start only. */
    SortedSet<WorkloadName> dependentsOn(WorkloadName name) {
        return dependents.getOrDefault(name, new TreeSet<>());
    }

    /** Returns what a workload needs. */
    SortedSet<WorkloadName> neededBy(WorkloadName dependent) {
        return needs.getOrDefault(dependent, new TreeSet<>());
    }
}
