package io.muster.transport;

import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.request.Response.EventPosition;
import io.muster.api.request.Response.Reason;
import io.muster.api.request.Response.StateAnswer;
import io.muster.api.shell.Serial;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One subscription: a snapshot, then events without gaps.
 *
 * <p>Whatever may have lost an event (a gap in the numbers, a new connection, a new server, a lease
 * that the server does not know) ends in the same cure: the old subscription is cancelled, and a
 * new one, under a new id, goes on after the last event that was told, or begins with a snapshot if
 * the server does not remember what came after it.
 */
final class Feed implements ClientLink.Subscription {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SHORT_PATIENCE = Duration.ofSeconds(5);
    private static final Pauses PAUSES = new Pauses(Duration.ofSeconds(1), Duration.ofSeconds(10));

    private final List<FieldMask> masks;
    private final ClientLink.EventListener listener;
    private final Asks asks;
    private final Serial serial;
    private final RandomGenerator random;
    private final Duration renewEvery;
    private final Consumer<Feed> ended;
    private final AtomicBoolean closed = new AtomicBoolean();
    private String id = "";

    /** Up to where the listener knows everything; empty before the first snapshot. */
    private Optional<EventPosition> last;

    private Serial.@Nullable Timer timer;
    private boolean asking;

    /** Asking has failed; it is tried again after a pause, or as soon as there is a server. */
    private boolean pausing;

    private boolean interrupted;
    private int failures;

    /**
     * Makes one.
     *
     * @param from up to where the listener knows everything; empty if it knows nothing
     */
    Feed(
            List<FieldMask> masks,
            Optional<EventPosition> from,
            ClientLink.EventListener listener,
            Asks asks,
            Serial serial,
            RandomGenerator random,
            Duration renewEvery,
            Consumer<Feed> ended) {
        this.masks = List.copyOf(masks);
        this.last = from;
        this.listener = listener;
        this.asks = asks;
        this.serial = serial;
        this.random = random;
        this.renewEvery = renewEvery;
        this.ended = ended;
    }

    /** Subscribes, under a new id, from where the listener is. */
    void begin() {
        if (closed.get()) {
            return;
        }
        stopTimer();
        asking = true;
        pausing = false;
        id = Ids.next(random);
        asks.ask(
                new Request(id, new Request.GetState(masks, true, last)),
                PATIENCE,
                new Answered(id) {
                    @Override
                    void with(Response response) {
                        begun(response);
                    }

                    @Override
                    void without(String why) {
                        tryLater(why);
                    }
                });
    }

    /** Takes an event, or a snapshot that was sent again; says whether it is of this one. */
    boolean told(Response response) {
        if (!response.id().equals(id)) {
            return false;
        }
        if (!closed.get() && last.isPresent()) { // before the first snapshot an event means nothing
            switch (response.body()) {
                case StateAnswer answer -> heard(answer, last.get());
                case Response.Refused refused
                        when refused.reason() == Reason.REFUSED
                                && !asking -> { // an event that is too large; asked for again, it
                    // stays so
                    cancel();
                    refused(refused);
                }
                case Response.Body _ -> {}
            }
        }
        return true;
    }

    /** The connection is gone: what is told meanwhile is lost. */
    void disconnected(String why) {
        if (!asking) {
            restart(why);
        }
    }

    /** The server is gone: nothing will be told for now. */
    void serverGone() {
        if (!asking) {
            interrupt("the server is gone; waiting for it");
        }
    }

    /** The first server that is seen over this connection. */
    void serverIsThere() {
        if (pausing) {
            begin();
        }
    }

