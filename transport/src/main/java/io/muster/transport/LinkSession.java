package io.muster.transport;

import io.muster.api.bus.Bus;
import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusException;
import io.muster.api.bus.BusListener;
import io.muster.api.bus.Message;
import io.muster.api.bus.Publication;
import io.muster.api.bus.Session;
import io.muster.api.bus.Subscription;
import io.muster.api.shell.Serial;
import io.muster.api.topic.TopicFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A session that is ready only when all its subscriptions are granted: after each connection it
 * subscribes first, waits for the acknowledgements, and lets nobody publish before.
 */
final class LinkSession implements BusListener, Wire, AutoCloseable {
    private static final Pauses PAUSES = new Pauses(Duration.ofMillis(500), Duration.ofSeconds(30));

    /** How many wait at most for one thing to be granted: it may be denied for good. */
    private static final int MAX_WAITING = 256;

    private final BusConnector connector;
    private final Session session;
    private final List<Subscription> subscriptions;
    private final Serial serial;
    private final RandomGenerator random;
    private final Complaints complaints;
    private final Handler handler;
    private final Map<Subscription, Extra> extras = new LinkedHashMap<>();
    private @Nullable Bus bus;
    private String nonce = "";
    private int missing;
    private int generation;
    private boolean connected;
    private boolean ready; // all is granted that has to be
    private boolean closed;

    LinkSession(
            BusConnector connector,
            Session session,
            List<Subscription> subscriptions,
            Serial serial,
            RandomGenerator random,
            Complaints complaints,
            Handler handler) {
        this.connector = connector;
        this.session = session;
        this.subscriptions = new ArrayList<>(subscriptions);
        this.serial = serial;
        this.random = random;
        this.complaints = complaints;
        this.handler = handler;
    }

    /** A subscription that wants nothing retained. */
    static Subscription live(TopicFilter filter) {
        return new Subscription(filter, false);
    }

    /** A subscription that begins with what is retained. */
    static Subscription withRetained(TopicFilter filter) {
        return new Subscription(filter, true);
    }

    void start() {
        if (bus == null && !closed) {
            bus = connector.connect(session, serial, this);
        }
    }

    @Override
    public boolean ready() {
        return ready;
    }

    /** Returns the nonce of the current connection, or of the last one. */
    String nonce() {
        return nonce;
    }

    @Override
    public void publish(Publication publication, Consumer<Optional<BusException>> done) {
        if (bus == null || !ready) {
            var failure =
                    new BusException(
                            publication.topic() + ": there is no connection to the broker", true);
            serial.deliver(() -> tell(done, failure));
        } else {
            await(bus.publish(publication), done);
        }
    }

    /**
     * Publishes the last words before {@link #close}, after which the callbacks of other
     * publications do not come any more. Completes when the broker has them, or cannot have them.
     */
    CompletionStage<Void> publishLast(Publication publication) {
        return bus == null || !ready
                ? CompletableFuture.completedStage(null)
                : bus.publish(publication).handle((_, _) -> null);
    }

    /** Subscribes once more to what is subscribed already, to hear again what is retained. */
    void reread(TopicFilter filter) {
        subscribe(withRetained(filter), _ -> {}); // whoever needs it asks again
    }

    /** Subscribes to something besides, for this connection; does nothing while not ready. */
    void subscribe(Subscription besides, Consumer<Optional<BusException>> done) {
        if (bus != null && ready) {
            await(bus.subscribe(besides), done);
        }
    }

    /**
     * What is subscribed to besides, on this connection and all that follow. It does not have to be
     * granted for the session to be ready: a broker that denies it takes nothing else away.
     */
    private static final class Extra {
        private final List<Runnable> waiting = new ArrayList<>();
        private boolean granted; // on the current connection
    }

