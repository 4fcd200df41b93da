package io.muster.api.bus.session;

import io.muster.api.bus.Bus;
import io.muster.api.bus.BusException;
import io.muster.api.bus.BusLimits;
import io.muster.api.bus.BusListener;
import io.muster.api.bus.BusListener.Cause;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.BusListener.Retry;
import io.muster.api.bus.Message;
import io.muster.api.bus.Publication;
import io.muster.api.bus.Session;
import io.muster.api.bus.Subscription;
import io.muster.api.shell.Serial;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One session at a broker, kept connected over single connections of a {@link Wire}: new nonce and
 * will each time, jittered pauses between, a deadline on everything, nothing unbounded.
 *
 * <p>Its state lives on the session's serial. What a connection tells passes through an {@link
 * Inbox}, so that it keeps its order; answers of the broker to what we asked are delivered past the
 * serial's bound, because {@link BusLimits#maxPending} bounds them.
 */
public final class SessionBus implements Bus {
    /** How long what was accepted before {@link #close} may take to be acknowledged. */
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(2);

    private static final int NONCE_BYTES = 16;

    private final Wire wire;
    private final Session session;
    private final Serial serial;
    private final BusListener listener;
    private final BusLimits limits;
    private final RandomGenerator random;
    private final Backoff backoff;
    private final Inbox inbox;

    private State state = new Apart();

    private SessionBus(
            Wire wire,
            Session session,
            Serial serial,
            BusListener listener,
            BusLimits limits,
            RandomGenerator random) {
        this.wire = wire;
        this.session = session;
        this.serial = serial;
        this.listener = listener;
        this.limits = limits;
        this.random = random;
        this.backoff = new Backoff(limits.firstPause(), limits.longestPause(), random);
        this.inbox = new Inbox(serial);
    }

    /**
     * Starts a session; returns at once, from any thread.
     *
     * @param random for nonces and pauses; drawn from on {@code serial}
     */
    public static Bus start(
            Wire wire,
            Session session,
            Serial serial,
            BusListener listener,
            BusLimits limits,
            RandomGenerator random) {
        var bus = new SessionBus(wire, session, serial, listener, limits, random);
        serial.deliver(bus::attempt);
        return bus;
    }

    private sealed interface State {}

    /** No connection; the next attempt is due, or its timer runs. */
    private record Apart() implements State {}

    /** An attempt is under way. */
    private record Opening(Attempt attempt, Serial.Timer deadline) implements State {}

    /** There is a connection. */
    private record Open(Attempt attempt, Serial.Timer settled) implements State {}

    /** Closed, but what was accepted before may still be acknowledged. */
    private record Closing(Attempt attempt, Serial.Timer grace) implements State {}

    private record Closed() implements State {}

    /** One connection from its first packet on; its events reach the serial through the inbox. */
    private final class Attempt implements Wire.Events {
        private final String nonce;
        private final Pending pending =
                new Pending(serial, limits.deadline(), () -> onOverdue(this));
        private final AtomicLong waitingBytes = new AtomicLong();
        private boolean flooded; // used by the wire only
        private int window;
        private volatile Wire.@Nullable Connection connection; // null only while wire.open() runs

        Attempt(String nonce) {
            this.nonce = nonce;
        }

        Wire.Connection connection() {
            if (connection == null) {
                throw new IllegalStateException("used before it was opened");
            }
            return connection;
        }

        @Override
        public void opened(int brokerWindow) {
            inbox.put(() -> onOpened(this, brokerWindow));
        }

        @Override
        public void received(Message message, Runnable acknowledge) {
            if (flooded) {
                return;
            }
            int size = message.payload().size();
            if (waitingBytes.addAndGet(size) > limits.maxWaitingBytes()) {
                flooded = true;
                connection().cut(); // now: the serial may be busy for long
                inbox.put(() -> onFlooded(this));
                return;
            }
            inbox.put(() -> {
                waitingBytes.addAndGet(-size);
                onReceived(this, message, acknowledge);
            });
        }

