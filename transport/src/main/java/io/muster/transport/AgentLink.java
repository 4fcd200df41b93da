package io.muster.transport;

import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusException;
import io.muster.api.bus.BusListener.Cause;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.BusListener.Retry;
import io.muster.api.bus.Message;
import io.muster.api.bus.Publication;
import io.muster.api.bus.Session;
import io.muster.api.bus.Subscription;
import io.muster.api.codec.LinkCodec;
import io.muster.api.codec.LogsCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.link.AgentPresence;
import io.muster.api.link.Command;
import io.muster.api.link.DesiredState;
import io.muster.api.link.Facts;
import io.muster.api.link.Load;
import io.muster.api.link.LogChunk;
import io.muster.api.link.LogCredit;
import io.muster.api.link.Report;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.AgentName;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.LogStream;
import io.muster.api.shell.Clock;
import io.muster.api.shell.Serial;
import io.muster.api.topic.AgentChannel;
import io.muster.api.topic.Identity;
import io.muster.api.topic.TopicFilter;
import io.muster.api.topic.Topics;
import io.muster.transport.LinkException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * An agent's end: what the server wishes, and what the agent reports.
 *
 * <p>One that leaves its name to another agent for long watches meanwhile, as a client, whether the
 * other one is still there ({@link NameWatch}), and is back soon after it left.
 *
 * <p>All calls from the serial, and all callbacks on it.
 */
public final class AgentLink implements AutoCloseable {
    private static final Duration LOAD_EXPIRY = Duration.ofSeconds(60);

    /** Beyond the presence deadline, so that the one who took over has been noticed. */
    private static final Duration TAKE_OVER_MARGIN = Duration.ofSeconds(2);

    /** So that two with one name do not keep step. */
    private static final Duration TAKE_OVER_JITTER = Duration.ofSeconds(3);

