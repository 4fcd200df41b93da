package io.muster.api.bus;

import java.util.concurrent.CompletionStage;

/**
 * One session at a broker.
 *
 * <p>Call from the session's serial. Everything has a deadline: a stage that is returned completes,
 * with its result or a {@link BusException}, within the deadline of the implementation (10 s by
 * default).
 *
 * <p>An acknowledgement of the broker is not a receipt of the reader.
 */
public interface Bus extends AutoCloseable {
    /**
     * Publishes with QoS 1; completes when the broker has acknowledged.
     *
     * <p>While there is no connection, fails at once: nothing is queued for later. Publications of
     * one session to one topic arrive in order.
     */
    CompletionStage<Void> publish(Publication publication);

    /**
     * Subscribes; completes when the broker has granted it. Subscriptions end with the connection:
     * subscribe again in {@link BusListener#connected}, before publishing.
     */
    CompletionStage<Void> subscribe(Subscription subscription);

    /**
     * Ends the session in order, so that no will is published; repeated calls do nothing. What was
     * accepted before is given a bounded time (2 s) to be acknowledged, and its stages complete
     * within it. The listener hears nothing more.
     */
    @Override
    void close();
}