    /** Another server, or the same over a new connection: it may have told what never came. */
    void serverIsNew() {
        serverIsThere();
        if (!asking) {
            restart("the server is back; asking for what was missed");
        }
    }

    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            serial.deliver(this::end);
        }
    }

    /** Ends on the serial, and tells the server. */
    void end() {
        closed.set(true);
        stopTimer();
        cancel();
        ended.accept(this);
    }

    private void begun(Response response) {
        switch (response.body()) {
            case StateAnswer answer -> {
                failures = 0;
                asking = false;
                if (answer.resumed()) {
                    resume();
                } else {
                    snapshot(answer);
                }
                renewLater();
            }
            case Response.Refused refused when refused.reason() == Reason.REFUSED ->
                    refused(refused);
            case Response.Refused refused -> tryLater(refused.message());
            case Response.Updated _,
                    Response.Planned _,
                    Response.History _,
                    Response.HistoryState _,
                    Response.LogsAccepted _,
                    Response.LogEntries _,
                    Response.LogsStopped _,
                    Response.LogsCancelled _,
                    Response.EventsCancelled _,
                    Response.EventsRenewed _ ->
                    tryLater("the server answered a subscription with something else");
        }
    }

    private void refused(Response.Refused refused) {
        closed.set(true);
        stopTimer();
        ended.accept(this);
        listener.refused(refused);
    }

    private void tryLater(String why) {
        interrupt(why);
        failures++;
        pausing = true;
        timer = serial.after(PAUSES.after(failures, random), this::begin);
    }

    private void heard(StateAnswer answer, EventPosition seen) {
        var position = answer.position();
        if (position.epoch() != seen.epoch()) {
            if (!asking) {
                restart("the server was restarted; reading the state again");
            }
        } else if (position.sequence() <= seen.sequence()) {
            return; // a repetition
        } else if (answer.altered().isEmpty()) {
            snapshot(answer);
        } else if (position.previous() <= seen.sequence()) {
            resume();
            last = Optional.of(position);
            listener.event(answer);
        } else if (!asking) {
            restart("events were lost; asking for them again");
        }
    }

    private void snapshot(StateAnswer answer) {
        last = Optional.of(answer.position());
        interrupted = false;
        listener.snapshot(answer);
    }

    /** Nothing was missed after all, or it follows. */
    private void resume() {
        if (interrupted) {
            interrupted = false;
            listener.resumed();
        }
    }

    private void renewLater() {
        stopTimer();
        timer = serial.after(renewEvery, this::renew);
    }

    private void renew() {
        asks.ask(
                new Request(Ids.next(random), new Request.RenewEvents(id)),
                SHORT_PATIENCE,
                new Answered(id) {
                    @Override
                    void with(Response response) {
                        renewed(response);
                    }

                    @Override
                    void without(String why) {
                        renewLater(); // the lease outlasts some that fail
                    }
                });
    }

    private void renewed(Response response) {
        switch (response.body()) {
            case Response.EventsRenewed(var position) when isBehind(position) ->
                    restart("events were lost; asking for them again");
            case Response.EventsRenewed(var position) -> {
                resume();
                last = Optional.of(position);
                renewLater();
            }
            case Response.Refused refused when refused.reason() == Reason.UNKNOWN_SUBSCRIPTION ->
                    restart("the server has forgotten the subscription; subscribing again");
            case Response.Body _ -> renewLater();
        }
    }

    /** All events before a renewal come before its answer, on the same topic. */
    private boolean isBehind(EventPosition told) {
        return last.isEmpty()
                || told.epoch() != last.get().epoch()
                || told.previous() > last.get().sequence()
                || told.sequence() < last.get().sequence();
    }

    private void restart(String why) {
        interrupt(why);
        cancel();
        begin();
    }

    private void interrupt(String why) {
        if (!interrupted && !closed.get()) {
            interrupted = true;
            listener.interrupted(why);
        }
    }

    private void cancel() {
        asks.forget(id);
        if (!id.isEmpty()) {
            asks.ask(
                    new Request(id, new Request.CancelEvents()),
                    SHORT_PATIENCE,
                    new Asks.Answer() {
                        @Override
                        public void answered(Response response) {}

                        @Override
                        public void failed(LinkException why) {} // then its lease ends it
                    });
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel();
        }
    }

    /** What came of asking, unless the subscription has gone on meanwhile. */
    private abstract class Answered implements Asks.Answer {
        private final String of;

        private Answered(String of) {
            this.of = of;
        }

        abstract void with(Response response);

        abstract void without(String why);

        @Override
        public void answered(Response response) {
            if (id.equals(of) && !closed.get()) {
                with(response);
            }
        }

        @Override
        public void failed(LinkException why) {
            if (id.equals(of) && !closed.get()) {
                without(String.valueOf(why.getMessage()));
            }
        }
    }
}
