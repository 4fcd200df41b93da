package io.muster.broker;

import io.muster.api.topic.Identity;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before the broker in one connection: only what the table of permissions allows gets past
 * it, and what is refused is answered with the reason.
 *
 * <p>Behind it the broker meets only well-formed packets, in an order that it can cope with. It
 * runs on the connection's thread alone.
 */
final class Gate extends ChannelDuplexHandler {
    /** How long a connection may take until it is a session. */
    private static final long CONNECT_SECONDS = 10;

    /** Packets that came before the broker was ready for them; reading pauses, so few can. */
    private static final int MAX_HELD = 1000;

    private static final String NO_CONNECTION = "connection refused";
    private static final String NO_MORE = "client disconnected";
    static final String NO_PUBLICATION = "publication refused";
    static final String NO_SUBSCRIPTION = "subscription refused";

    private static final Logger log = LoggerFactory.getLogger(Gate.class);

    private final Shared shared;
    private final Queue<MqttMessage> held = new ArrayDeque<>();
    private State state = new Unknown();
    private String clientId = "";
    private boolean five;

    /**
     * What all gates of a broker have in common.
     *
     * @param crowd how many servers have much to catch up on
     */
    record Shared(
            BrokerOptions options,
            RetainedMessages retained,
            Clients clients,
            AtomicInteger crowd,
            RefusalLog refusals) {
        /** QoS 0 is delivered to a connection that has less than this unsent. */
        private static final int QOS_0_BYTES = 4 * 1024 * 1024;

        /**
         * So much may be unsent to one connection: more than a whole window. The broker drops
         * acknowledgements to a connection that has more.
         */
        int unsentBytes() {
            long window = (long) Traffic.WINDOW * options.maxPacketBytes();
            return (int) Math.min(Integer.MAX_VALUE, window + 2 * QOS_0_BYTES);
        }

        boolean isBehind(Channel channel) {
            return unsentBytes() - channel.bytesBeforeUnwritable() > QOS_0_BYTES;
        }
    }

    private sealed interface State {}

    /** No CONNECT yet. */
    private record Unknown() implements State {}

    /** CONNECT was passed on, the broker is not ready yet. */
    private record Connecting(Identity identity, MqttConnectMessage connect, Rules rules)
            implements State {}

    private record Open(Traffic traffic) implements State {}

    /** Nothing goes either way any more. */
    private record Closed() implements State {}

    /** Fired at a connection that is to be closed. */
    enum Event {
        TAKEN_OVER(Disconnect.SESSION_TAKEN_OVER, "another connection took the same client id"),
        TOO_SLOW(Disconnect.QUOTA_EXCEEDED, "too many messages wait for it"),
        FAILED(Disconnect.UNSPECIFIED_ERROR, "the broker failed"),
        STOPPING(Disconnect.SERVER_SHUTTING_DOWN, "the broker stops");

        private final Disconnect code;
        private final String reason;

        Event(Disconnect code, String reason) {
            this.code = code;
            this.reason = reason;
        }
    }

    Gate(Shared shared) {
        this.shared = shared;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        var _ =
                context.executor()
                        .schedule(() -> checkConnected(context), CONNECT_SECONDS, TimeUnit.SECONDS);
        context.fireChannelActive();
    }

    private void checkConnected(ChannelHandlerContext context) {
        if (state instanceof Unknown || state instanceof Connecting) {
            close(context, Disconnect.UNSPECIFIED_ERROR, "no session within 10 s");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        forget();
        shared.clients().gone(clientId, context.channel());
        context.fireChannelInactive();
    }

    /** Ends the session here; the broker learns of it when the connection is closed. */
    private void forget() {
        switch (state) {
            case Unknown _, Closed _ -> {}
            case Connecting(_, var connect, _) -> shared.clients().waitsNoMore(connect);
            case Open _ -> log.atDebug().addKeyValue("client-id", clientId).log("session ended");
        }
        state = new Closed();
        held.forEach(ReferenceCountUtil::release);
        held.clear();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var packet = (MqttMessage) message;
        if (packet.decoderResult().isFailure()) {
            ReferenceCountUtil.release(packet);
            undecodable(context, packet.decoderResult().cause());
            return;
        }
        switch (state) {
            case Unknown _ -> connect(context, packet);
            case Connecting _ -> hold(context, packet);
            case Open(var traffic) -> traffic.read(context, packet);
            case Closed _ -> ReferenceCountUtil.release(packet);
        }
    }

    private void undecodable(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof TooLongFrameException) {
            close(
                    context,
                    Disconnect.PACKET_TOO_LARGE,
                    "packet of more than %d bytes".formatted(shared.options().maxPacketBytes()));
        } else {
            close(
                    context,
                    Disconnect.MALFORMED_PACKET,
                    "malformed packet: " + Printable.of(String.valueOf(cause.getMessage())));
        }
    }

