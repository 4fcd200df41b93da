package io.muster.server.core;

import io.muster.api.state.Drained;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

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

    /**
     * What keeps a workload from starting.
     *
     * @param connected whether its agent is
     * @return empty if nothing does
     */
    static String obstacle(Wish wish, String agent, boolean connected) {
        return wish.isDrained(agent)
                ? Drained.why(agent)
                : agent.isEmpty() || connected ? "" : absence(agent);
    }

    /** What holds of a workload whose agent was never here. */
    static WorkloadState waiting(Wish wish, WorkloadState before) {
        return now(
                before,
                new ExecutionState(Phase.PENDING_INITIAL, obstacle(wish, agentOf(before), false)));
    }

    /**
     * What holds of a workload whose agent is gone.
     *
     * @param why for people, such as "its connection ended"
     * @param since for people
     */
    static WorkloadState disconnected(WorkloadState before, String why, Instant since) {
        return away(
                before,
                "Agent \"%s\" is gone since %s: %s."
                        .formatted(agentOf(before), since.truncatedTo(ChronoUnit.SECONDS), why));
    }

    /** What holds of a workload whose agent was here before the server was started anew. */
    static WorkloadState notBack(WorkloadState before) {
        return away(
                before,
                "Agent \"%s\" has not come back since the server was started."
                        .formatted(agentOf(before)));
    }

    private static WorkloadState away(WorkloadState before, String why) {
        return now(
                before,
                new ExecutionState(
                        Phase.AGENT_DISCONNECTED,
                        why + " The workload may run on; look at the agent and its node."));
    }

    private static WorkloadState now(WorkloadState before, ExecutionState now) {
        return new WorkloadState(before.instance(), before.changedAt(), now);
    }

    private static String agentOf(WorkloadState state) {
        return state.instance().agent();
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
