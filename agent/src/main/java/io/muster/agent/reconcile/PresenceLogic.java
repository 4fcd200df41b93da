package io.muster.agent.reconcile;

import io.muster.api.link.Command;
import io.muster.api.link.Facts;
import io.muster.api.link.ServerPresence;

/** Decides when the agent connects, and when it announces itself to whom. */
final class PresenceLogic {
    private PresenceLogic() {}

    /** So that the first that the server is told is how things are, and not "nothing yet". */
    static void connectWhenListed(Turn turn) {
        if (turn.state().listings().values().stream().noneMatch(Listing.Asked.class::isInstance)) {
            connect(turn);
        }
    }

    static void connect(Turn turn) {
        var state = turn.state();
        if (!state.presence().begun()) {
            turn.state(state.with(state.presence().begin()));
            turn.emit(new AgentEffect.Connect());
            if (state.waiting()) {
                turn.wake(new AgentTimer.GraceOver(), turn.timing().grace());
            }
        }
    }

    static void connected(Turn turn, String nonce) {
        var state = turn.state();
        turn.state(
                state.with(state.presence().connected(nonce)).with(state.reporter().reconnected()));
        announce(turn);
        turn.wake(new AgentTimer.Heartbeat(), turn.timing().heartbeat());
        turn.wake(new AgentTimer.FactsOverdue(), turn.timing().factsWithin());
        NameLogic.expectSilence(turn);
        AssemblyLogic.place(turn);
    }

    static void disconnected(Turn turn, boolean thrownOut) {
        var state = turn.state();
        turn.state(
                state.with(state.presence().disconnected(thrownOut))
                        .with(state.reporter().reconnected())
                        .waiting(false)); // there is nobody to wait for
        AssemblyLogic.place(turn);
    }

    static void serverSeen(Turn turn, ServerPresence seen) {
        var presence = turn.state().presence();
        if (presence.isNew(seen) && presence.nonce().isPresent()) {
            turn.wakeWithin(new AgentTimer.Announce(), turn.timing().announceWithin());
        }
        turn.state(turn.state().with(presence.saw(seen)));
        NameLogic.expectSilence(turn);
        AssemblyLogic.place(turn);
    }

    static void told(Turn turn, Facts facts) {
        turn.state(turn.state().with(turn.state().presence().told(facts)));
        AssemblyLogic.place(turn);
    }

    static void factsOverdue(Turn turn) {
        turn.state(turn.state().with(turn.state().presence().lostPatience()));
        AssemblyLogic.place(turn);
    }

    /**
     * A server that had nothing to tell so far has something now, and its time to do so: the wish
     * for which its word counts may come before that.
     */
    static void expectFacts(Turn turn) {
        var presence = turn.state().presence();
        if (presence.nonce().isPresent() && presence.facts().isEmpty()) {
            turn.state(turn.state().with(presence.patient()));
            turn.wake(new AgentTimer.FactsOverdue(), turn.timing().factsWithin());
        }
    }

    static void announce(Turn turn) {
        var state = turn.state();
        state.presence()
                .nonce()
                .ifPresent(nonce -> turn.emit(new AgentEffect.Announce(state.announcement(nonce))));
    }

    static void beat(Turn turn) {
        if (turn.state().presence().nonce().isPresent()) {
            announce(turn);
            turn.wake(new AgentTimer.Heartbeat(), turn.timing().heartbeat());
        }
    }

    static void command(Turn turn, Command command) {
        switch (command) {
            case Command.ReportAgain _ ->
                    turn.state(turn.state().with(turn.state().reporter().withNews()));
            case Command.AnnounceAgain _ -> announce(turn);
            case Command.NameRefused refusal -> NameLogic.refused(turn, refusal);
            case Command.NameGranted grant -> NameLogic.granted(turn, grant);
            case Command.StartLogs _,
                    Command.StartPulls _,
                    Command.EndLogs _ -> {} // concern no decision
        }
    }
}