        @Override
        public void ended(Disconnection why) {
            inbox.put(() -> onEnded(this, why));
        }
    }

    @Override
    public CompletionStage<Void> publish(Publication publication) {
        var topic = publication.topic();
        int size = publication.payload().size();
        int most = limits.maxPayloadBytes(topic);
        if (size > most) {
            return refused(
                    "%s: %,d bytes were not sent: a message to this topic may have %,d at most; send less at once, or raise the limit of message sizes here and at the broker"
                            .formatted(topic, size, most),
                    false);
        }
        return ask(
                "publish to " + topic,
                "whether it arrived is unknown; if this repeats, look whether this client may"
                        + " publish to this topic and whether the broker is overloaded",
                size,
                connection -> connection.publish(publication));
    }

    @Override
    public CompletionStage<Void> subscribe(Subscription subscription) {
        return ask(
                "subscribe to " + subscription.filter(),
                "subscribe again; if this repeats, look whether this client may read these topics"
                        + " and whether the broker is overloaded",
                0,
                connection -> connection.subscribe(subscription));
    }

    /** What is asked of a connection. */
    private interface Question {
        CompletionStage<Void> ask(Wire.Connection connection);
    }

    private CompletionStage<Void> ask(String what, String remedy, int size, Question question) {
        return switch (state) {
            case Open(var attempt, _) -> {
                var pending = attempt.pending;
                if (pending.count() >= limits.maxPending()
                        || pending.bytes() + size > limits.maxWaitingBytes()) {
                    yield refused(
                            "%s: not sent, because %s has not yet acknowledged %,d others with %,d bytes; wait for some of them"
                                    .formatted(what, broker(), pending.count(), pending.bytes()),
                            true);
                }
                var entry =
                        pending.add(
                                () ->
                                        "%s: no acknowledgement from %s within %s; %s"
                                                .formatted(
                                                        what, broker(), limits.deadline(), remedy),
                                size);
                var _ =
                        question.ask(attempt.connection())
                                .whenComplete((_, failure) ->
                                        serial.deliver(() -> onAnswer(attempt, entry, failure)));
                yield entry.done();
            }
            case Apart _, Opening _ ->
                    refused(
                            "%s: not sent, because there is no connection to %s; do it again when connected"
                                    .formatted(what, broker()),
                            true);
            case Closing _, Closed _ ->
                    refused("%s: not sent, because the session is closed".formatted(what), false);
        };
    }

    @Override
    public void close() {
        switch (state) {
            case Apart _ -> state = new Closed(); // whose timer finds it closed
            case Opening(var attempt, var deadline) -> {
                deadline.cancel();
                end(attempt);
            }
            case Open(var attempt, var settled) -> {
                settled.cancel();
                if (attempt.pending.count() == 0) {
                    end(attempt);
                } else {
                    state = new Closing(attempt, serial.after(CLOSE_GRACE, () -> end(attempt)));
                }
            }
            case Closing _, Closed _ -> {}
        }
    }

    /** Closes the connection in order, and with it the session. */
    private void end(Attempt attempt) {
        state = new Closed();
        attempt.connection().close();
        attempt.pending.failAll(
                "the session at %s was closed before this was acknowledged".formatted(broker()),
                false);
    }

    private void attempt() {
        if (!(state instanceof Apart)) {
            return;
        }
        var bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        var attempt = new Attempt(HexFormat.of().formatHex(bytes));
        var will = session.will().apply(attempt.nonce);
        will.ifPresent(this::checkWill);
        attempt.connection =
                wire.open(new Wire.Hello(session.clientId(), session.keepAlive(), will), attempt);
        state =
                new Opening(
                        attempt, serial.after(limits.deadline(), () -> onOpeningOverdue(attempt)));
    }

    private void checkWill(Publication will) {
        if (will.payload().size() > limits.maxPayloadBytes(will.topic())) {
            throw new IllegalStateException(will.topic() + ": a will above the message limit");
        }
    }

