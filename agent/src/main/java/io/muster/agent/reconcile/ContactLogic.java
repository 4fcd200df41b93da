package io.muster.agent.reconcile;

import java.time.Duration;
import java.util.Optional;

/**
 * Decides which workloads run no more because the server cannot be heard: tells when it is the time
 * for the next, and remembers on the disk which time has passed.
 *
 * <p>There is contact as long as there is a connection, and the broker says that the server of this
 * agent's lineage is there. Nothing is written as long as no workload is stopped for it.
 */
final class ContactLogic {
    private ContactLogic() {}

    /** Looks, after every event, whether there is contact, and what follows from it. */
    static void review(Turn turn, AgentState before) {
        var state = turn.state();
        boolean there = isThere(state);
        if (there == state.contact().isThere()
                && state.contact().equals(before.contact())
                && state.desire().limits().equals(before.desire().limits())) {
            return;
        }
        var next = state.contact();
        if (there) {
            next = next.regained();
        } else if (next.isThere()) {
            next = next.lostAt(turn.now());
        }
        turn.state(state.with(keep(turn, await(turn, next))));
        if (!next.passed().equals(before.contact().passed())) {
            AssemblyLogic.place(turn);
        }
    }

    private static boolean isThere(AgentState state) {
        var presence = state.presence();
        return presence.nonce().isPresent()
                && presence.online()
                && presence.server()
                        .filter(server ->
                                state.observed()
                                        .filter(its -> !its.lineage().equals(server.lineage()))
                                        .isEmpty())
                        .isPresent();
    }

    private static Contact await(Turn turn, Contact contact) {
        var due =
                contact.isThere()
                        ? Optional.<Duration>empty()
                        : turn.state().desire().limits().stream()
                                .filter(each -> each.compareTo(contact.passed()) > 0)
                                .findFirst();
        if (due.isPresent() && !due.equals(contact.awaited())) {
            var left = due.get().minus(contact.timeLost(turn.now()));
            turn.wake(new AgentTimer.LostLong(), left.isNegative() ? Duration.ZERO : left);
        }
        return contact.awaiting(due);
    }

    private static Contact keep(Turn turn, Contact contact) {
        if (contact.writing() != Contact.Writing.IDLE || contact.kept().equals(contact.passed())) {
            return contact;
        }
        turn.emit(new AgentEffect.KeepLost(contact.passed()));
        return contact.writing(Contact.Writing.BUSY);
    }

    /** A time has passed, unless there was contact meanwhile. */
    static void passed(Turn turn) {
        var contact = turn.state().contact();
        if (contact.awaited().isPresent()) {
            var time = contact.awaited().get();
            boolean late = contact.timeLost(turn.now()).compareTo(time) >= 0;
            turn.state(
                    turn.state()
                            .with(late ? contact.pass(time) : contact.awaiting(Optional.empty())));
        }
    }

    /** The disk has it. */
    static void kept(Turn turn, Duration time) {
        turn.state(turn.state().with(turn.state().contact().keeping(time)));
    }

    /** The disk does not have it. */
    static void notKept(Turn turn) {
        turn.wake(new AgentTimer.KeepLostAgain(), turn.timing().saveAgain());
        turn.state(turn.state().with(turn.state().contact().writing(Contact.Writing.RESTING)));
    }

    /** The disk may be tried again. */
    static void again(Turn turn) {
        turn.state(turn.state().with(turn.state().contact().writing(Contact.Writing.IDLE)));
    }
}
