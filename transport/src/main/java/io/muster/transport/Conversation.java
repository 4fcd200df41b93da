package io.muster.transport;

import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.Message;
import io.muster.api.codec.FrameCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.codec.RequestCodec;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.shell.Clock;
import io.muster.api.shell.Serial;
import io.muster.api.topic.Topics;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/**
 * What one requester has to do with the server: what it has asked, and what it listens to.
 *
 * <p>All calls from the serial, and all callbacks on it.
 */
final class Conversation {
    private final Serial serial;
    private final RandomGenerator random;
    private final LinkOptions options;
    private final BiConsumer<String, String> complain;
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
            Publisher publisher,
            PresenceView server,
            Serial serial,
            Clock clock,
            RandomGenerator random,
            LinkOptions options,
            BiConsumer<String, String> complain) {
        this.serial = serial;
        this.random = random;
        this.options = options;
        this.complain = complain;
        this.reassembler =
                new Reassembler(
                        serial,
                        options.maxBodyBytes(),
                        (topic, id, why) -> complain.accept(topic, "answer to " + id + ": " + why));
        this.asks =
                new Asks(
                        publisher,
                        server,
                        topics.request(requester),
                        serial,
                        clock,
                        random,
                        options);
    }

    Asks asks() {
        return asks;
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

    /**
     * Takes a message of the topic of answers.
     *
     * @return an answer that is for nobody here
     */
    Optional<Response> responded(Message message) throws MalformedMessage {
        var topic = message.topic().value();
        var frame = FrameCodec.decode(message.payload());
        return switch (reassembler.add(topic, frame)) {
            case Reassembler.Result.Incomplete() -> Optional.empty();
            case Reassembler.Result.Broken(var why) -> ignore(topic, frame.id(), why);
            case Reassembler.Result.Refused(_, var why) -> ignore(topic, frame.id(), why);
            case Reassembler.Result.Whole whole -> {
                var response = RequestCodec.decodeResponse(whole.body().bytes());
                yield took(response) ? Optional.empty() : Optional.of(response);
            }
        };
    }

    private Optional<Response> ignore(String topic, String id, String why) {
        complain.accept(topic, "answer to " + id + ": " + why);
        return Optional.empty();
    }

    private boolean took(Response response) {
        if (response.body() instanceof Response.LogsStopped) {
            return false; // under the id of the request, and no answer to it
        }
        boolean event =
                response.body() instanceof Response.StateAnswer answer
                        && answer.altered().isPresent();
        if (!event && asks.answered(response)) {
            return true;
        }
        for (var feed : List.copyOf(feeds)) {
            if (feed.told(response)) {
                return true;
            }
        }
        return false;
    }

    /** There is a connection. */
    void connected() {
        asks.connected();
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
    }

    /** Ends all; what is asked fails. */
    void close() {
        closed = true;
        List.copyOf(feeds).forEach(Feed::end);
        asks.close();
    }
}
