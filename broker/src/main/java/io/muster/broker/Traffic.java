package io.muster.broker;

import io.muster.api.bus.Payload;
import io.muster.api.topic.Identity;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscribePayload;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;

/** What passes the gate of one open session, both ways. Runs on the connection's thread alone. */
final class Traffic {
    /** So many messages may be unacknowledged, in each direction. */
    static final int WINDOW = 128;

    private final Gate gate;
    private final String clientId;
    private final boolean five;
    private final Rules rules;
    private final Gate.Shared shared;
    private final Answers answers = new Answers();
    private final Brake brake;
    private int unacknowledged;

    Traffic(Gate gate, Identity identity, boolean five, Rules rules, Gate.Shared shared) {
        this.gate = gate;
        this.clientId = identity.clientId();
        this.five = five;
        this.rules = rules;
        this.shared = shared;
        // The server itself must go on, or it would never catch up.
        this.brake =
                new Brake(
                        () -> !(identity instanceof Identity.Server) && shared.crowd().get() > 0,
                        () -> unacknowledged = Math.max(0, unacknowledged - 1));
    }

    /** A packet of the client. */
    void read(ChannelHandlerContext context, MqttMessage packet) {
        switch (packet) {
            case MqttPublishMessage publish -> publish(context, publish);
            case MqttSubscribeMessage subscribe -> subscribe(context, subscribe);
            case MqttUnsubscribeMessage unsubscribe -> unsubscribe(context, unsubscribe);
            default -> {
                switch (packet.fixedHeader().messageType()) {
                    case PUBACK, PINGREQ, DISCONNECT -> context.fireChannelRead(packet);
                    default -> {
                        ReferenceCountUtil.release(packet);
                        gate.close(
                                context,
                                Disconnect.PROTOCOL_ERROR,
                                "unexpected " + packet.fixedHeader().messageType());
                    }
                }
            }
        }
    }

    private void publish(ChannelHandlerContext context, MqttPublishMessage message) {
        var header = message.fixedHeader();
        if (header.qosLevel() == MqttQoS.EXACTLY_ONCE) {
            message.release();
            gate.close(context, Disconnect.QOS_NOT_SUPPORTED, "QoS 2 is not offered; use QoS 1");
            return;
        }
        if (message.variableHeader().properties().getProperty(MqttPropertyType.TOPIC_ALIAS.value())
                != null) {
            message.release();
            gate.close(context, Disconnect.TOPIC_ALIAS_INVALID, "topic aliases are not offered");
            return;
        }
        var refusal = rules.publish(message);
        if (refusal.isPresent()) {
            message.release();
            refuse(context, message, refusal.get());
            return;
        }
        boolean acknowledge = header.qosLevel() == MqttQoS.AT_LEAST_ONCE;
        if (acknowledge && ++unacknowledged > WINDOW) {
            message.release();
            gate.close(
                    context,
                    Disconnect.RECEIVE_MAXIMUM_EXCEEDED,
                    "more than %d messages unacknowledged".formatted(WINDOW));
            return;
        }
        observe(message);
        context.fireChannelRead(header.isDup() ? Packets.unmarked(message) : message);
    }

    private void refuse(
            ChannelHandlerContext context, MqttPublishMessage message, Rules.Refusal refusal) {
        if (!five) {
            // MQTT 3.1.1, 3.3.5-2: no other way to say it
            gate.close(context, Disconnect.NOT_AUTHORIZED, refusal.reason());
            return;
        }
        gate.refused(context, clientId, Gate.NO_PUBLICATION, refusal.reason());
        if (message.fixedHeader().qosLevel() == MqttQoS.AT_LEAST_ONCE) {
            int packetId = message.variableHeader().packetId();
            Gate.send(context, Packets.refused(packetId, refusal.code(), refusal.reason()));
        }
    }

    private void observe(MqttPublishMessage message) {
        var observer = shared.options().observer();
        if (!observer.equals(MessageObserver.NONE)) {
            var header = message.fixedHeader();
            observer.published(
                    new MessageObserver.ObservedMessage(
                            clientId,
                            message.variableHeader().topicName(),
                            header.qosLevel().value(),
                            header.isRetain(),
                            false,
                            Payload.of(ByteBufUtil.getBytes(message.payload()))));
        }
    }

    private void subscribe(ChannelHandlerContext context, MqttSubscribeMessage message) {
        int packetId = message.variableHeader().messageId();
        var codes = new ArrayList<Integer>();
        var allowed = new ArrayList<MqttTopicSubscription>();
        for (var each : message.payload().topicSubscriptions()) {
            var refusal = rules.subscribe(each.topicFilter());
            if (refusal.isEmpty()) {
                allowed.add(each);
                codes.add(Answers.OPEN);
            } else {
                gate.refused(context, clientId, Gate.NO_SUBSCRIPTION, refusal.get().reason());
                codes.add(Byte.toUnsignedInt(code(refusal.get().code())));
            }
        }
        if (allowed.isEmpty()) {
            Gate.send(context, Packets.subscribed(packetId, codes));
        } else if (answers.subscribing(packetId, codes)) {
            context.fireChannelRead(
                    new MqttSubscribeMessage(
                            message.fixedHeader(),
                            message.idAndPropertiesVariableHeader(),
                            new MqttSubscribePayload(allowed)));
        } else {
            gate.close(context, Disconnect.QUOTA_EXCEEDED, "too many subscriptions unanswered");
        }
    }

    private byte code(MqttReasonCodes.SubAck refusal) {
        return (five ? refusal : MqttReasonCodes.SubAck.UNSPECIFIED_ERROR).byteValue();
    }

    private void unsubscribe(ChannelHandlerContext context, MqttUnsubscribeMessage message) {
        var filters = message.payload().topics();
        for (var filter : filters) {
            if (!rules.unsubscribe(filter)) {
                gate.close(
                        context,
                        Disconnect.TOPIC_FILTER_INVALID,
                        "no topic filter: " + Printable.of(filter));
                return;
            }
        }
        if (answers.unsubscribing(message.variableHeader().messageId(), filters.size())) {
            context.fireChannelRead(message);
        } else {
            gate.close(context, Disconnect.QUOTA_EXCEEDED, "too many subscriptions unanswered");
        }
    }

    /** A packet of the broker. */
    void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        switch (message) {
            case MqttSubAckMessage suback -> {
                int packetId = suback.variableHeader().messageId();
                var codes = answers.subscribed(packetId, suback.payload().reasonCodes());
                Gate.pass(context, Packets.subscribed(packetId, codes), promise);
            }
            case MqttUnsubAckMessage unsuback -> {
                int packetId = unsuback.variableHeader().messageId();
                Gate.pass(
                        context,
                        Packets.unsubscribed(packetId, answers.unsubscribed(packetId)),
                        promise);
            }
            case MqttPubAckMessage _ -> brake.write(context, message, promise);
            case MqttPublishMessage publish
                    when publish.fixedHeader().qosLevel() == MqttQoS.AT_MOST_ONCE
                            && shared.isBehind(context.channel()) -> {
                publish.release();
                promise.setSuccess(); // QoS 0: at most once
            }
            default -> Gate.pass(context, message, promise);
        }
    }
}
