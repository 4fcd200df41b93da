package io.muster.transport;

import io.muster.api.bus.BusListener.Cause;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.BusListener.Retry;
import io.muster.api.bus.Message;
import io.muster.api.bus.Payload;
import io.muster.api.bus.Publication;
import io.muster.api.bus.Session;
import io.muster.api.bus.Subscription;
import io.muster.api.codec.Frame;
import io.muster.api.codec.FrameCodec;
import io.muster.api.codec.Frames;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.codec.RequestCodec;
import io.muster.api.name.AgentName;
import io.muster.api.request.Response;
import io.muster.api.topic.Identity;
import io.muster.api.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** A session without a link: publishes whatever a test wants, and reads answers. */
final class Raw implements LinkSession.Handler {
    private final LinkSession session;
    private final List<Message> messages = new ArrayList<>();
    final List<Cause> ends = new ArrayList<>();

    private Raw(Net net, Identity identity, List<Subscription> subscriptions) {
        var serial = net.world.serial("raw", 1000);
        session =
                new LinkSession(
                        net.broker.connector("raw"),
                        Session.withoutWill(identity.clientId(), Duration.ofSeconds(6)),
                        subscriptions,
                        serial,
                        net.world.split(),
                        new Complaints((_, _) -> {}),
                        this);
        session.start();
        net.until("a raw session", session::ready);
    }

    static Raw agent(Net net, AgentName name) {
        var responses = net.topics.responsesThrough(name);
        return new Raw(
                net,
                new Identity.Agent(net.topics.cluster(), name),
                List.of(new Subscription(responses, false)));
    }

    static Raw server(Net net) {
        return new Raw(
                net,
                new Identity.Server(net.topics.cluster()),
                net.topics.allRequests().stream()
                        .map(filter -> new Subscription(filter, false))
                        .toList());
    }

    void publish(Topic topic, Payload payload) {
        session.publish(Publication.live(topic, payload), _ -> {});
    }

    void retain(Topic topic, Payload payload) {
        session.publish(Publication.retained(topic, payload), _ -> {});
    }

    void send(Topic topic, String id, byte[] body, int chunkBytes) {
        for (var frame : Frames.split(id, 0, body, chunkBytes, Duration.ZERO)) {
            publish(topic, FrameCodec.encode(frame));
        }
    }

    void sendFor(Duration timeToLive, Topic topic, String id, byte[] body) {
        for (var frame : Frames.split(id, 0, body, 2048, timeToLive)) {
            session.publish(
                    Publication.expiring(topic, FrameCodec.encode(frame), timeToLive), _ -> {});
        }
    }

    List<Message> messages() {
        return List.copyOf(messages);
    }

    void close() {
        session.close();
    }

    /** Returns the answers that have come whole. */
    List<Response> responses() {
        var bodies = new LinkedHashMap<Long, List<Frame>>();
        try {
            for (var message : messages) {
                var frame = FrameCodec.decode(message.payload());
                bodies.computeIfAbsent(frame.part(), _ -> new ArrayList<>()).add(frame);
            }
            var responses = new ArrayList<Response>();
            for (var frames : bodies.values()) {
                responses.add(RequestCodec.decodeResponse(Frames.join(frames)));
            }
            return responses;
        } catch (MalformedMessage e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void ready(String nonce) {}

    @Override
    public Retry disconnected(Disconnection why) {
        ends.add(why.cause());
        return new Retry.Never();
    }

    @Override
    public void received(Message message) {
        messages.add(message);
    }
}
