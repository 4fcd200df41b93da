package io.muster.transport;

import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusListener.Cause;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.BusListener.Retry;
import io.muster.api.bus.Message;
import io.muster.api.bus.Session;
import io.muster.api.codec.LinkCodec;
import io.muster.api.codec.LogsCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.link.LogChunk;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.InstanceName;
import io.muster.api.outcome.Problem;
import io.muster.api.path.FieldMask;
import io.muster.api.request.LogSelection;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.shell.Clock;
import io.muster.api.shell.Serial;
import io.muster.api.topic.Identity;
import io.muster.api.topic.Topic;
import io.muster.api.topic.TopicFilter;
import io.muster.api.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's end: asks the server, and listens to what changes.
 *
 * <p>May be called from any thread; all callbacks, those of returned stages included, come on the
 * serial.
 */
public final class ClientLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientLink.class);

    private final Topics topics;
    private final Topic responses;
    private final Serial serial;
    private final LinkOptions options;
    private final LinkSession session;
    private final PresenceView server = new PresenceView();
    private final Conversation conversation;
    private final ServerSearch search;
    private boolean closed;

    /** Makes one; {@link #start} connects it. */
    public ClientLink(
            BusConnector connector,
            Topics topics,
            ClientName client,
            Serial serial,
            Clock clock,
            RandomGenerator random,
            LinkOptions options) {
        this.topics = topics;
        this.serial = serial;
        this.options = options;
        var requester = new Requester.Client(client);
        this.responses = topics.response(requester);
        this.session =
                new LinkSession(
                        connector,
                        Session.withoutWill(
                                new Identity.Client(topics.cluster(), client).clientId(),
                                options.keepAlive()),
                        List.of(
                                LinkSession.live(TopicFilter.of(responses)),
                                LinkSession.withRetained(TopicFilter.of(topics.serverPresence()))),
                        serial,
                        random,
                        new Complaints(ClientLink::warn),
                        new Connected());
        this.conversation =
                new Conversation(
                        topics,
                        requester,
                        session,
                        server,
                        serial,
                        clock,
                        random,
                        options,
                        ClientLink::warn);
        this.search =
                new ServerSearch(serial, options.presenceDeadline(), topics, server, () -> session);
    }

    /** Connects, and stays connected until closed. */
    public void start() {
        serial.deliver(session::start);
    }

    /**
     * Asks, under one id, again and again until it is answered: first after a second, then at
     * growing pauses, and at once when the server is new. An answer that the server is busy is
     * returned only when the time is over.
     *
     * <p>Fails with a {@link LinkException}: after a short grace if there is no broker or no
     * server, and with {@link LinkException.Kind#OUTCOME_UNKNOWN} when the time is over.
     */
    public CompletionStage<Response> ask(Request.Body body, Duration timeout) {
        var answer = new CompletableFuture<Response>();
        serial.deliver(() -> conversation.ask(body, timeout, Asks.Answer.completing(answer)));
        return answer;
    }

    /**
     * Listens to the state and what changes in it, until closed. The lease is renewed; whatever is
     * lost is asked for again, and healed by a new snapshot if the server does not remember it.
     */
    public Subscription subscribe(List<FieldMask> masks, EventListener listener) {
        return subscribe(masks, Optional.empty(), listener);
    }

    /**
     * The same from a position of an earlier subscription on: begins with the events that came
     * after it, or with a snapshot if the server does not remember them.
     */
    public Subscription subscribe(
            List<FieldMask> masks, Optional<Response.EventPosition> from, EventListener listener) {
        var feed = conversation.feed(masks, from, listener);
        serial.deliver(() -> conversation.begin(feed));
        return feed;
    }

    /**
     * Reads logs, until all has come or it is closed. The agents send them straight to here; no
     * more is under way than a small window that moves with {@link LogReading#taken}.
     *
     * @param instances at most {@link Request#MAX_LOG_INSTANCES}, each on an agent
     * @param patience how long to wait for the server's answer
     */
    public LogReading readLogs(
            List<InstanceName> instances,
            LogSelection selection,
            Duration patience,
            LogListener listener) {
        return read(open -> new Request.GetLogs(open, selection), instances, patience, listener);
    }

    /**
     * Has agents get images, as long as it is not closed, and hears how that goes as if it were
     * logs: a stop that is not incomplete says that the images are there.
     *
     * @param patience for the answer of the server, which says whose images will be got
     */
    public LogReading pullImages(Request.PullImages pull, Duration patience, LogListener listener) {
        return read(pull::only, pull.instances(), patience, listener);
    }

    private LogReading read(
            Function<List<InstanceName>, Request.Body> question,
            List<InstanceName> instances,
            Duration patience,
            LogListener listener) {
        var feed = conversation.logFeed(question, instances, listener);
        serial.deliver(() -> conversation.begin(feed, patience));
        return feed;
    }

    /**
     * Ends the session; what is asked fails. No callback comes after those; repeated calls do
     * nothing.
     */
    @Override
    public void close() {
        serial.deliver(() -> {
            if (!closed) {
                closed = true;
                search.end();
                conversation.close();
                session.close();
            }
        });
    }

    private void serverTold(Message message) throws MalformedMessage {
        boolean known = server.current().isPresent();
        if (!server.learn(LinkCodec.decodeServerPresence(message.payload()))) {
            return;
        }
        if (!server.online()) {
            conversation.serverGone();
            search.begin();
            return;
        }
        conversation.serverIsThere(known);
    }

    private static void warn(String topic, String why) {
        LOG.atWarn().addKeyValue("topic", topic).addKeyValue("reason", why).log("ignored");
    }

    private final class Connected implements LinkSession.Handler {
        @Override
        public void ready(String nonce) {
            conversation.connected();
            search.begin();
        }

        @Override
        public Retry disconnected(Disconnection why) {
            server.forget();
            conversation.disconnected(why);
            return why.cause() == Cause.LOST
                    ? new Retry.Soon()
                    : new Retry.After(options.presenceDeadline());
        }

        @Override
        public void received(Message message) {
            try {
                if (message.topic().equals(topics.serverPresence())) {
                    serverTold(message);
                } else if (message.topic().equals(responses)) {
                    conversation.responded(message);
                } else {
                    var from = topics.logTopic(message.topic());
                    if (from.isPresent()) {
                        conversation.logged(
                                from.get().agent(),
                                from.get().stream(),
                                LogsCodec.decodeChunk(message.payload()));
                    }
                }
            } catch (MalformedMessage e) {
                warn(message.topic().value(), String.valueOf(e.getMessage()));
            }
        }
    }

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
         * the next call is {@link #resumed}, or a snapshot if something was missed for good.
         */
        void interrupted(String why);

        /** Nothing is missing: the events that were missed follow now. */
        void resumed();

        /** The server refuses the subscription, which has ended. */
        void refused(Response.Refused refused);
    }

    /** A wish to read logs. */
    public interface LogReading extends AutoCloseable {
        /** Lines that came from this agent in one call are taken; any thread. */
        void taken(AgentName agent);

        /** Ends it; no callback comes afterwards. Any thread. */
        @Override
        void close();
    }

    /** Hears logs. What an agent says may come before the server's answer. */
    public interface LogListener {
        /**
         * Logs will come.
         *
         * @param problems why none come of the others
         */
        void accepted(List<InstanceName> instances, List<Problem> problems);

        /** Lines; each call is to be followed by one of {@link LogReading#taken}. */
        void lines(AgentName agent, List<LogChunk.LogLines> lines);

        /** So many chunks of lines were lost on the way. */
        void lost(AgentName agent, long chunks);

        /** Nothing is heard of this agent for now. Told once per silence. */
        void silent(AgentName agent);

        /** No more comes of this workload. */
        void stopped(Response.LogsStopped stop);

        /** The server refuses; nothing will come. */
        void refused(Response.Refused refused);

        /** There is no answer; nothing will come. */
        void failed(LinkException why);
    }
}