    @Override
    public void also(Subscription more, Runnable granted) {
        var extra = extras.get(more);
        if (extra == null) {
            extra = new Extra();
            extras.put(more, extra);
            if (connected) {
                var its = extra;
                subscribe(more, generation, 0, () -> granted(its));
            }
        }
        if (extra.granted && ready) {
            serial.deliver(granted);
        } else {
            if (extra.waiting.size() == MAX_WAITING) {
                extra.waiting.removeFirst(); // it has waited in vain for long
            }
            extra.waiting.add(granted);
        }
    }

    @Override
    public boolean hears(Subscription more) {
        var extra = extras.get(more);
        return ready && extra != null && extra.granted;
    }

    @Override
    public void connected(String newNonce) {
        if (closed) {
            return;
        }
        generation++;
        nonce = newNonce;
        ready = false;
        connected = true;
        missing = subscriptions.size();
        for (var subscription : subscriptions) {
            subscribe(subscription, generation, 0, this::granted);
        }
        extras.forEach((subscription, extra) -> {
            extra.granted = false;
            subscribe(subscription, generation, 0, () -> granted(extra));
        });
    }

    private void subscribe(Subscription subscription, int of, int failures, Runnable granted) {
        if (bus == null || closed || of != generation) {
            return;
        }
        await(
                bus.subscribe(subscription),
                failure -> {
                    if (of != generation) {
                        return; // the connection it was for is gone
                    }
                    if (failure.isEmpty()) {
                        granted.run();
                        return;
                    }
                    if (!failure.get().retryable()) {
                        complaints.say(subscription.filter().value(), message(failure.get()));
                    }
                    serial.after(
                            pause(failure.get(), failures + 1),
                            () -> subscribe(subscription, of, failures + 1, granted));
                });
    }

    private void granted() {
        missing--;
        if (missing == 0) {
            ready = true;
            handler.ready(nonce);
            List.copyOf(extras.values()).forEach(this::tellGranted);
        }
    }

    private void granted(Extra extra) {
        extra.granted = true;
        tellGranted(extra);
    }

    private void tellGranted(Extra extra) {
        if (extra.granted && ready) {
            var waiting = List.copyOf(extra.waiting);
            extra.waiting.clear();
            waiting.forEach(Runnable::run);
        }
    }

    private Duration pause(BusException failure, int failures) {
        return failure.retryable() ? PAUSES.after(failures, random) : PAUSES.longest(random);
    }

    @Override
    public Retry disconnected(Disconnection why) {
        if (closed) {
            return new Retry.Never();
        }
        generation++;
        connected = false;
        ready = false;
        var retry = handler.disconnected(why);
        if (retry instanceof Retry.Never) {
            closed = true;
        }
        return retry;
    }

    @Override
    public void received(Message message) {
        if (!closed) {
            handler.received(message);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            ready = false;
            generation++;
            if (bus != null) {
                bus.close();
            }
        }
    }

    /** Says what failed, for people. */
    static String message(BusException failure) {
        return String.valueOf(failure.getMessage());
    }

    /**
     * Hops over the serial: a failure that comes at once does not call back into its caller, and
     * what a callback throws ends the serial instead of being lost in the stage.
     */
    private void await(CompletionStage<Void> stage, Consumer<Optional<BusException>> done) {
        stage.whenComplete((_, failure) -> serial.deliver(() -> tell(done, failure)));
    }

    private void tell(Consumer<Optional<BusException>> done, @Nullable Throwable failure) {
        if (!closed) {
            done.accept(failure == null ? Optional.empty() : Optional.of(busFailure(failure)));
        }
    }

    private static BusException busFailure(Throwable failure) {
        return switch (failure) {
            case BusException bus -> bus;
            case CompletionException wrapped when wrapped.getCause() instanceof BusException bus ->
                    bus;
            default -> throw new IllegalStateException("a bus fails with BusException", failure);
        };
    }

    /** Hears what happens to the session. */
    interface Handler {
        /** Everything is subscribed to; publishing is possible. */
        void ready(String nonce);

        /** There is no connection (any more). */
        Retry disconnected(Disconnection why);

        /** A message has come; those that are retained may come before {@link #ready}. */
        void received(Message message);
    }
}