    private void onOpeningOverdue(Attempt attempt) {
        attempt.connection().cut();
        apart(
                attempt,
                new Disconnection(
                        Cause.LOST,
                        "%s did not accept the connection within %s; look whether it is an MQTT broker, and reachable"
                                .formatted(broker(), limits.deadline())));
    }

    private void onOpened(Attempt attempt, int window) {
        if (state instanceof Opening(var current, var deadline) && current == attempt) {
            deadline.cancel();
            attempt.window = window;
            // one that breaks at once must not be tried again without growing pauses
            state = new Open(attempt, serial.after(limits.longestPause(), backoff::reset));
            listener.connected(attempt.nonce);
        }
    }

    private void onReceived(Attempt attempt, Message message, Runnable acknowledge) {
        if (state instanceof Open(var current, _) && current == attempt) {
            listener.received(message);
            acknowledge.run();
        }
    }

    private void onFlooded(Attempt attempt) {
        if (state instanceof Open(var current, var settled) && current == attempt) {
            settled.cancel();
            apart(
                    attempt,
                    new Disconnection(
                            Cause.LOST,
                            "more than %,d bytes of messages from %s waited to be handled; what came after them is lost"
                                    .formatted(limits.maxWaitingBytes(), broker())));
        }
    }

    private void onEnded(Attempt attempt, Disconnection why) {
        switch (state) {
            case Opening(var current, var deadline) when current == attempt -> {
                deadline.cancel();
                apart(attempt, why);
            }
            case Open(var current, var settled) when current == attempt -> {
                settled.cancel();
                apart(attempt, why);
            }
            case Closing(var current, var grace) when current == attempt -> {
                grace.cancel();
                end(attempt);
            }
            case Apart _, Opening _, Open _, Closing _, Closed _ -> {} // of an earlier connection
        }
    }

    private void onAnswer(Attempt attempt, Pending.Entry entry, @Nullable Throwable failure) {
        attempt.pending.settle(entry, failure);
        if (state instanceof Closing(var current, var grace)
                && current == attempt
                && attempt.pending.count() == 0) {
            grace.cancel();
            end(attempt);
        }
    }

    /**
     * Some brokers never answer a publication that they refuse. Each takes a place in the broker's
     * window for good: before none is left, a new connection.
     */
    private void onOverdue(Attempt attempt) {
        int unanswered = attempt.pending.unanswered();
        if (state instanceof Open(var current, var settled)
                && current == attempt
                && unanswered > attempt.window / 2) {
            settled.cancel();
            attempt.connection().cut();
            apart(
                    attempt,
                    new Disconnection(
                            Cause.LOST,
                            "%s left %,d requests without an answer for %s; look whether this client may publish where it does"
                                    .formatted(broker(), unanswered, limits.deadline())));
        }
    }

    /** There is no connection any more; the listener says how to go on. */
    private void apart(Attempt attempt, Disconnection why) {
        state = new Apart();
        attempt.pending.failAll(
                "the connection to %s ended before this was acknowledged; whether it arrived is unknown, do it again when connected"
                        .formatted(broker()),
                true);
        if (state instanceof Closed) {
            return; // by who heard that it failed
        }
        var retry = listener.disconnected(why);
        if (state instanceof Closed) {
            return; // by the listener
        }
        switch (retry) {
            case Retry.Soon() -> attemptAfter(Duration.ZERO);
            case Retry.After(var pause) -> attemptAfter(pause);
            case Retry.Never() -> state = new Closed();
        }
    }

    private void attemptAfter(Duration pause) {
        var _ = serial.after(pause.plus(backoff.next()), this::attempt);
    }

    private String broker() {
        return "the broker at " + wire.address();
    }

    private static CompletionStage<Void> refused(String why, boolean retryable) {
        return CompletableFuture.failedFuture(new BusException(why, retryable));
    }
}
