package io.muster.testkit.bus;

import io.muster.api.bus.BusException;
import io.muster.api.bus.BusListener.Cause;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.Message;
import io.muster.api.bus.Publication;
import io.muster.api.bus.Subscription;
import io.muster.api.bus.session.Wire;
import io.muster.api.shell.Serial;
import io.muster.api.topic.Permissions;
import io.muster.api.topic.Topic;
import io.muster.api.topic.TopicFilter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One connection, from its first packet until both sides know that it has ended. Its state lives on
 * the broker's serial; only the methods of {@link Wire.Connection} come from the client's.
 */
final class MemoryConnection implements Wire.Connection {
    private final MemoryBroker broker;
    private final Serial serial;
    private final String host;
    private final Wire.Hello hello;
    private final int clientWindow;
    private final Wire.Events events;

    private final Lane up;
    private final Lane down;
    private final ArrayDeque<Runnable> publications = new ArrayDeque<>(); // wait for the window
    private final Map<TopicFilter, Subscription> subscriptions = new LinkedHashMap<>();
    private final Map<Topic, Lane> topics = new LinkedHashMap<>(); // what the broker sits on
    private final ArrayDeque<Delivery> outbox = new ArrayDeque<>();
    private final List<Serial.Timer> keepAlive = new ArrayList<>(2);
    private @Nullable Permissions permissions; // null until accepted
    private boolean clientListens = true;
    private boolean brokerListens = true;
    private int unacknowledgedUp;
    private int unacknowledgedDown;

    MemoryConnection(
            MemoryBroker broker,
            String host,
            Wire.Hello hello,
            int clientWindow,
            Wire.Events events) {
        this.broker = broker;
        this.serial = broker.serial();
        this.host = host;
        this.hello = hello;
        this.clientWindow = clientWindow;
        this.events = events;
        this.up = new Lane(serial);
        this.down = new Lane(serial);
    }

    String host() {
        return host;
    }

    Wire.Hello hello() {
        return hello;
    }

    // The client's side.

    @Override
    public CompletionStage<Void> publish(Publication publication) {
        var acknowledged = new CompletableFuture<Void>();
        serial.deliver(() -> {
            publications.add(() -> onPublication(publication, acknowledged));
            pumpUp();
        });
        return acknowledged;
    }

    @Override
    public CompletionStage<Void> subscribe(Subscription subscription) {
        var granted = new CompletableFuture<Void>();
        serial.deliver(() -> toBroker(() -> onSubscription(subscription, granted)));
        return granted;
    }

    @Override
    public void close() {
        serial.deliver(() -> {
            clientLeaves();
            publications.clear();
            toBroker(() -> brokerEnds(false));
        });
    }

    @Override
    public void cut() {
        serial.deliver(() -> {
            clientLeaves();
            if (!broker.isFrozen(host)) {
                brokerEnds(true);
            }
        });
    }

    // What befalls it.

    void begin() {
        if (broker.isFrozen(host)) {
            up.hold();
            down.hold();
        }
        toBroker(() -> {
            if (clientListens) {
                broker.accept(this);
            }
        });
    }

    void breakNow() {
        brokerEnds(true);
        clientEnds(Cause.LOST, "the connection broke");
    }

    void breakWithoutWill() {
        brokerEnds(false);
        clientEnds(Cause.LOST, "the connection broke");
    }

    void die() {
        clientLeaves();
        brokerEnds(true);
    }

    void vanish() {
        clientLeaves();
        var _ = serial.after(patience(), () -> brokerEnds(true));
    }

    void freeze() {
        up.hold();
        down.hold();
        if (permissions != null) {
            keepAlive.add(serial.after(patience(), () -> brokerEnds(true)));
            // it asks for a sign of life when nothing came, and waits as long again at most
            var asks = hello.keepAlive();
            var waits = Duration.ofNanos(broker.random().nextLong(asks.toNanos() + 1));
            keepAlive.add(
                    serial.after(
                            asks.plus(waits),
                            () -> clientEnds(Cause.LOST, "no sign of life within the keep-alive")));
        }
    }

    void thaw() {
        keepAlive.forEach(Serial.Timer::cancel);
        keepAlive.clear();
        down.release();
        up.release();
        if (!brokerListens) {
            clientEnds(Cause.LOST, "the broker does not know this connection any more");
        } else if (!clientListens) {
            brokerEnds(true);
        }
    }

    void brokerStops() {
        brokerEnds(false);
        if (!broker.isFrozen(host)) {
            clientEnds(Cause.LOST, "the broker stopped");
        }
    }

    // The broker's side.

    void refuse(Cause cause, String why) {
        brokerEnds(false);
        tell(cause, why);
    }

    void accepted(Permissions granted) {
        permissions = granted;
        toClient(() -> events.opened(broker.rules().window()));
    }

    void takenOver() {
        brokerEnds(true);
        tell(Cause.TAKEN_OVER, "another session with the client id " + hello.clientId());
    }

    /** A publication that may concern the client. */
    void offer(Publication publication) {
        var topic = publication.topic();
        if (permissions != null
                && permissions.allowsRead(topic)
                && subscriptions.keySet().stream().anyMatch(filter -> filter.matches(topic))) {
            send(publication, false);
        }
    }

