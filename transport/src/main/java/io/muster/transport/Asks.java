package io.muster.transport;

import io.muster.api.bus.BusException;
import io.muster.api.bus.BusListener.Cause;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.codec.Frame;
import io.muster.api.codec.RequestCodec;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.shell.Clock;
import io.muster.api.shell.Serial;
import io.muster.api.topic.Topic;
import io.muster.transport.LinkException.Kind;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a client has asked and is not answered yet.
 *
 * <p>A request is sent only when a server has shown its presence, so that "no server" means that
 * nothing happened. From then on it is sent again with the same id, after growing pauses and
 * whenever the server is new, until it is answered or its time is over. That the server is busy is
 * told in the end only if it has said so of each sending: of any other one the outcome is unknown.
 * At most {@value #MAX_OPEN} at a time.
 */
final class Asks {
    private static final int MAX_OPEN = 256;
    private static final Pauses PAUSES = new Pauses(Duration.ofSeconds(1), Duration.ofSeconds(8));

    private final Publisher publisher;
    private final FrameSender sender;
    private final PresenceView server;
    private final Topic topic;
    private final Serial serial;
    private final Clock clock;
    private final RandomGenerator random;
    private final LinkOptions options;
    private final Map<String, Ask> open = new LinkedHashMap<>();
    private String lastFailure = "no attempt to connect has ended yet";
    private boolean everReady;
    private boolean closed;

    Asks(
            Publisher publisher,
            PresenceView server,
            Topic topic,
            Serial serial,
            Clock clock,
            RandomGenerator random,
            LinkOptions options) {
        this.publisher = publisher;
        this.sender = new FrameSender(publisher, options);
        this.server = server;
        this.topic = topic;
        this.serial = serial;
        this.clock = clock;
        this.random = random;
        this.options = options;
    }

    /** Asks; the answer, or why there is none, may come before this returns. */
    void ask(Request request, Duration timeout, Answer answer) {
        ask(request, timeout, () -> true, answer);
    }

    /**
     * As {@link #ask(Request, Duration, Answer)}, but sends it only while it may go; who lets it go
     * later says so with {@link #letGo}.
     */
    void ask(Request request, Duration timeout, BooleanSupplier mayGo, Answer answer) {
        if (closed) {
            answer.failed(new LinkException(Kind.CLOSED, "the link is closed"));
            return;
        }
        var body = RequestCodec.encode(request);
        if (body.length > options.maxBodyBytes()) {
            answer.failed(
                    new LinkException(
                            Kind.REFUSED,
                            "the request has %d bytes, more than the %d that are sent; split it"
                                    .formatted(body.length, options.maxBodyBytes())));
            return;
        }
        if (open.size() >= MAX_OPEN || open.containsKey(request.id())) {
            answer.failed(
                    new LinkException(
                            Kind.BUSY,
                            "%d requests wait for their answers; ask again later"
                                    .formatted(open.size())));
            return;
        }
        var ask = new Ask(request.id(), body, timeout, clock.nanoTime(), mayGo, answer);
        open.put(ask.id, ask);
        ask.deadline = serial.after(timeout, () -> overdue(ask));
        ask.grace = serial.after(options.grace(), () -> nobodyThere(ask));
        send(ask);
    }

    /** What is asked under this id may go now, if it is still to. */
    void letGo(String id) {
        var ask = open.get(id);
        if (ask != null && ask.held) {
            send(ask);
        }
    }

    /** Forgets what was asked under this id; nobody is told. */
    void forget(String id) {
        var ask = open.remove(id);
        if (ask != null) {
            ask.stop();
        }
    }

    /**
     * Takes an answer; says whether it was waited for.
     *
     * @param part its number, by which one that comes twice is known
     */
    boolean answered(Response response, long part) {
        var ask = open.get(response.id());
        if (ask == null) {
            return false;
        }
        if (response.body() instanceof Response.Refused refused
                && refused.reason() == Response.Reason.BUSY) {
            ask.busy = Optional.of(response); // nothing came of one sending: asked again later
            if (ask.busyParts.size() < ask.sendings) {
                ask.busyParts.add(part);
            }
        } else {
            forget(ask.id);
            ask.answer.answered(response);
        }
        return true;
    }

    /** There is a connection. */
    void connected() {
        everReady = true;
        sender.connected();
        for (var ask : open.values()) {
            Ask.cancel(ask.grace); // the grace for a server begins now
            ask.grace = serial.after(options.grace(), () -> nobodyThere(ask));
        }
        sendAll();
    }

    /** There is no connection. */
    void disconnected(Disconnection why) {
        lastFailure = why.text();
        for (var ask : List.copyOf(open.values())) {
            ask.flying = false;
            if (why.cause() == Cause.REFUSED) {
                fail(ask, ask.unsent() ? Kind.REFUSED : Kind.OUTCOME_UNKNOWN, why.text());
            }
        }
    }

    /** A server has shown its presence: whatever the one before has heard, this one has not. */
    void serverIsNew() {
        sendAll();
    }

    /** Fails what is open, and all that follows. */
    void close() {
        closed = true;
        for (var ask : List.copyOf(open.values())) {
            fail(ask, Kind.CLOSED, "the link was closed before the answer came");
        }
    }

    private void sendAll() {
        for (var ask : List.copyOf(open.values())) {
            ask.pauses = 0;
            send(ask);
        }
    }

    private void send(Ask ask) {
        if (open.get(ask.id) != ask || !publisher.ready() || !server.online()) {
            return; // sent when there is a connection and a server
        }
        ask.held = !ask.mayGo.getAsBoolean();
        if (ask.held) {
            return;
        }
        var left = ask.timeout.minusNanos(clock.nanoTime() - ask.asked);
        if (!isUnderWay(ask) && left.isPositive() && sender.hasRoomFor(ask.body.length)) {
            ask.flying = true;
            ask.sendings++;
            int sending = ask.sendings;
            var bounded =
                    left.compareTo(Frame.MAX_TIME_TO_LIVE) > 0 ? Frame.MAX_TIME_TO_LIVE : left;
            // the same part each time: what is lost of one sending comes with the next
            sender.send(
                    topic,
                    ask.id,
                    0,
                    ask.body,
                    bounded,
                    failure -> {
                        if (sending == ask.sendings) {
                            ask.flying = false;
                            failure.ifPresent(why -> notTaken(ask, why));
                        }
                    });
        }
        ask.pauses++;
        if (ask.repeat != null) {
            ask.repeat.cancel();
        }
        ask.repeat = serial.after(PAUSES.after(ask.pauses, random), () -> send(ask));
    }

    /** On a slow line a big request is not sent again before the broker has it. */
    private boolean isUnderWay(Ask ask) {
        return ask.flying && ask.body.length > options.chunkBytes();
    }

    private void notTaken(Ask ask, BusException why) {
        if (open.get(ask.id) == ask && !why.retryable()) {
            fail(
                    ask,
                    ask.sendings == 1 ? Kind.REFUSED : Kind.OUTCOME_UNKNOWN,
                    LinkSession.message(why));
        }
    }

    private void nobodyThere(Ask ask) {
        if (open.get(ask.id) != ask || !ask.unsent()) {
            return;
        }
        if (!everReady) {
            fail(ask, Kind.NOT_CONNECTED, notConnected());
        } else if (publisher.ready() && !server.online()) {
            fail(ask, Kind.NO_SERVER, noServer());
        } else {
            ask.grace = serial.after(options.grace(), () -> nobodyThere(ask));
        }
    }

    private void overdue(Ask ask) {
        if (open.get(ask.id) != ask) {
            return;
        }
        if (ask.busy.isPresent() && ask.busyParts.size() >= ask.sendings) {
            forget(ask.id); // as often as it was sent, so that none can have been carried out
            ask.answer.answered(ask.busy.get());
        } else if (!ask.unsent()) {
            fail(
                    ask,
                    Kind.OUTCOME_UNKNOWN,
                    ("no answer within %s, asked %d times: the outcome is unknown, the request may"
                         + " have been carried out; look at the state before asking again")
                            .formatted(text(ask.timeout), ask.sendings));
        } else if (publisher.ready()) {
            fail(ask, Kind.NO_SERVER, noServer());
        } else {
            fail(ask, Kind.NOT_CONNECTED, notConnected());
        }
    }

    private String notConnected() {
        return "not connected to the broker: %s; nothing was sent".formatted(lastFailure);
    }

    private String noServer() {
        return (server.current().isPresent()
                        ? "the server is gone from the broker"
                        : "no server has shown itself at the broker")
                + ": start it, or look whether cluster and address are the server's; nothing was"
                + " sent";
    }

    private static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0
                ? duration.toSeconds() + " s"
                : duration.toMillis() + " ms";
    }

    private void fail(Ask ask, Kind kind, String message) {
        forget(ask.id);
        ask.answer.failed(new LinkException(kind, message));
    }

    /** Hears what came of asking; exactly one call, unless it is forgotten. */
    interface Answer {
        /** The server answered. */
        void answered(Response response);

        /** There will be no answer. */
        void failed(LinkException why);

        /** Completes a future with what comes. */
        static Answer completing(CompletableFuture<Response> future) {
            return new Answer() {
                @Override
                public void answered(Response response) {
                    future.complete(response);
                }

                @Override
                public void failed(LinkException why) {
                    future.completeExceptionally(why);
                }
            };
        }
    }

    private static final class Ask {
        private final String id;
        private final byte[] body;
        private final Duration timeout;
        private final long asked;
        private final BooleanSupplier mayGo;
        private final Answer answer;
        private Serial.@Nullable Timer deadline;
        private Serial.@Nullable Timer grace;
        private Serial.@Nullable Timer repeat;
        private Optional<Response> busy = Optional.empty();
        private final Set<Long> busyParts = new HashSet<>(); // no more than sendings
        private boolean flying;
        private boolean held; // there was nothing else in its way
        private int sendings;
        private int pauses;

        private Ask(
                String id,
                byte[] body,
                Duration timeout,
                long asked,
                BooleanSupplier mayGo,
                Answer answer) {
            this.id = id;
            this.body = body;
            this.timeout = timeout;
            this.asked = asked;
            this.mayGo = mayGo;
            this.answer = answer;
        }

        private boolean unsent() {
            return sendings == 0;
        }

        private void stop() {
            cancel(deadline);
            cancel(grace);
            cancel(repeat);
        }

        private static void cancel(Serial.@Nullable Timer timer) {
            if (timer != null) {
                timer.cancel();
            }
        }
    }
}
