package io.muster.broker;

import io.moquette.broker.MoquetteCore;
import io.muster.api.bus.Payload;
import io.muster.api.topic.Identity;
import io.netty.channel.Channel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An MQTT broker in this process: MQTT 5 and 3.1.1 over TCP, in memory.
 *
 * <p>The client id tells who somebody is ({@link io.muster.api.topic.Identity}), and the table of
 * {@link io.muster.api.topic.Permissions} what they may publish, leave as a will and read; all else
 * is refused, with a reason where MQTT has one. Sessions end with their connections, QoS 2 and
 * shared subscriptions are not offered, nothing is written to disk: what must last is in the
 * server's store.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final int MAX_RETAINED = 100_000;
    private static final long MAX_RETAINED_BYTES = 256L * 1024 * 1024;

    /** How long each step of stopping may take. */
    private static final long STOP_SECONDS = 2;

    private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);

    private final NioEventLoopGroup threads;
    private final Clients clients;
    private final AtomicInteger crowd = new AtomicInteger();
    private final MoquetteCore core;
    private final Listeners listeners;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Starts a broker. Returns when it listens.
     *
     * @throws BrokerException if it cannot listen, saying why and what to do
     */
    public static EmbeddedBroker start(BrokerOptions options) throws BrokerException {
        var broker = new EmbeddedBroker(options);
        try {
            broker.listeners.bind(options.address());
        } catch (BrokerException e) {
            broker.close();
            throw e;
        }
        return broker;
    }

    private EmbeddedBroker(BrokerOptions options) {
        threads =
                new NioEventLoopGroup(
                        Math.max(2, Runtime.getRuntime().availableProcessors()),
                        new DefaultThreadFactory("muster-broker", true));
        var retained = new RetainedMessages(MAX_RETAINED, MAX_RETAINED_BYTES);
        clients = new Clients(threads.next(), options.maxConnections());
        core = new MoquetteCore(retained, new CoreEvents(options.observer()));
        var shared =
                new Gate.Shared(
                        options, retained, clients, crowd, new RefusalLog(log, threads.next()));
        listeners = new Listeners(threads, shared, core.handler());
    }

    /** Returns where it listens: one address for each that the host name has. */
    public List<InetSocketAddress> addresses() {
        return listeners.addresses();
    }

    /** Returns the port that it listens on: the one that was asked for, or that was free. */
    public int port() {
        return addresses().getFirst().getPort();
    }

    /**
     * Tells the clients, disconnects them and ends all threads; publishes no wills. Takes some
     * seconds at most, usually none. Safe to repeat.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        listeners.close();
        clients.connections()
                .forEach(each -> each.pipeline().fireUserEventTriggered(Gate.Event.STOPPING));
        clients.connections().newCloseFuture().awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
        core.close();
        threads.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(2 * STOP_SECONDS, TimeUnit.SECONDS);
    }

    private final class CoreEvents implements MoquetteCore.Events {
        private final MessageObserver observer;

        CoreEvents(MessageObserver observer) {
            this.observer = observer;
        }

        @Override
        public void ready(MqttConnectMessage connect) {
            clients.ready(connect);
        }

        @Override
        public boolean publishesWill(
                String clientId, String topic, MqttQoS qos, boolean retained, byte[] payload) {
            if (closed.get()) {
                return false; // its client has not died, we have
            }
            observer.published(
                    new MessageObserver.ObservedMessage(
                            clientId,
                            topic,
                            qos.value(),
                            retained,
                            true,
                            Payload.of(payload.clone())));
            return true;
        }

        @Override
        public void crowded(String clientId, boolean crowded) {
            // Nobody waits for others than the server: a slow watcher must not slow the cluster.
            if (Identity.parse(clientId).orElse(null) instanceof Identity.Server) {
                crowd.addAndGet(crowded ? 1 : -1);
            }
        }

        @Override
        public void tooSlow(String clientId) {
            fire(clientId, Gate.Event.TOO_SLOW);
        }

        @Override
        public void failed(String clientId, String action, Throwable why) {
            log.atWarn()
                    .addKeyValue("client-id", clientId)
                    .addKeyValue("action", action)
                    .setCause(why)
                    .log("broker failed for a client, which is disconnected");
            fire(clientId, Gate.Event.FAILED);
        }

        private void fire(String clientId, Gate.Event event) {
            clients.connection(clientId)
                    .map(Channel::pipeline)
                    .ifPresent(pipeline -> pipeline.fireUserEventTriggered(event));
        }
    }
}
