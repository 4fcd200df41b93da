package io.moquette.broker;

import io.moquette.BrokerConstants;
import io.moquette.broker.security.PermitAllAuthorizatorPolicy;
import io.moquette.broker.subscriptions.CTrieSubscriptionDirectory;
import io.moquette.broker.subscriptions.Topic;
import io.moquette.interception.BrokerInterceptor;
import io.moquette.persistence.MemorySessionsRepository;
import io.moquette.persistence.MemorySubscriptionsRepository;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.NullMarked;

/**
 * Moquette's sessions, subscriptions and routing, put together without its {@code Server}: in
 * memory, with no listener, no file, no telemetry and no permissions, all of which are the business
 * of {@code io.muster.broker}.
 *
 * <p>It stands in Moquette's package because what it needs is visible only there. {@code Server}
 * would choose the listener, the pipeline and the store of retained messages by itself, which is
 * where most of the defects sit that concern us; the compiler tells when a new version of Moquette
 * changes these parts. Three of its classes are extended, each where it is marked below.
 */
@NullMarked
public final class MoquetteCore implements AutoCloseable {
    /** How many commands a session loop may have waiting. */
    private static final int LOOP_BOUND = 16_384;

    /**
     * How often, and at which pauses, a connection tries again when a session loop is full: 2 s.
     */
    private static final int TRIES = 10_000;

    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final ScheduledExecutorService unused = Executors.newScheduledThreadPool(0);
    private final BrokerInterceptor interceptor = new BrokerInterceptor(List.of());
    private final SessionRegistry sessions;
    private final PostOffice postOffice;
    private final ChannelHandler handler;

    /** Hears what happens inside; on threads of the broker, which must not be blocked. */
    public interface Events {
        /**
         * The session is ready for packets; on the thread of its connection.
         *
         * @param connect the very object that the connection passed on
         */
        void ready(MqttConnectMessage connect);

        /** The will of this client is to be published; false if it is not to be. */
        boolean publishesWill(
                String clientId, String topic, MqttQoS qos, boolean retained, byte[] payload);

        /** Much waits for this client, or no longer; within one session the calls alternate. */
        void crowded(String clientId, boolean crowded);

        /** Too much waits for this client; what comes now is dropped until it is disconnected. */
        void tooSlow(String clientId);

        /** What this client asked for ended in an exception; the client should be disconnected. */
        void failed(String clientId, String action, Throwable why);
    }

    /** Starts the threads of the sessions. */
    public MoquetteCore(IRetainedRepository retained, Events events) {
        var subscriptions = new CTrieSubscriptionDirectory();
        subscriptions.init(new MemorySubscriptionsRepository());
        var sessionsRepository = new MemorySessionsRepository();
        var authorizator = new Authorizator(new PermitAllAuthorizatorPolicy());
        var loops = new Loops(interceptor, events);
        sessions =
                new Registry(
                        subscriptions,
                        sessionsRepository,
                        new BoundedQueue.Maker(events),
                        authorizator,
                        unused,
                        loops);
        postOffice =
                new Post(
                        subscriptions,
                        retained,
                        sessions,
                        sessionsRepository,
                        interceptor,
                        authorizator,
                        loops,
                        events);
        // Moquette counts what a client has unacknowledged from several threads without a lock. The
        // figure drifts, so its own limit is put out of reach; the gate has one that counts right.
        int noReceiveMaximum = 1 << 30;
        var configuration =
                new BrokerConfiguration(
                        true,
                        false,
                        false,
                        false,
                        BrokerConstants.IMMEDIATE_BUFFER_FLUSH,
                        noReceiveMaximum,
                        BrokerConstants.DISABLED_TOPIC_ALIAS);
        handler =
                new NewNettyMQTTHandler(
                        new MQTTConnectionFactory(
                                configuration, (_, _, _) -> true, sessions, postOffice));
    }

    /** Returns the handler of decoded packets; the same for all connections. */
    public ChannelHandler handler() {
        return handler;
    }

    /** Ends the threads; waits for them, some seconds at most. */
    @Override
    public void close() {
        // The loops first: they and close() would both release what waits for a session.
        postOffice.terminate();
        sessions.close();
        interceptor.stop();
        unused.shutdownNow();
    }

    /**
     * Keeps one client's failure away from the others, and slows senders down instead of dropping
     * what they sent.
     *
     * <p>In the original an exception ends the thread, and with it every session that hashes to it;
     * and a full queue drops the command, be it the news that a connection was lost.
     */
    private static final class Loops extends SessionEventLoopGroup {
        private final Events events;

