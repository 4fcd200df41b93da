package io.muster.transport;

import io.muster.api.bus.BusConnector;
import io.muster.api.name.ClientName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.shell.Serial;
import io.muster.api.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;

/**
 * A client's end: asks the server, and listens to what changes.
 *
 * <p>May be called from any thread; all callbacks, those of returned stages included, come on the
 * serial.
 */
public final class ClientLink implements AutoCloseable {
    /** Makes one; {@link #start} connects it. */
    public ClientLink(
            BusConnector connector,
            Topics topics,
            ClientName client,
            Serial serial,
            RandomGenerator random,
            LinkOptions options) {}

    /** Connects, and stays connected until closed. */
    public void start() {}

    /**
     * Asks, under one id, again and again until it is answered: first after a second, then at
     * growing pauses, and at once when the server is new. An answer that the server is busy is
     * returned only when the time is over.
     *
     * <p>Fails with a {@link LinkException}: after a short grace if there is no broker or no
     * server, and with {@link LinkException.Kind#OUTCOME_UNKNOWN} when the time is over.
     */
    public CompletionStage<Response> ask(Request.Body body, Duration timeout) {
        return new CompletableFuture<>();
    }

    /**
     * Listens to the state and what changes in it, until closed. The lease is renewed and whatever
     * is lost is healed by a new snapshot.
     */
    public Subscription subscribe(List<FieldMask> masks, EventListener listener) {
        return () -> {};
    }

    /**
     * Ends the session; what is asked fails. No callback comes after those; repeated calls do
     * nothing.
     */
    @Override
    public void close() {}

    /** A wish to hear events. */
    public interface Subscription extends AutoCloseable {
        /** Ends it; no callback comes afterwards. */
        @Override
        void close();
    }

    /** Hears the state and what changes in it. */
    public interface EventListener {
        /** The whole of what was chosen; replaces all that was told before. */
        void snapshot(Response.StateAnswer answer);

        /** What changed since the last call; {@code altered} names the fields. */
        void event(Response.StateAnswer answer);

        /**
         * Something may have been missed, or there is no connection or no server now. Told once;
         * the next call is a snapshot.
         */
        void interrupted(String why);

        /** The server refuses the subscription, which has ended. */
        void refused(Response.Refused refused);
    }
}