    private void connect(ChannelHandlerContext context, MqttMessage packet) {
        if (!(packet instanceof MqttConnectMessage connect)) {
            ReferenceCountUtil.release(packet);
            close(context, Disconnect.PROTOCOL_ERROR, "the first packet is no CONNECT");
            return;
        }
        five = connect.variableHeader().version() == MqttVersion.MQTT_5.protocolLevel();
        switch (Admission.of(connect, Traffic.WINDOW)) {
            case Admission.Refused(var code, var reason) -> {
                refused(context, connect.payload().clientIdentifier(), NO_CONNECTION, reason);
                state = new Closed();
                send(context, Packets.refused(code, reason));
                var _ = context.close();
            }
            case Admission.Admitted(var identity, var permissions, var narrowed) -> {
                clientId = identity.clientId();
                state =
                        new Connecting(
                                identity, narrowed, new Rules(permissions, shared.retained()));
                // The broker would drop a client that does not wait for its answer.
                context.channel().config().setAutoRead(false);
                shared.clients().waits(narrowed, () -> ready(context));
                shared.clients()
                        .admitted(
                                clientId,
                                context.channel(),
                                old -> old.pipeline().fireUserEventTriggered(Event.TAKEN_OVER),
                                () -> context.fireChannelRead(narrowed));
            }
        }
    }

    private void hold(ChannelHandlerContext context, MqttMessage packet) {
        if (held.size() < MAX_HELD) {
            held.add(packet);
        } else {
            ReferenceCountUtil.release(packet);
            close(context, Disconnect.QUOTA_EXCEEDED, "too many packets before CONNACK");
        }
    }

    /** The broker is ready; on the connection's thread. */
    private void ready(ChannelHandlerContext context) {
        if (!(state instanceof Connecting(var identity, _, var rules))) {
            return;
        }
        var traffic = new Traffic(this, identity, five, rules, shared);
        state = new Open(traffic);
        log.atDebug()
                .addKeyValue("client-id", clientId)
                .addKeyValue("from", context.channel().remoteAddress())
                .log("session opened");
        while (state instanceof Open && !held.isEmpty()) {
            traffic.read(context, held.remove());
        }
        context.channel().config().setAutoRead(true);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        switch (state) {
            case Open(var traffic) -> traffic.write(context, message, promise);
            case Connecting _ when five && isAcceptance(message) ->
                    pass(
                            context,
                            Packets.accepted(Traffic.WINDOW, shared.options().maxPacketBytes()),
                            promise);
            case Unknown _, Connecting _, Closed _ -> pass(context, message, promise);
        }
    }

    private static boolean isAcceptance(Object message) {
        return message instanceof MqttConnAckMessage connack
                && connack.variableHeader().connectReturnCode()
                        == MqttConnectReturnCode.CONNECTION_ACCEPTED;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        switch (event) {
            case Event.STOPPING -> end(context, Event.STOPPING.code, Event.STOPPING.reason);
            case Event why -> close(context, why.code, why.reason);
            case IdleStateEvent _ ->
                    close(
                            context,
                            Disconnect.KEEP_ALIVE_TIMEOUT,
                            "silent for one and a half of its keep-alive");
            default -> context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            log.atDebug().addKeyValue("client-id", clientId).setCause(cause).log("connection lost");
            var _ = context.close();
        } else {
            log.atError().addKeyValue("client-id", clientId).setCause(cause).log("broker failed");
            close(context, Disconnect.UNSPECIFIED_ERROR, "the broker failed");
        }
    }

    /** Says why, if the client understands it, and closes. */
    void close(ChannelHandlerContext context, Disconnect code, String reason) {
        if (state instanceof Closed) {
            return;
        }
        refused(context, clientId, NO_MORE, reason);
        end(context, code, reason);
    }

    private void end(ChannelHandlerContext context, Disconnect code, String reason) {
        boolean connected = state instanceof Open;
        forget();
        if (five && connected) {
            send(context, Packets.disconnect(code, reason));
        }
        var _ = context.close();
    }

    /** Sends an answer of the gate's own. If that fails, so does the connection. */
    static void send(ChannelHandlerContext context, MqttMessage packet) {
        var _ = context.writeAndFlush(packet);
    }

    /** Lets a packet of the broker pass, which hears of the outcome by its promise. */
    static void pass(ChannelHandlerContext context, Object packet, ChannelPromise promise) {
        var _ = context.write(packet, promise);
    }

    /** Logs that something was refused. */
    void refused(ChannelHandlerContext context, String clientId, String what, String reason) {
        shared.refusals()
                .warn(line ->
                        line.addKeyValue("client-id", Printable.of(clientId))
                                .addKeyValue("from", context.channel().remoteAddress())
                                .addKeyValue("reason", reason)
                                .log(what));
    }
}
