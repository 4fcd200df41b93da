package io.muster.transport.mqtt;

import com.hivemq.client.mqtt.exceptions.ConnectionClosedException;
import com.hivemq.client.mqtt.exceptions.MqttEncodeException;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAckReasonCode;
import io.muster.api.bus.BusException;
import io.muster.api.bus.BusListener.Cause;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.outcome.InWords;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What failures of the client mean for us, in one place, and what to do about them. */
final class Reasons {
    private final String broker;

    Reasons(MqttAddress address) {
        this.broker = "the broker at " + address;
    }

    Disconnection unknownHost(Exception failure) {
        return lost(
                "its name cannot be looked up (%s); look whether it is right"
                        .formatted(failure.getMessage()));
    }

    /** Why there is no connection (any more). */
    Disconnection ended(MqttDisconnectSource source, Throwable failure) {
        return switch (failure) {
            case Mqtt5ConnAckException e -> refused(e);
            case Mqtt5DisconnectException e when source == MqttDisconnectSource.SERVER ->
                    disconnected(e);
            case ConnectionClosedException e when e.getCause() == null ->
                    lost("it closed the connection");
            default -> broken(failure);
        };
    }

    private Disconnection refused(Mqtt5ConnAckException failure) {
        var answer = failure.getMqttMessage();
        var code = answer.getReasonCode();
        var says = says(code, code.getCode(), answer.getReasonString());
        return switch (code) {
            case BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED, BANNED, BAD_AUTHENTICATION_METHOD ->
                    refused(says + "; check user and password, and that this client may connect");
            case CLIENT_IDENTIFIER_NOT_VALID ->
                    refused(says + "; check the cluster and the name of this client");
            case UNSUPPORTED_PROTOCOL_VERSION -> refused(says + "; it must speak MQTT 5");
            case TOPIC_NAME_INVALID,
                    PACKET_TOO_LARGE,
                    PAYLOAD_FORMAT_INVALID,
                    RETAIN_NOT_SUPPORTED,
                    QOS_NOT_SUPPORTED,
                    PROTOCOL_ERROR,
                    MALFORMED_PACKET ->
                    refused(says + "; Muster needs retained messages, QoS 1 and wills");
            case SUCCESS,
                    UNSPECIFIED_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    SERVER_UNAVAILABLE,
                    SERVER_BUSY,
                    QUOTA_EXCEEDED,
                    USE_ANOTHER_SERVER,
                    SERVER_MOVED,
                    CONNECTION_RATE_EXCEEDED ->
                    lost(says);
        };
    }

    private Disconnection disconnected(Mqtt5DisconnectException failure) {
        var packet = failure.getMqttMessage();
        var code = packet.getReasonCode();
        var says = says(code, code.getCode(), packet.getReasonString());
        return switch (code) {
            case SESSION_TAKEN_OVER ->
                    new Disconnection(
                            Cause.TAKEN_OVER,
                            broker + ": another session with the same client id took over");
            case NOT_AUTHORIZED -> refused(says + "; check that this client may do what it does");
            default -> lost(says);
        };
    }

    private Disconnection broken(Throwable failure) {
        Throwable root = failure;
        for (var cause = root.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        var text = InWords.of(root);
        if (failure.getCause() instanceof SSLException || root instanceof SSLException) {
            return lost(
                    "no TLS connection (%s); check that it speaks TLS here, its certificate, and the certificate authorities given"
                            .formatted(text));
        }
        return lost(text);
    }

    BusException publish(String topic, Throwable failure) {
        return switch (failure) {
            case Mqtt5PubAckException e -> {
                var answer = e.getMqttMessage();
                var code = answer.getReasonCode();
                yield failed(
                        "publish to " + topic,
                        says(code, code.getCode(), answer.getReasonString()),
                        code == Mqtt5PubAckReasonCode.NOT_AUTHORIZED
                                ? "; this client may not publish to this topic: check its role and"
                                        + " the broker's access rules"
                                : "",
                        code == Mqtt5PubAckReasonCode.QUOTA_EXCEEDED
                                || code == Mqtt5PubAckReasonCode.UNSPECIFIED_ERROR
                                || code == Mqtt5PubAckReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
                        e);
            }
            case MqttEncodeException e ->
                    failed(
                            "publish to " + topic,
                            String.valueOf(e.getMessage()),
                            "; raise the broker's limit of packet sizes, or lower ours",
                            false,
                            e);
            default -> failed("publish to " + topic, text(failure), "", true, failure);
        };
    }

    BusException subscribe(String filter, Throwable failure) {
        if (failure instanceof Mqtt5SubAckException e) {
            var answer = e.getMqttMessage();
            var code =
                    answer.getReasonCodes().stream()
                            .filter(Mqtt5SubAckReasonCode::isError)
                            .findFirst()
                            .orElse(Mqtt5SubAckReasonCode.UNSPECIFIED_ERROR);
            return failed(
                    "subscribe to " + filter,
                    says(code, code.getCode(), answer.getReasonString()),
                    "; check the role of this client and the broker's access rules",
                    code == Mqtt5SubAckReasonCode.QUOTA_EXCEEDED,
                    e);
        }
        return failed("subscribe to " + filter, text(failure), "", true, failure);
    }

    private BusException failed(
            String what, String why, String remedy, boolean retryable, Throwable cause) {
        return new BusException(
                "%s: %s: %s%s".formatted(what, broker, why, remedy), retryable, cause);
    }

    private Disconnection lost(String why) {
        return new Disconnection(Cause.LOST, broker + ": " + why);
    }

    private Disconnection refused(String why) {
        return new Disconnection(Cause.REFUSED, broker + ": " + why);
    }

    private static String says(Enum<?> code, int number, Optional<?> reason) {
        var words = code.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return "it says \"%s\" (0x%02x)%s"
                .formatted(words, number, reason.map(text -> ", " + text).orElse(""));
    }

    private static String text(@Nullable Throwable failure) {
        return failure == null ? "it says no more" : InWords.of(failure);
    }
}
