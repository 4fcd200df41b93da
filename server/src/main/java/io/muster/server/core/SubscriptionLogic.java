package io.muster.server.core;

import io.muster.api.difference.Altered;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.request.Response.AlteredFields;
import io.muster.api.request.Response.EventPosition;
import io.muster.api.request.Response.StateAnswer;
import io.muster.api.tree.Node;
import io.muster.server.core.Audience.Group;
import io.muster.server.core.EventLog.Event;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Keeps subscriptions, and tells them what changed. */
final class SubscriptionLogic {
    private SubscriptionLogic() {}

    /**
     * Somebody asks for the state, and perhaps for what changes in it from then on, or from an
     * earlier position on. Asking again under the same id is answered anew.
     */
    static void asked(Turn turn, Asker asker, Request.GetState get) {
        if (!get.subscribe()) {
            snapshot(turn, asker, get.masks());
            return;
        }
        var state = turn.state();
        if (state.audience().find(asker).isEmpty() && isFull(turn, asker)) {
            UpdateLogic.reply(
                    turn,
                    asker,
                    new Response.Refused(
                            Response.Reason.BUSY,
                            "there are %d subscriptions already, of which %d are of workloads; end some, or ask again later"
                                    .formatted(
                                            state.audience().size(), state.audience().workloads()),
                            List.of()));
            return;
        }
        renew(turn, new Subscription(asker, get.masks(), state.events().last(), 0));
        var missed = get.from().flatMap(from -> state.events().since(state.epoch(), from));
        if (missed.isPresent()) {
            resume(turn, asker, get, get.from().orElseThrow().sequence(), missed.get());
        } else {
            snapshot(turn, asker, get.masks());
        }
    }

    /** Workloads may take half of them, so that they keep no person out. */
    private static boolean isFull(Turn turn, Asker asker) {
        var audience = turn.state().audience();
        int most = turn.settings().bounds().maxSubscriptions();
        return audience.size() >= most
                || (asker.requester() instanceof Requester.Workload
                        && audience.workloads() >= most / 2);
    }

    private static void snapshot(Turn turn, Asker asker, List<FieldMask> masks) {
        var state = turn.state();
        UpdateLogic.reply(
                turn,
                asker,
                new StateAnswer(
                        Reading.read(state, masks),
                        Optional.empty(),
                        new EventPosition(state.epoch(), state.events().last()),
                        turn.committed().revision(),
                        Optional.of(turn.wall()),
                        false));
    }

    /** Tells what somebody who was away has missed, as it was told to the others. */
    private static void resume(
            Turn turn, Asker asker, Request.GetState get, long from, Collection<Event> missed) {
        UpdateLogic.reply(
                turn,
                asker,
                new StateAnswer(
                        Node.Entries.NONE,
                        Optional.empty(),
                        new EventPosition(turn.state().epoch(), from),
                        turn.committed().revision(),
                        Optional.of(turn.wall()),
                        true));
        long previous = from;
        for (var event : missed) {
            var altered = event.difference().seenBy(get.masks());
            if (altered.isPresent()) {
                tell(turn, asker, event, altered.get().fields(), altered.get().state(), previous);
                previous = event.number();
            }
        }
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
                        new EventPosition(
                                turn.state().epoch(),
                                turn.state().events().last(),
                                turn.state().audience().told(known.get()))));
    }

    /** Tells nothing more under this id. */
    static void end(Turn turn, Asker asker) {
        turn.state(turn.state().with(turn.state().audience().without(asker)));
    }

    /** Somebody does not want to hear more; safe to repeat. */
    static void cancel(Turn turn, Asker asker) {
        end(turn, asker);
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

    /** Tells all subscribers what changed during this turn, and keeps it for who is away. */
    static void flush(Turn turn) {
        for (var changes : turn.changes()) {
            var difference = changes.difference();
            if (difference.isEmpty()) {
                continue;
            }
            var log = turn.state().events();
            var event =
                    new Event(
                            log.last() + 1,
                            turn.wall(),
                            changes.revision(),
                            difference,
                            difference.weight());
            turn.state(turn.state().with(log.with(event, turn.settings())));
            for (var group : turn.state().audience().groups().values()) {
                difference
                        .seenBy(group.masks())
                        .ifPresent(altered -> tell(turn, group, event, altered));
            }
        }
    }

    private static void tell(Turn turn, Group group, Event event, Altered altered) {
        var fields = altered.fields();
        for (var subscription : group.members().values()) {
            tell(
                    turn,
                    subscription.asker(),
                    event,
                    fields,
                    altered.state(),
                    Math.max(group.told(), subscription.since()));
        }
        turn.state(turn.state().with(turn.state().audience().told(group, event.number())));
    }

    private static void tell(
            Turn turn,
            Asker asker,
            Event event,
            AlteredFields fields,
            Node.Entries state,
            long previous) {
        UpdateLogic.reply(
                turn,
                asker,
                new StateAnswer(
                        state,
                        Optional.of(fields),
                        new EventPosition(turn.state().epoch(), event.number(), previous),
                        event.revision(),
                        Optional.of(event.time()),
                        false));
    }

    private static void renew(Turn turn, Subscription subscription) {
        long end = turn.now() + turn.settings().times().lease().toNanos();
        turn.state(turn.state().with(turn.state().audience().with(subscription.until(end))));
        turn.wakeBy(end);
    }
}