    private final BusConnector connector;
    private final Topics topics;
    private final AgentName agent;
    private final String instance;
    private final Serial serial;
    private final Clock clock;
    private final RandomGenerator random;
    private final LinkOptions options;
    private final Listener listener;
    private final Complaints complaints;
    private final Slots presence;
    private final PresenceView server = new PresenceView();
    private final SortedMap<Long, CompletableFuture<Void>> reports = new TreeMap<>();
    private final CompletableFuture<Void> goodBye = new CompletableFuture<>();
    private final Speakers speakers;
    private final ServerSearch search;
    private final Set<Subscription> besides = new LinkedHashSet<>();
    private LinkSession session;
    private @Nullable NameWatch watch;
    private long reportCount;
    private boolean closed;

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
            Clock clock,
            RandomGenerator random,
            LinkOptions options,
            Listener listener) {
        this.connector = connector;
        this.topics = topics;
        this.agent = agent;
        this.instance = instance;
        this.serial = serial;
        this.clock = clock;
        this.random = random;
        this.options = options;
        this.listener = listener;
        this.complaints = new Complaints(listener::undeliverable);
        this.session = newSession();
        var current = new Current();
        this.presence = new Slots(current, serial, random, complaints, options.maxPayloadBytes());
        this.speakers =
                new Speakers(
                        agent,
                        current,
                        server,
                        requester ->
                                new Conversation(
                                        topics,
                                        requester,
                                        current,
                                        server,
                                        serial,
                                        clock,
                                        random,
                                        options,
                                        listener::malformed),
                        listener::malformed);
        this.search =
                new ServerSearch(serial, options.presenceDeadline(), topics, server, () -> session);
    }

    private LinkSession newSession() {
        return new LinkSession(
                connector,
                new Session(
                        new Identity.Agent(topics.cluster(), agent).clientId(),
                        options.keepAlive(),
                        nonce -> Optional.of(gone(nonce))),
                subscriptions(),
                serial,
                random,
                complaints,
                new Connected());
    }

    private List<Subscription> subscriptions() {
        var all = new ArrayList<Subscription>();
        all.add(LinkSession.live(filter(AgentChannel.FACTS)));
        all.add(LinkSession.live(filter(AgentChannel.COMMAND)));
        topics.creditFor(agent).forEach(filter -> all.add(LinkSession.live(filter)));
        all.add(LinkSession.live(topics.responsesThrough(agent)));
        all.add(LinkSession.withRetained(TopicFilter.of(topics.serverPresence())));
        all.add(LinkSession.withRetained(filter(AgentChannel.DESIRED)));
        return all;
    }

    private TopicFilter filter(AgentChannel channel) {
        return TopicFilter.of(topics.agent(agent, channel));
    }

    private Publication gone(String nonce) {
        return parting(AgentPresence.gone(instance, nonce));
    }

    private Publication parting(AgentPresence last) {
        return Publication.live(topics.agent(agent, AgentChannel.PRESENCE), LinkCodec.encode(last));
    }

    /** Returns within what time one that was thrown out by another session is back, at most. */
    public static Duration returnsWithin(LinkOptions options) {
        return options.presenceDeadline().plus(TAKE_OVER_MARGIN).plus(TAKE_OVER_JITTER);
    }

    /** Connects, and stays connected until closed. */
    public void start() {
        session.start();
    }

    /**
     * Announces the agent. The latest wins; repeated until acknowledged, within the connection of
     * its nonce: with another nonce than that of the current connection it does nothing.
     */
    public void announce(AgentPresence announced) {
        if (session.ready() && announced.nonce().equals(session.nonce())) {
            var topic = topics.agent(agent, AgentChannel.PRESENCE);
            presence.put(topic, () -> Publication.live(topic, LinkCodec.encode(announced)));
        }
    }

    /**
     * Reports. Completes when the broker has acknowledged, which is no receipt of the server; fails
     * with a {@link LinkException}, at once when there is no connection.
     */
    public CompletionStage<Void> report(Report report) {
        var reported = new CompletableFuture<Void>();
        if (closed) {
            reported.completeExceptionally(new LinkException(Kind.CLOSED, "the link is closed"));
            return reported;
        }
        long number = reportCount++;
        reports.put(number, reported);
        var topic = topics.agent(agent, AgentChannel.REPORT);
        var unsure = session.ready() ? Kind.OUTCOME_UNKNOWN : Kind.NOT_CONNECTED;
        session.publish(
                Publication.live(topic, LinkCodec.encode(report)),
                failure -> {
                    reports.remove(number);
                    if (failure.isEmpty()) {
                        reported.complete(null);
                    } else {
                        reported.completeExceptionally(notReported(failure.get(), unsure));
                    }
                });
        return reported;
    }

    /** Tells the load. It may be lost; the next one replaces it. */
    public void load(Load load) {
        var topic = topics.agent(agent, AgentChannel.LOAD);
        session.publish(
                Publication.expiring(topic, LinkCodec.encode(load), LOAD_EXPIRY),
                failure ->
                        failure.filter(why -> !why.retryable())
                                .ifPresent(why ->
                                        complaints.say(topic.value(), LinkSession.message(why))));
    }

    /**
     * Tells a reader a piece of what it wants to read. {@code done} hears, unless the link is
     * closed meanwhile, whether the broker has it.
     */
    public void logs(LogStream stream, LogChunk chunk, Consumer<Optional<LinkException>> done) {
        var topic = topics.logs(agent, stream);
        var unsure = session.ready() ? Kind.OUTCOME_UNKNOWN : Kind.NOT_CONNECTED;
        session.publish(
                Publication.live(topic, LogsCodec.encode(chunk)),
                failure -> {
                    failure.filter(why -> !why.retryable())
                            .ifPresent(
                                    why -> complaints.say(topic.value(), LinkSession.message(why)));
                    done.accept(failure.map(why -> notReported(why, unsure)));
                });
    }

    /** Begins to speak for a workload, for which nobody speaks yet. */
    public Spokesman speakFor(WorkloadName workload) {
        return speakers.speakFor(workload);
    }

    /**
     * Says that the agent is gone, and ends the session. No callback comes afterwards; repeated
     * calls do nothing.
     */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            search.end();
            speakers.close();
            presence.forget();
            session.publishLast(parting(AgentPresence.stopped(instance, session.nonce())))
                    .whenComplete((_, _) -> goodBye.complete(null));
            session.close();
            stopWatching();
            for (var reported : reports.values()) {
                reported.completeExceptionally(
                        new LinkException(Kind.CLOSED, "the link was closed meanwhile"));
            }
            reports.clear();
        }
    }

    /** Completes after {@link #close}, when the broker has heard of it or cannot hear of it. */
    public CompletionStage<Void> goodBye() {
        return goodBye;
    }

    private static LinkException notReported(BusException failure, Kind unsure) {
        var kind = failure.retryable() ? unsure : Kind.REFUSED;
        return new LinkException(kind, LinkSession.message(failure), failure);
    }

    private void received(Message message) {
        if (message.topic().equals(topics.serverPresence())) {
            serverTold(message);
            return;
        }
        var channel =
                topics.agentTopic(message.topic())
                        .filter(to -> to.agent().equals(agent))
                        .map(Topics.AgentTopic::channel);
        if (channel.isPresent()) {
            told(channel.get(), message);
            return;
        }
        topics.answered(message.topic()).ifPresent(to -> speakers.responded(to, message));
        topics.creditTopic(message.topic())
                .filter(from -> from.agent().equals(agent))
                .ifPresent(from -> credited(from.stream(), message));
        topics.logTopic(message.topic()).ifPresent(from -> logged(from, message));
    }

    private void logged(Topics.LogTopic from, Message message) {
        try {
            speakers.logged(from, message);
        } catch (MalformedMessage e) {
            listener.malformed(message.topic().value(), String.valueOf(e.getMessage()));
        }
    }

    private void credited(LogStream stream, Message message) {
        try {
            listener.logCredit(stream, LogsCodec.decodeCredit(message.payload()));
        } catch (MalformedMessage e) {
            listener.malformed(message.topic().value(), String.valueOf(e.getMessage()));
        }
    }

    private void told(AgentChannel channel, Message message) {
        try {
            switch (channel) {
                case DESIRED -> {
                    if (message.payload().size() > 0) { // cleared: absence is not emptiness
                        listener.desired(LinkCodec.decodeDesired(message.payload()));
                    }
                }
                case FACTS -> listener.facts(LinkCodec.decodeFacts(message.payload()));
                case COMMAND -> listener.command(LinkCodec.decodeCommand(message.payload()));
                case PRESENCE, REPORT, LOAD -> {} // not subscribed to: these are our own
            }
        } catch (MalformedMessage e) {
            var why = String.valueOf(e.getMessage());
            if (channel == AgentChannel.DESIRED) {
                listener.desiredMalformed(why);
            } else {
                listener.malformed(message.topic().value(), why);
            }
        }
    }

    private void serverTold(Message message) {
        try {
            var told = LinkCodec.decodeServerPresence(message.payload());
            boolean known = server.current().isPresent();
            if (!server.learn(told)) {
                return;
            }
            if (!server.online()) {
                search.begin();
            }
            listener.server(told);
            speakers.server(known);
        } catch (MalformedMessage e) {
            listener.malformed(message.topic().value(), String.valueOf(e.getMessage()));
        }
    }

    private Retry afterTakeOver(Retry retry) {
        var jitter = Duration.ofMillis(random.nextLong(TAKE_OVER_JITTER.toMillis()));
        var pause = options.presenceDeadline().plus(TAKE_OVER_MARGIN).plus(jitter);
        return switch (retry) {
            case Retry.Never never -> never;
            case Retry.After(var wanted) when wanted.compareTo(returnsWithin(options)) > 0 -> {
                leave(wanted);
                yield new Retry.Never(); // of this session
            }
            case Retry.After(var wanted) when wanted.compareTo(pause) > 0 -> retry;
            case Retry.After _, Retry.Soon _ -> new Retry.After(pause);
        };
    }

    /** Leaves the name to the other one: so long at most, and no longer than that one is there. */
    private void leave(Duration longest) {
        watch =
                new NameWatch(
                        connector,
                        topics,
                        agent,
                        serial,
                        clock,
                        random,
                        options,
                        longest,
                        this::comeBack);
        watch.start();
    }

    private void comeBack() {
        watch = null;
        session = newSession();
        besides.forEach(each -> session.also(each, () -> {}));
        session.start();
    }

    private void stopWatching() {
        if (watch != null) {
            watch.close();
        }
    }

    /** Publishes over the session that there is at that time. */
    private final class Current implements Wire {
        @Override
        public void also(Subscription more, Runnable granted) {
            besides.add(more);
            session.also(more, granted);
        }

        @Override
        public boolean hears(Subscription more) {
            return session.hears(more);
        }

        @Override
        public boolean ready() {
            return session.ready();
        }

        @Override
        public void publish(Publication publication, Consumer<Optional<BusException>> done) {
            session.publish(publication, done);
        }
    }

    private final class Connected implements LinkSession.Handler {
        @Override
        public void ready(String nonce) {
            presence.connected();
            search.begin();
            listener.connected(nonce);
            speakers.connected();
        }

        @Override
        public Retry disconnected(Disconnection why) {
            presence.forget();
            server.forget();
            speakers.disconnected(why);
            var retry = listener.disconnected(why);
            return why.cause() == Cause.TAKEN_OVER ? afterTakeOver(retry) : retry;
        }

        @Override
        public void received(Message message) {
            AgentLink.this.received(message);
        }
    }

    /** Hears what comes. What is retained may come before {@link #connected}. */
    public interface Listener {
        /** There is a connection, and everything is subscribed to: announce the agent. */
        void connected(String nonce);

        /**
         * There is no connection (any more), or none could be made. After a take-over the link
         * waits for longer than the presence deadline, so that the other is seen first; giving up
         * is the listener's choice, and so is a longer pause, which ends soon after the other one
         * has left.
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

        /** A reader of logs shows that it is there, and how much it takes. */
        void logCredit(LogStream stream, LogCredit credit);

        /**
         * The server showed a new presence, or went away. Late wills of earlier connections have
         * been left out.
         */
        void server(ServerPresence presence);

        /** Any other message was ignored because it cannot be read. */
        void malformed(String topic, String why);

        /**
         * The broker does not take a message; said once per reason, perhaps from within the call
         * that would have sent it.
         */
        void undeliverable(String topic, String why);
    }
}
