package io.muster.broker;

import io.muster.api.topic.Permissions;
import io.muster.api.topic.Topic;
import io.muster.api.topic.TopicFilter;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What one admitted client may do. Knows the table of permissions and the client's subscriptions;
 * one thread.
 */
final class Rules {
    /** So many filters may be subscribed to by one client; Muster's own need less than ten. */
    static final int MAX_SUBSCRIPTIONS = 100;

    private final Permissions permissions;
    private final RetainedMessages retained;
    private final Set<String> subscriptions = new HashSet<>();

    Rules(Permissions permissions, RetainedMessages retained) {
        this.permissions = permissions;
        this.retained = retained;
    }

    /** Why a publication is refused. */
    record Refusal(MqttReasonCodes.PubAck code, String reason) {}

    /** Why a subscription is refused. */
    record NoSubscription(MqttReasonCodes.SubAck code, String reason) {}

    static boolean mayPublish(Permissions permissions, String topic) {
        try {
            return permissions.allowsPublish(new Topic(topic));
        } catch (IllegalArgumentException e) {
            return false; // no topic at all
        }
    }

    /** Decides about a publication; empty if it may pass. */
    Optional<Refusal> publish(MqttPublishMessage message) {
        var topic = message.variableHeader().topicName();
        if (!mayPublish(permissions, topic)) {
            return Optional.of(
                    new Refusal(
                            MqttReasonCodes.PubAck.NOT_AUTHORIZED,
                            "no permission to publish to " + Printable.of(topic)));
        }
        if (!message.fixedHeader().isRetain()) {
            return Optional.empty();
        }
        if (message.variableHeader()
                        .properties()
                        .getProperty(MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL.value())
                != null) {
            return Optional.of(
                    new Refusal(
                            MqttReasonCodes.PubAck.IMPLEMENTATION_SPECIFIC_ERROR,
                            "what is retained must not expire; publish without expiry to "
                                    + Printable.of(topic)));
        }
        if (!retained.hasRoom(topic, message.payload().readableBytes())) {
            return Optional.of(
                    new Refusal(
                            MqttReasonCodes.PubAck.QUOTA_EXCEEDED,
                            "too much is retained already to retain on " + Printable.of(topic)));
        }
        return Optional.empty();
    }

    /** Decides about a filter of a subscription; empty if it may pass, which is remembered. */
    Optional<NoSubscription> subscribe(String filter) {
        if (filter.startsWith("$share")) {
            return refused(
                    MqttReasonCodes.SubAck.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
                    "shared subscriptions are not offered: ",
                    filter);
        }
        TopicFilter asked;
        try {
            asked = new TopicFilter(filter);
        } catch (IllegalArgumentException e) {
            return refused(
                    MqttReasonCodes.SubAck.TOPIC_FILTER_INVALID, "no topic filter: ", filter);
        }
        if (!permissions.allowsSubscribe(asked)) {
            return refused(
                    MqttReasonCodes.SubAck.NOT_AUTHORIZED,
                    "no permission to subscribe to ",
                    filter);
        }
        if (subscriptions.size() >= MAX_SUBSCRIPTIONS && !subscriptions.contains(filter)) {
            return refused(
                    MqttReasonCodes.SubAck.QUOTA_EXCEEDED, "too many subscriptions for ", filter);
        }
        subscriptions.add(filter);
        return Optional.empty();
    }

    private static Optional<NoSubscription> refused(
            MqttReasonCodes.SubAck code, String reason, String filter) {
        return Optional.of(new NoSubscription(code, reason + Printable.of(filter)));
    }

    /** Forgets a subscription; false if the text is no filter. */
    boolean unsubscribe(String filter) {
        subscriptions.remove(filter);
        try {
            var _ = new TopicFilter(filter);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
