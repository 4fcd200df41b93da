package io.muster.server.core;

import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.state.Phase;
import io.muster.api.state.Workload;
import io.muster.api.validation.RenderedWorkload;
import java.util.Optional;

/**
 * What runs and is wished no more, for those who plan: if it is wished again before it is stopped,
 * it goes on as if nothing had been.
 */
record Remains(Board board, History history) {
    static final Remains NONE = new Remains(Board.EMPTY, History.NONE);

    static Remains of(ServerState state) {
        return new Remains(state.board(), state.ledger().history());
    }

    /**
     * Returns the revision of an instance that waits to stop and is just what is wished; empty if
     * there is none, or the history does not go back to it.
     */
    Optional<Revision> untouched(WorkloadName name, Workload effective) {
        return board.find(InstanceName.of(name, effective.runtimeConfig(), effective.agent()))
                .filter(each -> each.phase() == Phase.STOPPING_WAITING_TO_STOP)
                .map(each -> each.changedAt())
                .filter(each ->
                        at(name, each)
                                .filter(was -> !Restart.isNeeded(was, effective))
                                .isPresent());
    }

    /** Says whether there may be something that others run on. */
    boolean has(WorkloadName name) {
        return !board.named(name).isEmpty();
    }

    /**
     * Says whether something is there that an update has not replaced yet. What an agent has left
     * that is away is not waited for.
     */
    boolean delays(WorkloadName name, Placed wished) {
        return board.named(name).stream()
                .filter(each -> each.phase() != Phase.AGENT_DISCONNECTED)
                .anyMatch(each ->
                        !each.instance().equals(wished.instance())
                                || !each.changedAt().equals(wished.changedAt()));
    }

    private Optional<Workload> at(WorkloadName name, Revision revision) {
        return history.at(revision)
                .flatMap(past ->
                        Optional.ofNullable(past.state().workloads().get(name))
                                .map(written ->
                                        RenderedWorkload.of(name, written, past.state().configs())))
                .flatMap(outcome ->
                        outcome instanceof Outcome.Accepted<Workload>(var rendered)
                                ? Optional.of(rendered.withAgent(AgentAssignment.agentOf(rendered)))
                                : Optional.empty());
    }
}