        Loops(BrokerInterceptor interceptor, Events events) {
            super(interceptor, LOOP_BOUND);
            this.events = events;
        }

        @Override
        int targetQueueOrdinal(String clientId) {
            return Math.floorMod(clientId.hashCode(), getEventLoopCount());
        }

        @Override
        public PostOffice.RouteResult routeCommand(
                String clientId, String action, Callable<Void> command) {
            Callable<Void> guarded =
                    () -> {
                        try {
                            return command.call();
                        } catch (Exception | AssertionError | StackOverflowError e) {
                            events.failed(clientId, action, e);
                            return null;
                        }
                    };
            var result = super.routeCommand(clientId, action, guarded);
            if (Thread.currentThread() instanceof SessionEventLoop) {
                return result; // waiting for each other, two loops would never go on
            }
            for (int i = 0; i < TRIES && !result.isSuccess(); i++) {
                LockSupport.parkNanos(PAUSE_NANOS);
                result = super.routeCommand(clientId, action, guarded);
            }
            return result;
        }
    }

    /**
     * Begins each session anew, and forgets it for certain.
     *
     * <p>The gate asks for sessions that are not clean, since only those get their queue from a
     * repository, and so one with a bound; the original would continue them. And it keeps for ever
     * what was not a session yet when its connection ended.
     */
    private static final class Registry extends SessionRegistry {
        private static final int NO_EXPIRY = 0; // every session ends with its connection

        Registry(
                CTrieSubscriptionDirectory subscriptions,
                ISessionsRepository sessionsRepository,
                IQueueRepository queues,
                Authorizator authorizator,
                ScheduledExecutorService scheduler,
                SessionEventLoopGroup loops) {
            super(
                    subscriptions,
                    sessionsRepository,
                    queues,
                    authorizator,
                    scheduler,
                    Clock.systemUTC(),
                    NO_EXPIRY,
                    loops);
        }

        @Override
        SessionCreationResult createOrReopenSession(
                MqttConnectMessage connect, String clientId, String username) {
            var old = retrieve(clientId);
            if (old != null) {
                if (!old.disconnected()) {
                    old.closeImmediately();
                }
                remove(old);
            }
            return super.createOrReopenSession(connect, clientId, username);
        }

        @Override
        void connectionClosed(Session session) {
            if (session.connected()) {
                super.connectionClosed(session);
            } else {
                remove(session);
            }
        }
    }

    /** Tells what happens, and keeps retained messages that the original would lose. */
    private static final class Post extends PostOffice {
        private final IRetainedRepository retained;
        private final Events events;

        Post(
                CTrieSubscriptionDirectory subscriptions,
                IRetainedRepository retained,
                SessionRegistry sessions,
                ISessionsRepository sessionsRepository,
                BrokerInterceptor interceptor,
                Authorizator authorizator,
                SessionEventLoopGroup loops,
                Events events) {
            super(
                    subscriptions,
                    retained,
                    sessions,
                    sessionsRepository,
                    interceptor,
                    authorizator,
                    loops,
                    Clock.systemUTC(),
                    MqttQoS.AT_LEAST_ONCE);
            this.retained = retained;
            this.events = events;
        }

        @Override
        void dispatchConnection(MqttConnectMessage connect) {
            super.dispatchConnection(connect);
            events.ready(connect);
        }

        /**
         * Retains before it routes. The original does so afterwards: who subscribes in between gets
         * the message neither way.
         */
        @Override
        RoutingResults receivedPublishQos1(
                MQTTConnection connection,
                String username,
                int packetId,
                MqttPublishMessage message,
                Instant expiry) {
            if (message.fixedHeader().isRetain()) {
                retain(message);
            }
            return super.receivedPublishQos1(connection, username, packetId, message, expiry);
        }

        /** Retains a will that asks for it (MQTT 5.0, 3.1.2.7); the original does not. */
        @Override
        public void fireWill(Session session) {
            var will = session.getWill();
            if (!events.publishesWill(
                    session.getClientID(), will.topic, will.qos, will.retained, will.payload)) {
                return;
            }
            if (will.retained) {
                retain(
                        MqttMessageBuilders.publish()
                                .topicName(will.topic)
                                .qos(will.qos)
                                .retained(true)
                                .payload(Unpooled.wrappedBuffer(will.payload))
                                .build());
            }
            super.fireWill(session);
        }

        private void retain(MqttPublishMessage message) {
            var topic = new Topic(message.variableHeader().topicName());
            if (message.payload().isReadable()) {
                retained.retain(topic, message);
            } else {
                retained.cleanRetained(topic);
            }
        }
    }
}