    void send(Publication publication, boolean retained) {
        var topic = publication.topic();
        for (var delay : broker.faults().copies(host, topic)) {
            var delivery = new Delivery(new Message(topic, publication.payload(), retained));
            topics.computeIfAbsent(topic, _ -> new Lane(serial))
                    .put(delay, () -> onReady(delivery));
            publication.expiry().ifPresent(delivery::expireAfter);
        }
    }

    private void onReady(Delivery delivery) {
        var topic = delivery.message.topic();
        var lane = topics.get(topic);
        if (lane != null && lane.isEmpty()) {
            topics.remove(topic);
        }
        if (brokerListens && outbox.size() < broker.rules().maxQueued()) {
            outbox.add(delivery);
            pumpDown();
        }
    }

    private void pumpDown() {
        while (brokerListens && unacknowledgedDown < clientWindow && !outbox.isEmpty()) {
            var delivery = outbox.remove();
            if (delivery.leave()) {
                unacknowledgedDown++;
                toClient(() -> events.received(delivery.message, this::acknowledge));
            }
        }
    }

    /** Any thread. */
    private void acknowledge() {
        serial.deliver(() ->
                toBroker(() -> {
                    unacknowledgedDown--;
                    pumpDown();
                }));
    }

    private void pumpUp() {
        while (unacknowledgedUp < broker.rules().window() && !publications.isEmpty()) {
            unacknowledgedUp++;
            toBroker(publications.remove());
        }
    }

    private void onPublication(Publication publication, CompletableFuture<Void> acknowledged) {
        var topic = publication.topic();
        int size = topic.value().length() + publication.payload().size();
        if (size > broker.rules().maxMessageBytes()) {
            brokerEnds(true);
            tell(Cause.LOST, "%s: a packet of %,d bytes is too large".formatted(topic, size));
            return;
        }
        if (permissions == null || !permissions.allowsPublish(topic)) {
            if (broker.rules().tellsRefusals()) {
                answer(() -> acknowledged.completeExceptionally(notPermitted(topic.value())));
            }
            return;
        }
        if (!broker.faults().forgets(host, topic)) {
            broker.publish(hello.clientId(), publication);
        }
        if (broker.faults().breaks(host, topic)) {
            breakNow();
        } else if (broker.faults().acknowledges(host, topic)) {
            answer(() -> acknowledged.complete(null));
        }
    }

    private void answer(Runnable completion) {
        toClient(() -> {
            unacknowledgedUp--;
            completion.run();
            pumpUp();
        });
    }

    private void onSubscription(Subscription subscription, CompletableFuture<Void> granted) {
        if (permissions == null || !permissions.allowsSubscribe(subscription.filter())) {
            var refusal = notPermitted(subscription.filter().value());
            toClient(() -> granted.completeExceptionally(refusal));
            return;
        }
        subscriptions.put(subscription.filter(), subscription);
        toClient(() -> granted.complete(null)); // and then what is retained, as brokers do
        if (subscription.wantsRetained()) {
            broker.sendRetained(subscription, this);
        }
    }

    private BusException notPermitted(String topic) {
        return new BusException(
                "%s: not permitted; this client may not use it as %s: check its role"
                        .formatted(topic, hello.clientId()),
                false);
    }

    private void toBroker(Runnable arrival) {
        up.put(
                broker.faults().latency(host),
                () -> {
                    if (brokerListens) {
                        arrival.run();
                    }
                });
    }

    private void toClient(Runnable arrival) {
        down.put(
                broker.faults().latency(host),
                () -> {
                    if (clientListens) {
                        arrival.run();
                    }
                });
    }

    private void tell(Cause cause, String why) {
        toClient(() -> clientEnds(cause, why));
    }

    private void clientEnds(Cause cause, String why) {
        if (clientListens) {
            clientLeaves();
            events.ended(new Disconnection(cause, MemoryBroker.NAME + ": " + why));
        }
    }

    private void clientLeaves() {
        clientListens = false;
        down.clear();
        finishIfOver();
    }

    private void brokerEnds(boolean withWill) {
        if (brokerListens) {
            brokerListens = false;
            up.clear();
            outbox.clear();
            if (permissions != null) {
                broker.forget(this, withWill);
            }
            finishIfOver();
        }
    }

    private void finishIfOver() {
        if (!clientListens && !brokerListens) {
            keepAlive.forEach(Serial.Timer::cancel);
            broker.finish(this);
        }
    }

    /** A silent client is given up after one and a half keep-alive (MQTT 5.0, 3.1.2-22). */
    private Duration patience() {
        return hello.keepAlive().multipliedBy(3).dividedBy(2);
    }

    /** A message on its way out of the broker. */
    private final class Delivery {
        private final Message message;
        private boolean left;
        private boolean expired;
        private Serial.@Nullable Timer expiry;

        Delivery(Message message) {
            this.message = message;
        }

        void expireAfter(Duration duration) {
            if (!left) {
                expiry = serial.after(duration, () -> expired = true);
            }
        }

        /** Returns whether it may still go. */
        boolean leave() {
            left = true;
            if (expiry != null) {
                expiry.cancel();
            }
            return !expired;
        }
    }
}
