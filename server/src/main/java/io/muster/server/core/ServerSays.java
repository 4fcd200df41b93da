package io.muster.server.core;

import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;

/** The execution states that the server gives out on its own, where no agent has spoken. */
final class ServerSays {
    private ServerSays() {}

    /** What holds of a workload until its agent reports it. */
    static WorkloadState atFirst(Placed placed) {
        return atFirst(placed, "");
    }

    /**
     * The same, with what keeps the agent from its work.
     *
     * @param trouble empty if nothing
     */
    static WorkloadState atFirst(Placed placed, String trouble) {
        var state =
                !placed.obstacle().isEmpty()
                        ? new ExecutionState(Phase.PENDING_STARTING_FAILED, placed.obstacle())
                        : placed.agent().isEmpty()
                                ? ExecutionState.of(Phase.NOT_SCHEDULED)
                                : new ExecutionState(Phase.PENDING_INITIAL, trouble);
        return new WorkloadState(placed.instance(), placed.changedAt(), state);
    }

    /** What keeps a workload from starting whose agent is not connected. */
    static String absence(String agent) {
        return "No agent \"%s\" is connected. Start it, or name another agent.".formatted(agent);
    }

    /** What holds of a workload whose agent is gone. */
    static WorkloadState disconnected(WorkloadState before) {
        return new WorkloadState(
                before.instance(), before.changedAt(), ExecutionState.of(Phase.AGENT_DISCONNECTED));
    }

    /** What is told when an instance is gone. */
    static WorkloadState removed(WorkloadState before) {
        return new WorkloadState(
                before.instance(), before.changedAt(), ExecutionState.of(Phase.REMOVED));
    }

    /** Says whether the server, and not the agent, said this. */
    static boolean said(WorkloadState state) {
        return switch (state.phase()) {
            case PENDING_INITIAL, AGENT_DISCONNECTED, NOT_SCHEDULED -> true;
            default -> false;
        };
    }
}
