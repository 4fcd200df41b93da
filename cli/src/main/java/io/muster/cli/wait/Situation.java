package io.muster.cli.wait;

import io.muster.api.name.WorkloadName;
import io.muster.api.state.WorkloadState;
import java.util.List;
import java.util.Set;

/**
 * What the server says of the cluster, as far as it concerns those who wait.
 *
 * @param agents the connected ones
 * @param states of the instances that there are
 * @param desired the workloads that are still wished for
 */
public record Situation(Set<String> agents, List<WorkloadState> states, Set<WorkloadName> desired) {
    /** Copies the collections. */
    public Situation {
        agents = Set.copyOf(agents);
        states = List.copyOf(states);
        desired = Set.copyOf(desired);
    }

    boolean hasAgent(String name) {
        return name.isEmpty() || agents.contains(name);
    }
}
