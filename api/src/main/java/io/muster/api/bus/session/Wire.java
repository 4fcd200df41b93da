package io.muster.api.bus.session;

import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.Message;
import io.muster.api.bus.Publication;
import io.muster.api.bus.Subscription;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The way to one broker, as {@link SessionBus} uses it: single connections, without patience or
 * memory. All methods return at once; all answers may come on any thread.
 */
public interface Wire {
    /** Returns the broker's address, for messages. */
    String address();

    /**
     * Begins a connection with clean start and session expiry 0. Tells {@code events} either opened
     * and later ended, or ended alone; nothing after that.
     */
    Connection open(Hello hello, Events events);

    /**
     * How a connection presents itself.
     *
     * @param will what the broker publishes when the connection dies, if anything
     */
    record Hello(String clientId, Duration keepAlive, Optional<Publication> will) {}

    /** One connection; what is asked before it is open or after it has ended fails. */
    interface Connection {
        /**
         * Publishes with QoS 1.
         *
         * @return completes when the broker has acknowledged; fails with a {@link
         *     io.muster.api.bus.BusException} that names the topic
         */
        CompletionStage<Void> publish(Publication publication);

        /**
         * Subscribes with QoS 1, or replaces the subscription of the same filter.
         *
         * @return completes when the broker has granted it; fails with a {@link
         *     io.muster.api.bus.BusException} that names the filter
         */
        CompletionStage<Void> subscribe(Subscription subscription);

        /**
         * Ends it in order: the broker forgets the will. Also before it is open, and repeatedly.
         */
        void close();

        /** Breaks it: the broker publishes the will. Also before it is open, and repeatedly. */
        void cut();
    }

    /** What a connection tells. */
    interface Events {
        /**
         * The broker has accepted.
         *
         * @param window how many publications the broker takes before it acknowledges the first
         */
        void opened(int window);

        /**
         * A message has come.
         *
         * @param acknowledge tells the broker that it may send another; from any thread, and to be
         *     called once, also when the connection has ended meanwhile
         */
        void received(Message message, Runnable acknowledge);

        /** The connection has ended, or could not be made. */
        void ended(Disconnection why);
    }
}
