package io.muster.server.core;

import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.WorkloadState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.PSortedMap;
import org.pcollections.PSortedSet;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * The execution states as everybody is told them, by agent (under the empty name those of none).
 * Persistent: a changed copy costs what changed.
 *
 * @param byName the instances of each workload
 */
record Board(
        PSortedMap<String, PSortedMap<InstanceName, WorkloadState>> byAgent,
        PMap<WorkloadName, PSortedSet<InstanceName>> byName) {
    static final Board EMPTY = new Board(TreePMap.empty(), HashTreePMap.empty());

    Optional<WorkloadState> find(InstanceName instance) {
        return Optional.ofNullable(of(instance.agent()).get(instance));
    }

    /** Returns the states of one agent, by instance. */
    PSortedMap<InstanceName, WorkloadState> of(String agent) {
        var found = byAgent.get(agent);
        return found == null ? TreePMap.empty() : found;
    }

    /** Returns the states of all instances of a workload, on whatever agent. */
    List<WorkloadState> named(WorkloadName name) {
        return instances(name).stream().flatMap(each -> find(each).stream()).toList();
    }

    private PSortedSet<InstanceName> instances(WorkloadName name) {
        var found = byName.get(name);
        return found == null ? TreePSet.empty() : found;
    }

    Board with(WorkloadState state) {
        var agent = state.instance().agent();
        var name = state.instance().workload();
        var known = instances(name);
        return new Board(
                byAgent.plus(agent, of(agent).plus(state.instance(), state)),
                known.contains(state.instance())
                        ? byName
                        : byName.plus(name, known.plus(state.instance())));
    }

    Board without(InstanceName instance) {
        var rest = of(instance.agent()).minus(instance);
        var name = instance.workload();
        var others = instances(name).minus(instance);
        return new Board(
                rest.isEmpty()
                        ? byAgent.minus(instance.agent())
                        : byAgent.plus(instance.agent(), rest),
                others.isEmpty() ? byName.minus(name) : byName.plus(name, others));
    }

    /** Returns all states, by instance. */
    List<WorkloadState> all() {
        var all = new ArrayList<WorkloadState>();
        byAgent.values().forEach(states -> all.addAll(states.values()));
        return all;
    }
}
