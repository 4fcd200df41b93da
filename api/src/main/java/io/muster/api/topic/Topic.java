package io.muster.api.topic;

/**
 * A topic that can be published to.
 *
 * @param value without wildcards; at most 65,535 bytes of UTF-8 (MQTT 5.0, 4.7.3)
 */
public record Topic(String value) {
    /** Checks the topic. */
    public Topic {
        if (value.isEmpty()
                || value.length() > 1024
                || value.indexOf('+') >= 0
                || value.indexOf('#') >= 0
                || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("\"" + value + "\" is no topic to publish to");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
