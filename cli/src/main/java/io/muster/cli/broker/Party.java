package io.muster.cli.broker;

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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** One session that is asked to do one thing after the other, and waits for each. One thread. */
final class Party implements AutoCloseable {
    /** How long a broker may take for anything. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String clientId;
    private final Serial serial;
    private final Bus bus;
    private final LinkedBlockingQueue<Message> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Optional<BusListener.Disconnection>> first =
            new CompletableFuture<>();
    private final CompletableFuture<BusListener.Disconnection> lost = new CompletableFuture<>();

    private Party(BusConnector connector, Session session, Serial serial) {
        this.clientId = session.clientId();
        this.serial = serial;
        this.bus =
                connector.connect(
                        session,
                        serial,
                        new BusListener() {
                            @Override
                            public void connected(String nonce) {
                                first.complete(Optional.empty());
                            }

                            @Override
                            public Retry disconnected(Disconnection why) {
                                first.complete(Optional.of(why));
                                lost.complete(why);
                                return new Retry.Never();
                            }

                            @Override
                            public void received(Message message) {
                                received.add(message);
                            }
                        });
    }

    /** Connects, once. */
    static Party connect(BusConnector connector, Session session, Serial serial)
            throws Breach, InterruptedException {
        var party = new Party(connector, session, serial);
        var refused = party.await(party.first, "did not answer " + session.clientId(), Breach::new);
        if (refused.isPresent()) {
            party.close();
            throw new Breach(
                    "%s was not let in: %s".formatted(session.clientId(), refused.get().text()));
        }
        return party;
    }

    void subscribe(TopicFilter filter, boolean wantsRetained) throws Breach, InterruptedException {
        perform(
                () -> bus.subscribe(new Subscription(filter, wantsRetained)),
                clientId + " may not subscribe to " + filter);
    }

    void publish(Publication publication) throws Breach, InterruptedException {
        perform(
                () -> bus.publish(publication),
                clientId + " may not publish to " + publication.topic());
    }

    /** Publishes without waiting for the acknowledgement of each before the next. */
    void publishAll(Iterable<Publication> publications) throws Breach, InterruptedException {
        var last = CompletableFuture.<Void>completedFuture(null);
        for (var each : publications) {
            var one = begin(() -> bus.publish(each));
            last = last.thenCombine(one, (_, _) -> null);
        }
        await(last, "did not acknowledge all messages of " + clientId, Breach::new);
    }

    /** Says whether the broker said no, or took it without a word. */
    boolean isRefused(Publication publication) throws InterruptedException {
        try {
            publish(publication);
            return false;
        } catch (Breach _) {
            return true;
        }
    }

    /** Returns the next message. */
    Message next(String instead) throws Breach, InterruptedException {
        var message = received.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (message == null) {
            throw new Breach(
                    "nothing came within %d s; %s".formatted(PATIENCE.toSeconds(), instead));
        }
        return message;
    }

    /** Returns what comes within a time. */
    Optional<Message> within(Duration time) throws InterruptedException {
        return Optional.ofNullable(received.poll(time.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Waits until the broker ends the session. */
    BusListener.Disconnection awaitEnd(String instead) throws Breach, InterruptedException {
        return await(lost, instead, Breach::new);
    }

    private void perform(Supplier<CompletionStage<Void>> action, String refusal)
            throws Breach, InterruptedException {
        await(begin(action), "did not answer " + clientId, why -> new Breach(refusal + ": " + why));
    }

    private CompletableFuture<Void> begin(Supplier<CompletionStage<Void>> action) {
        var done = new CompletableFuture<Void>();
        serial.deliver(() ->
                action.get()
                        .whenComplete((_, failure) -> {
                            if (failure == null) {
                                done.complete(null);
                            } else {
                                done.completeExceptionally(failure);
                            }
                        }));
        return done;
    }

    /** Turns a failure into words. */
    private interface Wording {
        Breach of(String why);
    }

    private <T> T await(CompletableFuture<T> stage, String late, Wording wording)
            throws Breach, InterruptedException {
        try {
            return stage.get(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            throw new Breach("the broker " + late + " within " + 2 * PATIENCE.toSeconds() + " s");
        } catch (ExecutionException e) {
            var cause = e.getCause();
            throw wording.of(
                    cause instanceof BusException why
                            ? String.valueOf(why.getMessage())
                            : String.valueOf(cause));
        }
    }

    @Override
    public void close() {
        serial.deliver(bus::close);
    }
}
