package io.muster.transport;

import io.muster.api.bus.BusException;
import io.muster.api.bus.Message;
import io.muster.api.codec.Frame;
import io.muster.api.codec.FrameCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.codec.RequestCodec;
import io.muster.api.codec.ResponseEncoder;
import io.muster.api.outcome.Problem;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.request.Response.Reason;
import io.muster.api.shell.Serial;
import io.muster.api.topic.Topic;
import io.muster.api.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Where requests arrive and answers leave. Who asks is read from the topic, which the broker lets
 * nobody else publish to, and the answer goes to that requester's own topic: nothing in a message
 * says where.
 *
 * <p>A request that cannot be read, or is too big, is answered with a refusal as soon as its id is
 * known.
 */
final class RequestDesk {
    /** For a request that states none. */
    private static final Duration DEFAULT_TIME_TO_LIVE = Duration.ofSeconds(30);

    /**
     * The part of the largest answer that a workload may get: its agent, which may have little
     * memory, puts it together, reads it and writes it anew.
     */
    private static final int SHARE_OF_WORKLOADS = 8;

    /** How many events wait for room. */
    private static final int BACKLOG = 20_000;

    private final Topics topics;
    private final FrameSender sender;
    private final ResponseEncoder encoder = new ResponseEncoder();
    private final Reassembler reassembler;
    private final Complaints complaints;
    private final int maxBodyBytes;
    private final ServerLink.Listener listener;
    private final Backlog backlog = new Backlog(BACKLOG);
    private final int smallBytes;
    private final int reserve;
    private long parts;

    RequestDesk(
            Topics topics,
            Publisher publisher,
            Serial serial,
            RandomGenerator random,
            LinkOptions options,
            Complaints complaints,
            ServerLink.Listener listener) {
        this.topics = topics;
        this.sender = new FrameSender(publisher, options);
        this.reassembler =
                new Reassembler(
                        serial,
                        options.maxBodyBytes(),
                        (from, id, why) ->
                                listener.malformed(from, "request %s: %s".formatted(id, why)));
        this.complaints = complaints;
        this.maxBodyBytes = options.maxBodyBytes();
        this.smallBytes = options.maxBodyBytes() / 64;
        this.reserve = options.maxBodyBytes() / 4;
        this.listener = listener;
        // parts of a server that was here before are no parts of these bodies
        this.parts = random.nextLong(Long.MAX_VALUE / 2);
    }

    void connected() {
        backlog.clear();
        sender.connected();
    }

    void received(Requester requester, Message message) {
        var topic = message.topic().value();
        try {
            var frame = FrameCodec.decode(message.payload());
            switch (reassembler.add(topic, frame)) {
                case Reassembler.Result.Incomplete() -> {}
                case Reassembler.Result.Broken(var why) ->
                        listener.malformed(topic, "request %s: %s".formatted(frame.id(), why));
                case Reassembler.Result.Refused(var reason, var why) ->
                        refuse(requester, frame.id(), reason, why);
                case Reassembler.Result.Whole whole -> read(requester, frame, topic, whole);
            }
        } catch (MalformedMessage e) {
            listener.malformed(topic, String.valueOf(e.getMessage()));
        }
    }

    private void read(
            Requester requester, Frame frame, String topic, Reassembler.Result.Whole whole) {
        try {
            var request = RequestCodec.decodeRequest(whole.body().bytes());
            if (request.id().equals(frame.id())) {
                listener.request(requester, request, timeToLive(whole));
            } else {
                ignore(
                        requester,
                        topic,
                        frame.id(),
                        "the request inside has another id: \"%s\"".formatted(request.id()));
            }
        } catch (MalformedMessage e) {
            ignore(requester, topic, frame.id(), String.valueOf(e.getMessage()));
        }
    }

    private static Duration timeToLive(Reassembler.Result.Whole whole) {
        return whole.timeToLive().isZero() ? DEFAULT_TIME_TO_LIVE : whole.timeToLive();
    }

    private void ignore(Requester requester, String topic, String id, String why) {
        listener.malformed(topic, "request %s: %s".formatted(id, why));
        refuse(requester, id, Reason.REFUSED, why);
    }

    private void refuse(Requester requester, String id, Reason reason, String why) {
        var problem = new Problem("request " + id, why, "");
        respond(
                requester,
                new Response(
                        id, new Response.Refused(reason, problem.toString(), List.of(problem))));
    }

    /**
     * Answers, or tells an event. Events that find no room wait for it; whatever follows them to
     * the same requester waits behind them, so that nothing overtakes. Answers that find none are
     * dropped: they are asked for again.
     */
    void respond(Requester requester, Response response) {
        if (backlog.holds(requester)) {
            if (!backlog.add(requester, response)) {
                complain(requester);
            }
            return;
        }
        if (!send(requester, response)
                && !(isEvent(response) && backlog.add(requester, response))) {
            complain(requester);
        }
    }

    private static boolean isEvent(Response response) {
        return response.body() instanceof Response.StateAnswer answer
                && (answer.altered().isPresent() || answer.resumed());
    }

    private void complain(Requester requester) {
        complaints.say(
                topics.response(requester).value(),
                "too many answers wait for the broker to take them: some were dropped, and are"
                        + " given again to who asks again");
    }

    /** Sends what waits, as far as there is room. */
    private void pump() {
        while (sender.hasRoomFor(maxBodyBytes + reserve)) {
            var next = backlog.next();
            if (next.isEmpty() || !send(next.get().requester(), next.get().response())) {
                return;
            }
        }
    }

    private int most(Requester requester) {
        return switch (requester) {
            case Requester.Client _ -> maxBodyBytes;
            case Requester.Workload _ -> maxBodyBytes / SHARE_OF_WORKLOADS;
        };
    }

    /** Says whether there was room. */
    private boolean send(Requester requester, Response response) {
        var body = encoder.encode(response);
        int most = most(requester);
        if (body.length > most) {
            refuse(
                    requester,
                    response.id(),
                    Reason.REFUSED,
                    "the answer has %d bytes, more than the %d that are sent; ask for less with field masks"
                            .formatted(body.length, most));
            return true;
        }
        // what is small has some room left when big answers have taken theirs
        if (!sender.hasRoomFor(body.length <= smallBytes ? body.length : body.length + reserve)) {
            return false;
        }
        var topic = topics.response(requester);
        parts++;
        sender.send(
                topic,
                response.id(),
                parts,
                body,
                Duration.ZERO,
                failure -> {
                    failure.ifPresent(why -> dropped(topic, why));
                    pump();
                });
        return true;
    }

    /** What was lost with the connection is asked for again; anything else will not get better. */
    private void dropped(Topic topic, BusException why) {
        if (!why.retryable()) {
            complaints.say(topic.value(), LinkSession.message(why));
        }
    }
}
