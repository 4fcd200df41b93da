package io.muster.server.core;

import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.request.Response.AlteredFields;
import io.muster.api.request.Response.EventPosition;
import io.muster.api.request.Response.StateAnswer;
import io.muster.api.tree.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/** Keeps subscriptions, and tells them what changed. */
final class SubscriptionLogic {
    private SubscriptionLogic() {}

    /**
     * Somebody asks for the state, and perhaps for what changes in it from then on. Asking again
     * under the same id gives a new snapshot, at the next position.
     */
    static void asked(Turn turn, Asker asker, Request.GetState get) {
        long position = 0;
        if (get.subscribe()) {
            var known = turn.state().audience().find(asker);
            if (known.isEmpty()
                    && turn.state().audience().size() >= turn.settings().maxSubscriptions()) {
                UpdateLogic.reply(
                        turn,
                        asker,
                        new Response.Refused(
                                Response.Reason.BUSY,
                                "there are %d subscriptions already; end some, or ask again later"
                                        .formatted(turn.settings().maxSubscriptions()),
                                List.of()));
                return;
            }
            position = known.map(Subscription::next).orElse(0L);
            renew(turn, new Subscription(asker, get.masks(), position + 1, 0));
        }
        var state = turn.state();
        UpdateLogic.reply(
                turn,
                asker,
                new StateAnswer(
                        Reading.read(state, get.masks()),
                        Optional.empty(),
                        new EventPosition(state.epoch(), position),
                        turn.committed().revision()));
    }

    /** Somebody goes on listening. */
    static void renew(Turn turn, Asker asker, String id) {
        var known = turn.state().audience().find(new Asker(asker.requester(), id));
        if (known.isEmpty()) {
            UpdateLogic.reply(
                    turn,
                    asker,
                    new Response.Refused(
                            Response.Reason.UNKNOWN_SUBSCRIPTION,
                            "there is no subscription \"" + id + "\" (any more); subscribe again",
                            List.of()));
            return;
        }
        renew(turn, known.get());
        UpdateLogic.reply(
                turn,
                asker,
                new Response.EventsRenewed(
                        new EventPosition(turn.state().epoch(), known.get().next() - 1)));
    }

    /** Somebody does not want to hear more; safe to repeat. */
    static void cancel(Turn turn, Asker asker) {
        turn.state(turn.state().with(turn.state().audience().without(asker)));
        UpdateLogic.reply(turn, asker, new Response.EventsCancelled());
    }

    /** Ends the subscriptions that were not renewed. */
    static void sweep(Turn turn) {
        for (var subscription : turn.state().audience().inOrder()) {
            if (turn.isPast(subscription.lease())) {
                turn.state(
                        turn.state().with(turn.state().audience().without(subscription.asker())));
            } else {
                turn.wakeBy(subscription.lease());
            }
        }
    }

    /** Tells all subscribers what changed during this turn. */
    static void flush(Turn turn) {
        for (var changes : turn.changes()) {
            if (changes.isEmpty()) {
                continue;
            }
            var texts = new HashMap<List<?>, Optional<Told>>(); // many subscribers ask for the same
            for (var subscription : turn.state().audience().inOrder()) {
                texts.computeIfAbsent(subscription.masks(), _ -> told(changes, subscription))
                        .ifPresent(told -> tell(turn, subscription, told, changes));
            }
        }
    }

    private record Told(Node.Entries state, AlteredFields altered) {}

    private static Optional<Told> told(ChangeSet changes, Subscription subscription) {
        var altered = Reading.altered(changes, subscription.masks());
        return altered.map(fields -> new Told(Reading.read(changes, subscription.masks()), fields));
    }

    private static void tell(Turn turn, Subscription subscription, Told told, ChangeSet changes) {
        var current = turn.state().audience().find(subscription.asker()).orElse(subscription);
        turn.state(turn.state().with(turn.state().audience().with(current.at(current.next() + 1))));
        UpdateLogic.reply(
                turn,
                subscription.asker(),
                new StateAnswer(
                        told.state(),
                        Optional.of(told.altered()),
                        new EventPosition(turn.state().epoch(), current.next()),
                        changes.revision));
    }

    private static void renew(Turn turn, Subscription subscription) {
        long end = turn.now() + turn.settings().lease().toNanos();
        turn.state(turn.state().with(turn.state().audience().with(subscription.until(end))));
        turn.wakeBy(end);
    }
}
