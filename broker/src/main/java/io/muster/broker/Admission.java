package io.muster.broker;

import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_BAD_AUTHENTICATION_METHOD;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_QOS_NOT_SUPPORTED;
import static io.netty.handler.codec.mqtt.MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION;

import io.muster.api.topic.Identity;
import io.muster.api.topic.Permissions;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.Set;

/** Whether a client that wants to connect is let in. Pure. */
sealed interface Admission {
    /**
     * It is.
     *
     * @param connect what goes on to the broker: as it came, but with what this broker does not
     *     offer taken out (sessions that outlive their connection, delayed wills, passwords,
     *     response information, a larger window than ours)
     */
    record Admitted(Identity identity, Permissions permissions, MqttConnectMessage connect)
            implements Admission {}

    /** It is not. */
    record Refused(MqttConnectReturnCode code, String reason) implements Admission {}

    /** Decides. */
    static Admission of(MqttConnectMessage connect, int window) {
        var header = connect.variableHeader();
        boolean five = header.version() == MqttVersion.MQTT_5.protocolLevel();
        if (!five && header.version() != MqttVersion.MQTT_3_1_1.protocolLevel()) {
            return new Refused(
                    CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION,
                    "protocol level %d; use MQTT 5 or 3.1.1".formatted(header.version()));
        }
        if (header.properties().getProperty(MqttPropertyType.AUTHENTICATION_METHOD.value())
                != null) {
            return new Refused(
                    CONNECTION_REFUSED_BAD_AUTHENTICATION_METHOD,
                    "authentication methods are not offered");
        }
        var payload = connect.payload();
        var identity = Identity.parse(payload.clientIdentifier());
        if (identity.isEmpty()) {
            return new Refused(
                    five
                            ? CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID
                            : CONNECTION_REFUSED_IDENTIFIER_REJECTED,
                    "the client id is none of muster/<cluster>/server and"
                            + " muster/<cluster>/agent|client|observer/<name>; to watch, use"
                            + " muster/<cluster>/observer/<name>");
        }
        var permissions = Permissions.of(identity.get());
        if (header.isWillFlag()) {
            if (!Rules.mayPublish(permissions, payload.willTopic())) {
                return new Refused(
                        five
                                ? CONNECTION_REFUSED_NOT_AUTHORIZED_5
                                : CONNECTION_REFUSED_NOT_AUTHORIZED,
                        "no permission for a will on " + Printable.of(payload.willTopic()));
            }
            if (header.willQos() == MqttQoS.EXACTLY_ONCE.value()) {
                return new Refused(
                        five
                                ? CONNECTION_REFUSED_QOS_NOT_SUPPORTED
                                : CONNECTION_REFUSED_NOT_AUTHORIZED,
                        "QoS 2 is not offered, nor to wills; use QoS 1");
            }
        }
        return new Admitted(identity.get(), permissions, narrowed(connect, window));
    }

    private static MqttConnectMessage narrowed(MqttConnectMessage connect, int window) {
        var header = connect.variableHeader();
        var payload = connect.payload();
        var properties =
                without(
                        header.properties(),
                        MqttPropertyType.SESSION_EXPIRY_INTERVAL,
                        MqttPropertyType.REQUEST_RESPONSE_INFORMATION,
                        MqttPropertyType.RECEIVE_MAXIMUM);
        int asked =
                header.properties().getProperty(MqttPropertyType.RECEIVE_MAXIMUM.value())
                                instanceof IntegerProperty property
                        ? property.value()
                        : window;
        properties.add(
                new IntegerProperty(
                        MqttPropertyType.RECEIVE_MAXIMUM.value(), Math.min(asked, window)));
        return new MqttConnectMessage(
                connect.fixedHeader(),
                new MqttConnectVariableHeader(
                        header.name(),
                        header.version(),
                        false,
                        false,
                        header.isWillRetain(),
                        header.willQos(),
                        header.isWillFlag(),
                        false, // see MoquetteCore: it begins each session anew nevertheless
                        header.keepAliveTimeSeconds(),
                        properties),
                new MqttConnectPayload(
                        payload.clientIdentifier(),
                        without(payload.willProperties(), MqttPropertyType.WILL_DELAY_INTERVAL),
                        payload.willTopic(),
                        payload.willMessageInBytes(),
                        null,
                        null));
    }

    private static MqttProperties without(MqttProperties given, MqttPropertyType... unwanted) {
        var ids = Set.of(unwanted);
        var kept = new MqttProperties();
        given.listAll().stream()
                .filter(each -> !ids.contains(MqttPropertyType.valueOf(each.propertyId())))
                .forEach(kept::add);
        return kept;
    }
}
