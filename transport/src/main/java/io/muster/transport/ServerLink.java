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
import io.muster.api.name.Lineage;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.shell.Serial;
import io.muster.api.state.AgentAttributes;
import io.muster.api.topic.Topics;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The server's end: desired states, facts and orders to agents, answers to requesters; and what
 * they tell.
 *
 * <p>All calls from the serial, and all callbacks on it.
 */
public final class ServerLink implements AutoCloseable {
    /** Makes one; {@link #start} connects it. */
    public ServerLink(
            BusConnector connector,
            Topics topics,
            Serial serial,
            RandomGenerator random,
            LinkOptions options,
            Listener listener) {}

    /**
     * Looks for another live server, then takes the server's name at the broker, and stays
     * connected until closed.
     */
    public void start(Lineage lineage, long epoch, String version) {}

    /** Announces a new epoch: the server has jumped above one that it met on an agent. */
    public void epoch(long epoch) {}

    /**
     * Tells an agent its desired state, retained. The latest wins; it is repeated until the broker
     * has acknowledged it, across connections.
     *
     * <p>A state that is too large for a message is reported as undeliverable: compare the size of
     * its encoding with {@link LinkOptions#maxPayloadBytes} before accepting it.
     */
    public void desired(AgentName agent, DesiredState desired) {}

    /** Clears what the broker retains for an agent that is gone for good. */
    public void clearDesired(AgentName agent) {}

    /**
     * Tells an agent the facts. The latest wins; repeated until acknowledged, but only within the
     * connection: after that, agents announce themselves again.
     */
    public void facts(AgentName agent, Facts facts) {}

    /** Gives an agent an order, which expires after 10 s. It may be lost. */
    public void command(AgentName agent, Command command) {}

    /**
     * Answers, or tells an event. It may be lost: requests are repeated until answered, and events
     * are numbered. An answer above the maximum is replaced by a refusal that says so.
     */
    public void respond(Requester requester, Response response) {}

    /**
     * Says that the server is gone, and ends the session. No callback comes afterwards; repeated
     * calls do nothing.
     */
    @Override
    public void close() {}

    /** Hears what comes. */
    public interface Listener {
        /**
         * There is a connection, and everything is subscribed to.
         *
         * @param connection counts the connections of this server, from 1; agents that see a new
         *     number announce themselves again
         */
        void connected(long connection);

        /**
         * There is no connection (any more), or none could be made. After {@link
         * io.muster.api.bus.BusListener.Cause#TAKEN_OVER} the link has given up, whatever is
         * returned: another server has the name.
         */
        Retry disconnected(Disconnection why);

        /** An agent announced itself, or its will says that it is gone; to be judged by nonce. */
        void presence(AgentName agent, AgentPresence presence);

        /** An agent reported. */
        void report(AgentName agent, Report report);

        /** An agent told its load. */
        void load(AgentName agent, AgentAttributes.Status status);

        /**
         * Somebody asked. Comes once for each time that it arrived: whoever executes it compares
         * ids.
         *
         * @param timeToLive what has not begun when this has passed is not to begin at all
         */
        void request(Requester requester, Request request, Duration timeToLive);

        /** Another live server has the name; the link has given up. */
        void rival(ServerPresence other);

        /** A message was ignored because it cannot be read. */
        void malformed(String topic, String why);

        /** The broker does not take a message; said once per reason. */
        void undeliverable(String topic, String why);
    }
}
