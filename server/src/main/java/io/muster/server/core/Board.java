package io.muster.server.core;

import io.muster.api.name.InstanceName;
import io.muster.api.state.WorkloadState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * The execution states as everybody is told them, by agent (under the empty name those of none).
 * Persistent: a changed copy costs what changed.
 */
record Board(PSortedMap<String, PSortedMap<InstanceName, WorkloadState>> byAgent) {
    static final Board EMPTY = new Board(TreePMap.empty());

    Optional<WorkloadState> find(InstanceName instance) {
        return Optional.ofNullable(of(instance.agent()).get(instance));
    }

    /** Returns the states of one agent, by instance. */
    PSortedMap<InstanceName, WorkloadState> of(String agent) {
        var found = byAgent.get(agent);
        return found == null ? TreePMap.empty() : found;
    }

    Board with(WorkloadState state) {
        var agent = state.instance().agent();
        return new Board(byAgent.plus(agent, of(agent).plus(state.instance(), state)));
    }

    Board without(InstanceName instance) {
        var rest = of(instance.agent()).minus(instance);
        return new Board(
                rest.isEmpty()
                        ? byAgent.minus(instance.agent())
                        : byAgent.plus(instance.agent(), rest));
    }

    /** Returns all states, by instance. */
    List<WorkloadState> all() {
        var all = new ArrayList<WorkloadState>();
        byAgent.values().forEach(states -> all.addAll(states.values()));
        return all;
    }
}
