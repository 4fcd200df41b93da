package io.muster.broker;

import io.moquette.broker.IRetainedRepository;
import io.moquette.broker.RetainedMessage;
import io.moquette.broker.subscriptions.Topic;
import io.muster.api.topic.TopicFilter;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The retained messages, sorted by topic: a subscription without a wildcard is one look-up, one
 * with a wildcard walks what begins like it.
 *
 * <p>Moquette's own store walks all of them for each subscription, which is most of its processor
 * time when thousands of agents come back at once. Safe for several threads.
 */
final class RetainedMessages implements IRetainedRepository {
    private final NavigableMap<String, RetainedMessage> messages = new ConcurrentSkipListMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final int maxMessages;
    private final long maxBytes;

    RetainedMessages(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /**
     * Says whether a message of this size may be retained. Publishers that ask at the same moment
     * may exceed the bounds together, by a message each.
     */
    boolean hasRoom(String topic, int size) {
        var old = messages.get(topic);
        return bytes.get() - sizeOf(old) + size <= maxBytes
                && (old != null || messages.size() < maxMessages);
    }

    @Override
    public void retain(Topic topic, MqttPublishMessage message) {
        var payload = ByteBufUtil.getBytes(message.payload());
        var properties =
                message.variableHeader().properties().listAll().toArray(new MqttProperty<?>[0]);
        var kept =
                new RetainedMessage(topic, message.fixedHeader().qosLevel(), payload, properties);
        var old = messages.put(topic.toString(), kept);
        bytes.addAndGet(payload.length - sizeOf(old));
    }

    @Override
    public void retain(Topic topic, MqttPublishMessage message, Instant expiry) {
        throw new IllegalStateException(topic + ": the gate lets nothing retained expire");
    }

    @Override
    public void cleanRetained(Topic topic) {
        bytes.addAndGet(-sizeOf(messages.remove(topic.toString())));
    }

    @Override
    public boolean isEmpty() {
        return messages.isEmpty();
    }

    @Override
    public Collection<RetainedMessage> retainedOnTopic(String filter) {
        int wildcard = firstWildcard(filter);
        if (wildcard < 0) {
            var message = messages.get(filter);
            return message == null ? List.of() : List.of(message);
        }
        // "a/#" also chooses "a" (MQTT 5.0, 4.7.1.2), so the walk begins before the slash.
        var beginning = filter.substring(0, Math.max(0, wildcard - 1));
        var wanted = new TopicFilter(filter);
        var found = new ArrayList<RetainedMessage>();
        for (var each : messages.tailMap(beginning).entrySet()) {
            if (!each.getKey().startsWith(beginning)) {
                break;
            }
            if (wanted.matches(new io.muster.api.topic.Topic(each.getKey()))) {
                found.add(each.getValue());
            }
        }
        return found;
    }

    @Override
    public Collection<RetainedMessage> listExpirable() {
        return List.of();
    }

    private static int firstWildcard(String filter) {
        int plus = filter.indexOf('+');
        int hash = filter.indexOf('#');
        return plus < 0 || hash < 0 ? Math.max(plus, hash) : Math.min(plus, hash);
    }

    private static int sizeOf(@Nullable RetainedMessage message) {
        return message == null ? 0 : message.getPayload().length;
    }
}
