package io.muster.testkit.bus;

import io.muster.api.bus.Bus;
import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusException;
import io.muster.api.bus.BusListener;
import io.muster.api.bus.Message;
import io.muster.api.bus.Publication;
import io.muster.api.bus.Session;
import io.muster.api.bus.Subscription;
import io.muster.api.topic.Topic;
import io.muster.api.topic.TopicFilter;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A session that writes down all that it hears; for the thread of a test. */
final class BusProbe implements BusListener {
    private final BrokerRig rig;
    private final GatedSerial serial;
    private final Bus bus;
    private final List<Message> received = new CopyOnWriteArrayList<>();
    private final List<String> nonces = new CopyOnWriteArrayList<>();
    private final List<Disconnection> disconnections = new CopyOnWriteArrayList<>();
    private final List<Long> times = new CopyOnWriteArrayList<>(); // of all (dis)connections
    private final List<String> astray = new CopyOnWriteArrayList<>();
    private volatile Retry retry = new Retry.Soon();
    private volatile boolean connected;
    private boolean ended;

    BusProbe(BrokerRig rig, BusConnector connector, Session session) {
        this.rig = rig;
        this.serial = new GatedSerial(rig.serial(session.clientId(), 64));
        this.bus = connector.connect(session, serial, this);
    }

    /** How the listener answers from now on. */
    BusProbe retry(Retry answer) {
        retry = answer;
        return this;
    }

    /** Waits for the connection. */
    BusProbe ready() {
        return ready(1);
    }

    /** Waits for this many connections; the last of them is there. */
    BusProbe ready(int connections) {
        rig.await("connection " + connections, () -> connected && nonces.size() >= connections);
        return this;
    }

    boolean isConnected() {
        return connected;
    }

    GatedSerial serial() {
        return serial;
    }

    List<Message> received() {
        return received;
    }

    List<String> texts() {
        return received.stream().map(message -> message.payload().text()).toList();
    }

    List<String> nonces() {
        return nonces;
    }

    List<Disconnection> disconnections() {
        return disconnections;
    }

    List<Long> times() {
        return times;
    }

    /** What was called on something else than the serial. */
    List<String> astray() {
        return astray;
    }

    /** Subscribes and waits until it is granted. */
    BusProbe listening(Topic topic) {
        return listening(new Subscription(TopicFilter.of(topic), true));
    }

    /** Subscribes and waits until it is granted. */
    BusProbe listening(Subscription subscription) {
        ask("subscribe", () -> bus.subscribe(subscription)).granted();
        return this;
    }

    Answer subscribe(Subscription subscription) {
        return ask("subscribe", () -> bus.subscribe(subscription));
    }

    Answer publish(Publication publication) {
        return ask("publish", () -> bus.publish(publication));
    }

    Answer close() {
        var answer = new Answer("close");
        serial.deliver(() -> {
            bus.close();
            answer.done = true;
        });
        return answer;
    }

    /** Does several things in one task of the serial. */
    void run(Consumer<Bus> actions) {
        serial.deliver(() -> actions.accept(bus));
    }

    /** Ends session and serial; repeated calls do nothing. */
    void end() {
        if (!ended) {
            ended = true;
            close().over();
            serial.close();
        }
    }

    private Answer ask(String what, Supplier<CompletionStage<Void>> question) {
        var answer = new Answer(what);
        serial.deliver(() -> answer.follow(question.get()));
        return answer;
    }

    @Override
    public void connected(String nonce) {
        check("connected");
        times.add(rig.clock().nanoTime());
        nonces.add(nonce);
        connected = true;
    }

    @Override
    public Retry disconnected(Disconnection why) {
        check("disconnected");
        times.add(rig.clock().nanoTime());
        connected = false;
        disconnections.add(why);
        return retry;
    }

    @Override
    public void received(Message message) {
        check("received");
        received.add(message);
    }

    private void check(String what) {
        if (!serial.isInside()) {
            astray.add(what + " on " + Thread.currentThread().getName());
        }
    }

    /** What came of something that was asked of the bus. */
    final class Answer {
        private final String what;
        private volatile boolean done;
        private volatile @Nullable Throwable failure;

        Answer(String what) {
            this.what = what;
        }

        Answer follow(CompletionStage<Void> stage) {
            var _ =
                    stage.whenComplete((_, thrown) -> {
                        check(what);
                        failure = thrown;
                        done = true;
                    });
            return this;
        }

        boolean isDone() {
            return done;
        }

        boolean isGranted() {
            return done && failure == null;
        }

        Answer over() {
            rig.await(what + " answered", this::isDone);
            return this;
        }

        void granted() {
            over();
            if (failure != null) {
                throw new AssertionError(what + " failed", failure);
            }
        }

        BusException refused() {
            over();
            var thrown =
                    failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
            if (thrown instanceof BusException refusal) {
                return refusal;
            }
            throw new AssertionError(what + " did not fail with a BusException", thrown);
        }
    }
}
