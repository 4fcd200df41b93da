package io.muster.cli.wait;

import io.muster.api.name.WorkloadName;
import io.muster.api.state.WorkloadState;
import java.util.List;
import java.util.Set;

/**
 * What the server says of the cluster, as far as it concerns those who wait.
 *
 * @param agents the connected ones
 * @param drained those on which nothing is to run, connected or not
 * @param states of the instances that there are
 * @param desired the workloads that are still wished for
 */
public record Situation(
        Set<String> agents,
        Set<String> drained,
        List<WorkloadState> states,
        Set<WorkloadName> desired) {
    /** Copies the collections. */
    public Situation {
        agents = Set.copyOf(agents);
        drained = Set.copyOf(drained);
        states = List.copyOf(states);
        desired = Set.copyOf(desired);
    }

    /** One without drained agents. */
    public Situation(Set<String> agents, List<WorkloadState> states, Set<WorkloadName> desired) {
        this(agents, Set.of(), states, desired);
    }

    boolean isDrained(String agent) {
        return drained.contains(agent);
    }

    boolean hasAgent(String name) {
        return name.isEmpty() || agents.contains(name);
    }
}
