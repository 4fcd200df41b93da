package io.muster.broker;

import io.muster.api.bus.Payload;

/**
 * Sees every message that the broker accepts, with its publisher, before it is delivered.
 *
 * <p>Called on threads of the broker, several at a time: it must be safe for that, and must not
 * block.
 */
@FunctionalInterface
public interface MessageObserver {
    /** Sees nothing, and costs nothing. */
    MessageObserver NONE = _ -> {};

    /** A message was accepted, or a will is being published. */
    void published(ObservedMessage message);

    /**
     * A message and where it came from.
     *
     * @param clientId of the publisher; of a will, the client that left it
     * @param will whether the broker published it because the client is gone
     */
    record ObservedMessage(
            String clientId,
            String topic,
            int qos,
            boolean retained,
            boolean will,
            Payload payload) {}
}
