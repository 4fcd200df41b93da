package io.muster.transport;

import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.BusListener.Retry;
import io.muster.api.bus.Message;
import io.muster.api.bus.Payload;
import io.muster.api.bus.Publication;
import io.muster.api.codec.DesiredEncoder;
import io.muster.api.codec.LinkCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.link.AgentPresence;
import io.muster.api.link.Command;
import io.muster.api.link.DesiredState;
import io.muster.api.link.Facts;
import io.muster.api.link.Load;
import io.muster.api.link.Report;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.AgentName;
import io.muster.api.name.Lineage;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.shell.Serial;
import io.muster.api.topic.AgentChannel;
import io.muster.api.topic.Topics;
import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The server's end: desired states, facts and orders to agents, answers to requesters; and what
 * they tell.
 *
 * <p>All calls from the serial, and all callbacks on it.
 */
public final class ServerLink implements AutoCloseable {
    private static final Duration COMMAND_EXPIRY = Duration.ofSeconds(10);

    private final Topics topics;
    private final Listener listener;
    private final Complaints complaints;
    private final ServerSeat seat;
    private final DesiredEncoder encoder = new DesiredEncoder();
    private final Slots kept;
    private final Slots passing;
    private final RequestDesk desk;
    private boolean closed;

    /** Makes one; {@link #start} connects it. */
    public ServerLink(
            BusConnector connector,
            Topics topics,
            Serial serial,
            RandomGenerator random,
            LinkOptions options,
            Listener listener) {
        this.topics = topics;
        this.listener = listener;
        this.complaints = new Complaints(listener::undeliverable);
        this.seat =
                new ServerSeat(
                        connector,
                        topics,
                        Stream.concat(
                                        Stream.of(
                                                topics.allAgents(AgentChannel.PRESENCE),
                                                topics.allAgents(AgentChannel.REPORT),
                                                topics.allAgents(AgentChannel.LOAD)),
                                        topics.allRequests().stream())
                                .map(LinkSession::live)
                                .toList(),
                        serial,
                        random,
                        options,
                        complaints,
                        new Seated());
        int max = options.maxPayloadBytes();
        this.kept = new Slots(seat, serial, random, complaints, max);
        this.passing = new Slots(seat, serial, random, complaints, max);
        this.desk = new RequestDesk(topics, seat, serial, random, options, complaints, listener);
    }

    /**
     * Looks for another live server, then takes the server's name at the broker, and stays
     * connected until closed. The caller holds the lock of the store.
     *
     * <p>What counts as another live server: a retained presence that says "online" and is not our
     * own, also one of our own store, of which somebody may run a copy; and that answers a small
     * request within the presence deadline. One that does not answer left its "online" behind when
     * it died (its power was cut, or the broker retains no wills), and is replaced. It looks again
     * before it returns after a lost connection. A broker of one's own ({@link
     * LinkOptions#withOwnBroker}) holds nobody else's presence: there it does not look.
     */
    public void start(Lineage lineage, long epoch, String version) {
        seat.start(lineage, epoch, version);
    }

    /** Announces a new epoch: the server has jumped above one that it met on an agent. */
    public void epoch(long epoch) {
        seat.epoch(epoch);
    }

    /**
     * Tells an agent its desired state, retained. The latest wins; it is repeated until the broker
     * has acknowledged it, across connections.
     *
     * <p>A state that is too large for a message is reported as undeliverable: compare the size of
     * its encoding with {@link LinkOptions#maxPayloadBytes} before accepting it.
     */
    public void desired(AgentName agent, DesiredState desired) {
        var topic = topics.agent(agent, AgentChannel.DESIRED);
        kept.put(topic, () -> Publication.retained(topic, encoder.encode(agent.value(), desired)));
    }

    /** Clears what the broker retains for an agent that is gone for good. */
    public void clearDesired(AgentName agent) {
        var topic = topics.agent(agent, AgentChannel.DESIRED);
        encoder.forget(agent.value());
        kept.put(topic, () -> Publication.retained(topic, Payload.EMPTY));
    }

    /**
     * Tells an agent the facts. The latest wins; repeated until acknowledged, but only within the
     * connection: after that, agents announce themselves again.
     */
    public void facts(AgentName agent, Facts facts) {
        if (seat.ready()) {
            var topic = topics.agent(agent, AgentChannel.FACTS);
            passing.put(topic, () -> Publication.live(topic, LinkCodec.encode(facts)));
        }
    }

    /** Gives an agent an order, which expires after 10 s. It may be lost. */
    public void command(AgentName agent, Command command) {
        var topic = topics.agent(agent, AgentChannel.COMMAND);
        seat.publish(
                Publication.expiring(topic, LinkCodec.encode(command), COMMAND_EXPIRY),
                failure ->
                        failure.filter(why -> !why.retryable())
                                .ifPresent(why ->
                                        complaints.say(topic.value(), LinkSession.message(why))));
    }

    /**
     * Answers, or tells an event. It may be lost: requests are repeated until answered, and events
     * are numbered. An answer above the maximum is replaced by a refusal that says so.
     */
    public void respond(Requester requester, Response response) {
        desk.respond(requester, response);
    }

    /**
     * Says that the server is gone, and ends the session. No callback comes afterwards; repeated
     * calls do nothing.
     */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            kept.forget();
            passing.forget();
            seat.close();
        }
    }

    private void received(Message message) {
        topics.agentTopic(message.topic())
                .ifPresentOrElse(
                        from -> told(from, message),
                        () ->
                                topics.requester(message.topic())
                                        .ifPresentOrElse(
                                                requester -> desk.received(requester, message),
                                                () ->
                                                        listener.malformed(
                                                                message.topic().value(),
                                                                "nobody publishes there")));
    }

    private void told(Topics.AgentTopic from, Message message) {
        try {
            switch (from.channel()) {
                case PRESENCE ->
                        listener.presence(
                                from.agent(), LinkCodec.decodeAgentPresence(message.payload()));
                case REPORT ->
                        listener.report(from.agent(), LinkCodec.decodeReport(message.payload()));
                case LOAD ->
                        listener.load(
                                from.agent(),
                                LinkCodec.decodeLoad(from.agent(), message.payload()));
                case DESIRED, FACTS, COMMAND -> {} // not subscribed to: these are our own
            }
        } catch (MalformedMessage e) {
            listener.malformed(message.topic().value(), String.valueOf(e.getMessage()));
        }
    }

    private final class Seated implements ServerSeat.Holder {
        @Override
        public void seated(long connection) {
            kept.connected();
            passing.connected();
            desk.connected();
            listener.connected(connection);
        }

        @Override
        public Retry disconnected(Disconnection why) {
            passing.forget();
            return listener.disconnected(why);
        }

        @Override
        public void received(Message message) {
            ServerLink.this.received(message);
        }

        @Override
        public void rival(ServerPresence other) {
            listener.rival(other);
        }

        @Override
        public void malformed(String topic, String why) {
            listener.malformed(topic, why);
        }
    }

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
        void load(AgentName agent, Load load);

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

        /**
         * The broker does not take a message; said once per reason, perhaps from within the call
         * that would have sent it.
         */
        void undeliverable(String topic, String why);
    }
}
