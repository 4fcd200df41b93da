package io.muster.api.state;

import io.muster.api.name.AgentName;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything there is to know about a cluster.
 *
 * @param desiredState as users wrote it
 * @param workloadStates sorted by instance name
 * @param agents the connected ones
 * @param effectiveState as the agents get it
 */
public record CompleteState(
        State desiredState,
        List<WorkloadState> workloadStates,
        SortedMap<AgentName, AgentAttributes> agents,
        State effectiveState) {
    /** Copies the collections. */
    public CompleteState {
        workloadStates = List.copyOf(workloadStates);
        agents = Collections.unmodifiableSortedMap(new TreeMap<>(agents));
    }
}
