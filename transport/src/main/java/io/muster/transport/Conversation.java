package io.muster.transport;

import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.Message;
import io.muster.api.codec.FrameCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.codec.RequestCodec;
import io.muster.api.link.LogChunk;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.LogAudience;
import io.muster.api.request.LogSelection;
import io.muster.api.request.LogStream;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.shell.Clock;
import io.muster.api.shell.Serial;
import io.muster.api.topic.Topics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What one requester has to do with the server: what it has asked, what it listens to, and the logs
 * that it reads.
 *
 * <p>All calls from the serial, and all callbacks on it.
 */
final class Conversation {
    private final Topics topics;
    private final LogAudience audience;
    private final Wire wire;
    private final Serial serial;
    private final Clock clock;
    private final RandomGenerator random;
    private final LinkOptions options;
    private final BiConsumer<String, String> complain;
    private final Map<String, LogFeed> logs = new LinkedHashMap<>();
    private final Reassembler reassembler;
    private final Asks asks;
    private final Set<Feed> feeds = new LinkedHashSet<>();
    private boolean closed;

    /**
     * Makes one.
     *
     * @param server what is known of its presence
     * @param complain hears of a topic what of it is ignored, and why
     */
    Conversation(
            Topics topics,
            Requester requester,
            Wire wire,
            PresenceView server,
            Serial serial,
            Clock clock,
            RandomGenerator random,
            LinkOptions options,
            BiConsumer<String, String> complain) {
        this.topics = topics;
        this.audience = LogAudience.of(requester);
        this.wire = wire;
        this.serial = serial;
        this.clock = clock;
        this.random = random;
        this.options = options;
        this.complain = complain;
        this.reassembler =
                new Reassembler(
                        serial,
                        options.maxBodyBytes(),
                        (topic, id, why) -> complain.accept(topic, "answer to " + id + ": " + why));
        this.asks =
                new Asks(wire, server, topics.request(requester), serial, clock, random, options);
    }

    /** Asks, under a new id. */
    void ask(Request.Body body, Duration timeout, Asks.Answer answer) {
        asks.ask(new Request(Ids.next(random), body), timeout, answer);
    }

    /** Makes a subscription, which is still to {@link #begin}; any thread. */
    Feed feed(
            List<FieldMask> masks,
            Optional<Response.EventPosition> from,
            ClientLink.EventListener listener) {
        return new Feed(
                masks, from, listener, asks, serial, random, options.renewEvery(), feeds::remove);
    }

    /** Begins a subscription. */
    void begin(Feed feed) {
        if (!closed) {
            feeds.add(feed);
            feed.begin();
        }
    }

    /** Makes a reader of logs, which is still to {@link #begin}; any thread. */
    LogFeed logFeed(
            List<InstanceName> instances, LogSelection selection, ClientLink.LogListener listener) {
        return logFeed(open -> new Request.GetLogs(open, selection), instances, listener);
    }

    /**
     * The same for anything that is told as logs are.
     *
     * @param question what to ask, and to ask again, about those of which more may come
     */
    LogFeed logFeed(
            Function<List<InstanceName>, Request.Body> question,
            List<InstanceName> instances,
            ClientLink.LogListener listener) {
        return new LogFeed(
                topics,
                new LogStream(audience, Ids.next(random)),
                instances,
                question,
                listener,
                asks,
                wire,
                serial,
                clock,
                options.renewEvery(),
                over -> logs.remove(over.stream().id()));
    }

    /**
     * Begins to read logs.
     *
     * @param patience how long to wait for the server's answer
     */
    void begin(LogFeed feed, Duration patience) {
        if (!closed) {
            logs.put(feed.stream().id(), feed);
            feed.begin(patience);
        }
    }

    /** An agent tells something to one who reads logs; says whether it is one of these. */
    boolean logged(AgentName agent, LogStream stream, LogChunk chunk) {
        var feed = stream.audience().equals(audience) ? logs.get(stream.id()) : null;
        if (feed == null) {
            return false;
        }
        feed.told(agent, chunk);
        return true;
    }

    /** Takes a message of the topic of answers. One that nobody waits for came too late. */
    void responded(Message message) throws MalformedMessage {
        var topic = message.topic().value();
        var frame = FrameCodec.decode(message.payload());
        switch (reassembler.add(topic, frame)) {
            case Reassembler.Result.Incomplete() -> {}
            case Reassembler.Result.Broken(var why) -> ignore(topic, frame.id(), why);
            case Reassembler.Result.Refused(_, var why) -> ignore(topic, frame.id(), why);
            case Reassembler.Result.Whole whole -> {
                took(RequestCodec.decodeResponse(whole.body().bytes()), frame.part());
            }
        }
    }

    private void ignore(String topic, String id, String why) {
        complain.accept(topic, "answer to " + id + ": " + why);
    }

    private void took(Response response, long part) {
        if (response.body() instanceof Response.LogsStopped stopped) {
            var feed = logs.get(response.id()); // under the id of the request, and no answer to it
            if (feed != null) {
                feed.stopped(stopped);
            }
            return;
        }
        boolean event =
                response.body() instanceof Response.StateAnswer answer
                        && answer.altered().isPresent();
        if (!event && asks.answered(response, part)) {
            return;
        }
        for (var feed : List.copyOf(feeds)) {
            if (feed.told(response)) {
                return;
            }
        }
    }

    /** There is a connection. */
    void connected() {
        asks.connected();
        List.copyOf(logs.values()).forEach(LogFeed::connected);
    }

    /** There is no connection. */
    void disconnected(Disconnection why) {
        asks.disconnected(why);
        List.copyOf(feeds).forEach(feed -> feed.disconnected(why.text()));
    }

    /** The server is gone. */
    void serverGone() {
        List.copyOf(feeds).forEach(Feed::serverGone);
    }

    /**
     * A server has shown its presence.
     *
     * @param known whether the connection has seen one before
     */
    void serverIsThere(boolean known) {
        asks.serverIsNew();
        List.copyOf(feeds).forEach(known ? Feed::serverIsNew : Feed::serverIsThere);
        List.copyOf(logs.values()).forEach(LogFeed::serverIsNew);
    }

    /** Ends all; what is asked fails. */
    void close() {
        closed = true;
        List.copyOf(feeds).forEach(Feed::end);
        List.copyOf(logs.values()).forEach(LogFeed::end);
        asks.close();
    }
}
