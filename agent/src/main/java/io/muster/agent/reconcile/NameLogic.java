package io.muster.agent.reconcile;

import io.muster.api.link.Command;
import java.util.Optional;

/**
 * Decides what an agent does about its name, which another node's agent may have been given too.
 *
 * <p>The server is the judge. Without one, an agent that has nothing of its own to obey takes a
 * wish that names another node only when that one has not shown itself for long: every session that
 * begins with the name ends the other one's, so whoever is about is noticed.
 */
final class NameLogic {
    private NameLogic() {}

    /** The server does not let an instance have the name; perhaps this one. */
    static void refused(Turn turn, Command.NameRefused refusal) {
        if (refusal.instance().equals(turn.state().profile().instance())) {
            judged(
                    turn,
                    Optional.of(
                            new NameRefusal(
                                    text(turn, refusal.reason(), refusal.decided()),
                                    refusal.decided())));
        }
    }

    /** The server lets an instance have the name; perhaps this one. */
    static void granted(Turn turn, Command.NameGranted grant) {
        if (grant.instance().equals(turn.state().profile().instance())) {
            judged(turn, Optional.empty());
        }
    }

    /** The time of silence begins after which a wish for another node is obeyed. */
    static void expectSilence(Turn turn) {
        if (turn.state().isWithheld()) {
            turn.wake(new AgentTimer.NameSilent(), turn.timing().nameHold());
        }
    }

    /** That time is over. Says whether neither the other node nor the server was there. */
    static boolean wasSilent(AgentState state) {
        var presence = state.presence();
        return state.isWithheld()
                && !state.isRefused()
                && state.desire().saving().isEmpty()
                && presence.nonce().isPresent()
                && !presence.online()
                && !presence.thrownOut();
    }

    private static void judged(Turn turn, Optional<NameRefusal> refusal) {
        turn.state(turn.state().refused(refusal));
        AssemblyLogic.place(turn);
    }

    private static String text(Turn turn, String reason, boolean decided) {
        return ("The server refuses this agent: %s. It touches nothing%s, and asks again when that"
                    + " one has left; give it another name, or stop the other agent named \"%s\".")
                .formatted(
                        reason,
                        decided ? " but what it has created itself, which it removes" : "",
                        turn.state().profile().name());
    }
}
