package io.muster.api.link;

import io.muster.api.name.StateVersion;
import io.muster.api.state.WorkloadState;
import java.util.List;
import java.util.Optional;

/**
 * How an agent's workloads are: a snapshot, and the transitions since the last report.
 *
 * @param instance of the agent process
 * @param nonce of the connection
 * @param sequence counts the reports of this agent process, from 1
 * @param observed the desired state that was worked from
 * @param states all workloads of the agent, sorted by instance name
 * @param overflow transitions were dropped for want of room
 * @param trouble what keeps the agent as a whole from its work, with a remedy; empty if nothing
 */
public record Report(
        String instance,
        String nonce,
        long sequence,
        Optional<StateVersion> observed,
        List<WorkloadState> states,
        List<Transition> transitions,
        boolean overflow,
        String trouble) {
    /** Copies the lists. */
    public Report {
        states = List.copyOf(states);
        transitions = List.copyOf(transitions);
    }
}
