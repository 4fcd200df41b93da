package io.muster.broker;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders.ConnAckPropertiesBuilder;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import java.util.Collections;
import java.util.List;

/** The packets that the gate itself writes. */
final class Packets {
    private Packets() {}

    static MqttConnAckMessage refused(MqttConnectReturnCode code, String reason) {
        return new MqttConnAckMessage(
                header(MqttMessageType.CONNACK),
                new MqttConnAckVariableHeader(
                        code, false, new ConnAckPropertiesBuilder().reasonString(reason).build()));
    }

    /** What this broker offers, and no more (MQTT 5.0, 3.2.2.3). */
    static MqttConnAckMessage accepted(int window, int maxPacketBytes) {
        var offered =
                new ConnAckPropertiesBuilder()
                        .sessionExpiryInterval(0)
                        .receiveMaximum(window)
                        .maximumQos((byte) 1)
                        .retainAvailable(true)
                        .maximumPacketSize(maxPacketBytes)
                        .wildcardSubscriptionAvailable(true)
                        .subscriptionIdentifiersAvailable(true)
                        .sharedSubscriptionAvailable(false)
                        .build();
        return new MqttConnAckMessage(
                header(MqttMessageType.CONNACK),
                new MqttConnAckVariableHeader(
                        MqttConnectReturnCode.CONNECTION_ACCEPTED, false, offered));
    }

    static MqttPubAckMessage refused(int packetId, MqttReasonCodes.PubAck code, String reason) {
        return new MqttPubAckMessage(
                header(MqttMessageType.PUBACK),
                new MqttPubReplyMessageVariableHeader(packetId, code.byteValue(), because(reason)));
    }

    /**
     * The same without the mark of a repetition.
     *
     * <p>Moquette takes a marked message for one whose first copy has arrived, acknowledges it and
     * delivers nothing. No session outlives its connection here, so the first copy is forgotten.
     */
    static MqttPublishMessage unmarked(MqttPublishMessage message) {
        var header = message.fixedHeader();
        return new MqttPublishMessage(
                new MqttFixedHeader(
                        header.messageType(),
                        false,
                        header.qosLevel(),
                        header.isRetain(),
                        header.remainingLength()),
                message.variableHeader(),
                message.payload());
    }

    static MqttSubAckMessage subscribed(int packetId, List<Integer> codes) {
        return new MqttSubAckMessage(
                header(MqttMessageType.SUBACK),
                MqttMessageIdVariableHeader.from(packetId),
                new MqttSubAckPayload(codes));
    }

    /** Moquette's own has one code, however many filters were named. */
    static MqttUnsubAckMessage unsubscribed(int packetId, int filters) {
        return new MqttUnsubAckMessage(
                header(MqttMessageType.UNSUBACK),
                MqttMessageIdVariableHeader.from(packetId),
                new MqttUnsubAckPayload(
                        Collections.nCopies(
                                filters, (short) MqttReasonCodes.UnsubAck.SUCCESS.byteValue())));
    }

    static MqttMessage disconnect(MqttReasonCodes.Disconnect code, String reason) {
        return new MqttMessage(
                header(MqttMessageType.DISCONNECT),
                new MqttReasonCodeAndPropertiesVariableHeader(code.byteValue(), because(reason)));
    }

    private static MqttProperties because(String reason) {
        var properties = new MqttProperties();
        properties.add(new StringProperty(MqttPropertyType.REASON_STRING.value(), reason));
        return properties;
    }

    private static MqttFixedHeader header(MqttMessageType type) {
        return new MqttFixedHeader(type, false, MqttQoS.AT_MOST_ONCE, false, 0);
    }
}
