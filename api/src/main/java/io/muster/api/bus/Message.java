package io.muster.api.bus;

import io.muster.api.topic.Topic;

/**
 * A message that has come.
 *
 * @param payload its bytes
 * @param retained it was there before the subscription
 */
public record Message(Topic topic, Payload payload, boolean retained) {}
