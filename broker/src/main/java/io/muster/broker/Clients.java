package io.muster.broker;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.util.concurrent.EventExecutor;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** All connections, and who is behind them. Safe for several threads. */
final class Clients {
    private final ChannelGroup connections;
    private final Map<String, Channel> byClientId = new ConcurrentHashMap<>();
    private final Map<MqttConnectMessage, Runnable> waiting = new ConcurrentHashMap<>();
    private final Object admissions = new Object();
    private final int bound;

    Clients(EventExecutor executor, int bound) {
        this.connections = new DefaultChannelGroup(executor);
        this.bound = bound;
    }

    /**
     * Counts a new connection, which leaves by itself when it closes; false if there are too many.
     */
    boolean add(Channel connection) {
        return connections.size() < bound && connections.add(connection);
    }

    /** This packet was passed on to the broker; {@code ready} is run when the broker is ready. */
    void waits(MqttConnectMessage connect, Runnable ready) {
        waiting.put(connect, ready);
    }

    /** Nobody waits for this any more. */
    void waitsNoMore(MqttConnectMessage connect) {
        waiting.remove(connect);
    }

    /** The broker is ready for the client that sent this. */
    void ready(MqttConnectMessage connect) {
        var ready = waiting.remove(connect);
        if (ready != null) {
            ready.run();
        }
    }

    /**
     * This client is on this connection now.
     *
     * <p>Of two connections that come at the same moment, the one that is here second must also be
     * the one that the broker hears of second, or each would end the other: hence the lock.
     *
     * @param leave is given the connection that it was on, if there is one
     * @param passOn tells the broker
     */
    void admitted(String clientId, Channel connection, Consumer<Channel> leave, Runnable passOn) {
        synchronized (admissions) {
            var old = byClientId.put(clientId, connection);
            if (old != null) {
                leave.accept(old);
            }
            passOn.run();
        }
    }

    /** This connection has ended. */
    void gone(String clientId, Channel connection) {
        byClientId.remove(clientId, connection);
    }

    Optional<Channel> connection(String clientId) {
        return Optional.ofNullable(byClientId.get(clientId));
    }

    ChannelGroup connections() {
        return connections;
    }
}
