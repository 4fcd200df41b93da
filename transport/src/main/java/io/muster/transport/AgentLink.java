package io.muster.transport;

import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.BusListener.Retry;
import io.muster.api.link.AgentPresence;
import io.muster.api.link.Command;
import io.muster.api.link.DesiredState;
import io.muster.api.link.Facts;
import io.muster.api.link.Report;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.AgentName;
import io.muster.api.shell.Serial;
import io.muster.api.state.AgentAttributes;
import io.muster.api.topic.Topics;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;

/**
 * An agent's end: what the server wishes, and what the agent reports.
 *
 * <p>All calls from the serial, and all callbacks on it.
 */
public final class AgentLink implements AutoCloseable {
    /**
     * Makes one; {@link #start} connects it.
     *
     * @param instance of the agent process, random; it is in the will
     */
    public AgentLink(
            BusConnector connector,
            Topics topics,
            AgentName agent,
            String instance,
            Serial serial,
            RandomGenerator random,
            LinkOptions options,
            Listener listener) {}

    /** Connects, and stays connected until closed. */
    public void start() {}

    /**
     * Announces the agent. The latest wins; repeated until acknowledged, within the connection of
     * its nonce.
     */
    public void announce(AgentPresence presence) {}

    /**
     * Reports. Completes when the broker has acknowledged, which is no receipt of the server; fails
     * with a {@link LinkException}, at once when there is no connection.
     */
    public CompletionStage<Void> report(Report report) {
        return CompletableFuture.completedStage(null);
    }

    /** Tells the load. It may be lost; the next one replaces it. */
    public void load(AgentAttributes.Status status) {}

    /**
     * Says that the agent is gone, and ends the session. No callback comes afterwards; repeated
     * calls do nothing.
     */
    @Override
    public void close() {}

    /** Hears what comes. What is retained may come before {@link #connected}. */
    public interface Listener {
        /** There is a connection, and everything is subscribed to: announce the agent. */
        void connected(String nonce);

        /**
         * There is no connection (any more), or none could be made. After a take-over the link
         * waits for longer than the presence deadline, so that the other is seen first; a longer
         * pause, or giving up, is the listener's choice.
         */
        Retry disconnected(Disconnection why);

        /** A desired state has come, whole; whether it is obeyed is for the agent's fence. */
        void desired(DesiredState desired);

        /** A desired state has come that cannot be read or fails its digest: it changes nothing. */
        void desiredMalformed(String why);

        /** Facts have come; older ones are to be ignored. */
        void facts(Facts facts);

        /** An order has come. */
        void command(Command command);

        /**
         * The server showed a new presence, or went away. Late wills of earlier connections have
         * been left out.
         */
        void server(ServerPresence presence);

        /** Any other message was ignored because it cannot be read. */
        void malformed(String topic, String why);

        /** The broker does not take a message; said once per reason. */
        void undeliverable(String topic, String why);
    }
}
