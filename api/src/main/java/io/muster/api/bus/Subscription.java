package io.muster.api.bus;

import io.muster.api.topic.TopicFilter;

/**
 * What to listen to, with QoS 1.
 *
 * @param wantsRetained whether the broker sends what it has retained; if not, it also saves the
 *     look-up (MQTT 5.0, 3.8.3.1, retain handling 2)
 */
public record Subscription(TopicFilter filter, boolean wantsRetained) {}
