package io.muster.api.bus;

import io.muster.api.topic.Topic;
import java.time.Duration;
import java.util.Optional;

/**
 * A message to publish.
 *
 * @param payload its bytes
 * @param retained the broker keeps it as the last message of the topic; an empty payload clears the
 *     topic
 * @param expiry whole seconds after which the broker drops what it could not deliver; never on a
 *     retained topic (a broker in use loses the retained message of a topic that once carried an
 *     expiry)
 */
public record Publication(
        Topic topic, Payload payload, boolean retained, Optional<Duration> expiry) {
    /** Checks that nothing retained expires. */
    public Publication {
        if (retained && expiry.isPresent()) {
            throw new IllegalArgumentException(topic + ": what is retained must not expire");
        }
    }

    /** A message that replaces the last one of its topic. */
    public static Publication retained(Topic topic, Payload payload) {
        return new Publication(topic, payload, true, Optional.empty());
    }

    /** A message for whoever listens now. */
    public static Publication live(Topic topic, Payload payload) {
        return new Publication(topic, payload, false, Optional.empty());
    }

    /** A message that is worthless after {@code expiry}. */
    public static Publication expiring(Topic topic, Payload payload, Duration expiry) {
        return new Publication(topic, payload, false, Optional.of(expiry));
    }
}
