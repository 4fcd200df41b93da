package io.muster.api.state;

import java.util.Optional;

/** Where an instance of a workload stands: a state and its sub-state, spelled as users see them. */
public enum Phase {
    /** The server has lost the agent. */
    AGENT_DISCONNECTED("AgentDisconnected", "AgentDisconnected"),
    /** Accepted by the server; the agent has not reported yet. */
    PENDING_INITIAL("Pending", "Initial"),
    /** A dependency is not fulfilled yet. */
    PENDING_WAITING_TO_START("Pending", "WaitingToStart"),
    /** The runtime is creating it, or creating it is tried again. */
    PENDING_STARTING("Pending", "Starting"),
    /** It cannot be started as it is described; the additional info says why and what to do. */
    PENDING_STARTING_FAILED("Pending", "StartingFailed"),
    /** The runtime says it runs. */
    RUNNING_OK("Running", "Ok"),
    /** The runtime says it is ending. */
    STOPPING("Stopping", "Stopping"),
    /** A workload that depends on it still needs it. */
    STOPPING_WAITING_TO_STOP("Stopping", "WaitingToStop"),
    /** The runtime was asked to stop it. */
    STOPPING_REQUESTED_AT_RUNTIME("Stopping", "RequestedAtRuntime"),
    /** The runtime could not stop or delete it. */
    STOPPING_DELETE_FAILED("Stopping", "DeleteFailed"),
    /** It ended with exit code 0. */
    SUCCEEDED_OK("Succeeded", "Ok"),
    /** It ended with another exit code. */
    FAILED_EXEC_FAILED("Failed", "ExecFailed"),
    /** The runtime reports a state that has no meaning here, or none. */
    FAILED_UNKNOWN("Failed", "Unknown"),
    /** It is not there any more, and nobody asked for that. */
    FAILED_LOST("Failed", "Lost"),
    /** It has no agent. */
    NOT_SCHEDULED("NotScheduled", "NotScheduled"),
    /** It is gone. Never in a listing, only in transitions and events. */
    REMOVED("Removed", "Removed");

    private final String state;
    private final String subState;

    Phase(String state, String subState) {
        this.state = state;
        this.subState = subState;
    }

    /** Returns the state, such as {@code Pending}. */
    public String state() {
        return state;
    }

    /** Returns the sub-state, such as {@code Starting}; the state again where there is only one. */
    public String subState() {
        return subState;
    }

    /** Finds the phase with this spelling. */
    public static Optional<Phase> of(String state, String subState) {
        for (var phase : values()) {
            if (phase.state.equals(state) && phase.subState.equals(subState)) {
                return Optional.of(phase);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the spelling of tables: {@code Running(Ok)}, or {@code Removed} where the sub-state
     * says the same.
     */
    @Override
    public String toString() {
        return state.equals(subState) ? state : state + "(" + subState + ")";
    }
}
