package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.state.WorkloadState;
import java.util.Set;

/** Lets the store remember which agents were ever here, once for each. */
final class AcquaintanceLogic {
    private AcquaintanceLogic() {}

    /** This agent is here. */
    static void met(Turn turn, AgentName agent) {
        if (!turn.ledger().met().includes(agent)) {
            remember(turn, turn.ledger().met().with(agent));
            CommitLogic.advance(turn);
        }
    }

    /**
     * Says whether something may run at an agent that is away and told this life of the server
     * nothing: it was meant for that agent before, when that one was here.
     */
    static boolean mayRun(Turn turn, WorkloadState state) {
        return state.changedAt().compareTo(turn.state().opened()) <= 0
                && turn.ledger().met().includes(new AgentName(state.instance().agent()));
    }

    /** The store has forgotten this agent. */
    static void forget(Turn turn, AgentName agent) {
        remember(turn, turn.ledger().met().without(agent));
    }

    /** The store is idle. */
    static void begin(Turn turn) {
        turn.emit(new Effect.Remember(Set.copyOf(turn.ledger().met().fresh())));
        remember(turn, turn.ledger().met().given());
    }

    /** The store remembers these. */
    static void remembered(Turn turn, Set<AgentName> agents) {
        remember(turn, turn.ledger().met().written(agents));
        CommitLogic.advance(turn);
    }

    /** The store does not. */
    static void notRemembered(Turn turn, String why) {
        turn.note(new Note.AgentsNotRemembered(turn.ledger().met().fresh(), why));
        remember(turn, turn.ledger().met().forgotten());
        CommitLogic.advance(turn);
    }

    private static void remember(Turn turn, Acquaintances met) {
        turn.state(turn.state().with(turn.ledger().met(met)));
    }
}
