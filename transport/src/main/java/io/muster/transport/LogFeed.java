package io.muster.transport;

import io.muster.api.bus.Publication;
import io.muster.api.bus.Subscription;
import io.muster.api.codec.LogsCodec;
import io.muster.api.link.LogChunk;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.request.LogStream;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.request.Response.LogsStopped;
import io.muster.api.shell.Clock;
import io.muster.api.shell.Serial;
import io.muster.api.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One reader of logs, or of what becomes of images: asks the server once, then hears the agents
 * themselves.
 *
 * <p>The request is repeated under its id as long as it goes on: that renews the lease at the
 * server, makes a server that was restarted know of it, and repairs what an agent has not heard.
 * Agents hear of the reader directly, so that it also goes on while there is no server.
 */
final class LogFeed implements ClientLink.LogReading {
    private static final Duration SHORT_PATIENCE = Duration.ofSeconds(5);
    private static final Duration CREDIT_EXPIRY = Duration.ofSeconds(10);
    private static final Duration FIRST_LOOK = Duration.ofSeconds(1);

    private final Topics topics;
    private final LogStream stream;
    private final Subscription spoken; // what agents say to readers like this one
    private final Function<List<InstanceName>, Request.Body> question;
    private final ClientLink.LogListener listener;
    private final Asks asks;
    private final Wire wire;
    private final Serial serial;
    private final Clock clock;
    private final Duration renewEvery;
    private final Consumer<LogFeed> ended;
    private final Map<AgentName, LogTap> taps = new LinkedHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private Serial.@Nullable Timer look;
    private long renewed;
    private boolean accepted;

    LogFeed(
            Topics topics,
            LogStream stream,
            List<InstanceName> instances,
            Function<List<InstanceName>, Request.Body> question,
            ClientLink.LogListener listener,
            Asks asks,
            Wire wire,
            Serial serial,
            Clock clock,
            Duration renewEvery,
            Consumer<LogFeed> ended) {
        this.topics = topics;
        this.stream = stream;
        this.spoken = LinkSession.live(topics.logsFor(stream.audience()));
        this.question = question;
        this.listener = listener;
        this.asks = asks;
        this.wire = wire;
        this.serial = serial;
        this.clock = clock;
        this.renewEvery = renewEvery;
        this.ended = ended;
        var byAgent = new LinkedHashMap<AgentName, List<InstanceName>>();
        for (var instance : instances) {
            byAgent.computeIfAbsent(new AgentName(instance.agent()), _ -> new ArrayList<>())
                    .add(instance);
        }
        int window = LogTerms.window(stream.audience());
        // there before the answer: what an agent says may overtake it
        byAgent.forEach(
                (agent, its) -> taps.put(agent, new LogTap(agent, its, window, clock.nanoTime())));
    }

    LogStream stream() {
        return stream;
    }

    /**
     * Asks the server, as soon as what the agents say is subscribed to: they may begin before its
     * answer is here.
     *
     * @param patience for the broker's answer and the server's
     */
    void begin(Duration patience) {
        serial.after(patience, this::lookIfHeard); // before the one of what is asked
        wire.also(spoken, this::heard);
        renewed = clock.nanoTime();
        asks.ask(
                new Request(stream.id(), question.apply(open())),
                patience,
                () -> wire.hears(spoken),
                new Asks.Answer() {
                    @Override
                    public void answered(Response response) {
                        if (!closed.get()) {
                            begun(response);
                        }
                    }

                    @Override
                    public void failed(LinkException why) {
                        fail(why);
                    }
                });
    }

    private void heard() {
        asks.letGo(stream.id());
    }

    private void lookIfHeard() {
        if (!accepted && wire.ready() && !wire.hears(spoken)) {
            asks.forget(stream.id());
            fail(
                    new LinkException(
                            LinkException.Kind.REFUSED,
                            "the broker has not let us read %s; make its access rules from topics.md"
                                    .formatted(spoken.filter())));
        }
    }

    private void fail(LinkException why) {
        if (!closed.get()) {
            listener.failed(why);
        }
    }

    private List<InstanceName> open() {
        return taps.values().stream().flatMap(tap -> tap.open().stream()).toList();
    }

    private void begun(Response response) {
        switch (response.body()) {
            case Response.LogsAccepted(var instances, var problems) -> {
                accepted = true;
                taps.values().forEach(tap -> tap.only(instances));
                listener.accepted(instances, problems);
                lookIn(FIRST_LOOK);
            }
            case Response.Refused refused -> listener.refused(refused);
            case Response.Body _ ->
                    fail(
                            new LinkException(
                                    LinkException.Kind.REFUSED,
                                    "the server answered something else than was asked; is it of"
                                            + " another version?"));
        }
    }

    /** Another server, or the same over a new connection: it may not know of this. */
    void serverIsNew() {
        renew();
    }

    /** There is a connection again. */
    void connected() {
        if (!accepted) {
            wire.also(spoken, this::heard);
        }
        taps.values().forEach(tap -> tell(tap, true));
    }

    private void renew() {
        if (accepted && !closed.get() && !open().isEmpty()) {
            renewed = clock.nanoTime();
            var request = new Request(stream.id(), question.apply(open()));
            asks.ask(request, SHORT_PATIENCE, IGNORED); // one that is under way already is as good
        }
    }

    private static final Asks.Answer IGNORED =
            new Asks.Answer() {
                @Override
                public void answered(Response response) {}

                @Override
                public void failed(LinkException why) {}
            };

    private void lookIn(Duration pause) {
        look = serial.after(pause, this::look);
    }

    /** Shows the agents that we are there, and looks whether they are. */
    private void look() {
        if (closed.get()) {
            return;
        }
        long now = clock.nanoTime();
        boolean unheard = false;
        for (var tap : List.copyOf(taps.values())) {
            if (tap.isOver()) {
                continue;
            }
            if (tap.isSilent(now, new Hearing(tap))) {
                listener.silent(tap.agent());
            }
            unheard |= !tap.isHeard() && !tap.isOver();
            tell(tap, true);
        }
        if (unheard || now - renewed >= renewEvery.toNanos()) {
            renew();
        }
        lookIn(LogTerms.SIGN_OF_LIFE);
    }

    private void tell(LogTap tap, boolean answer) {
        if (tap.isOver() || closed.get()) {
            return;
        }
        wire.publish(
                Publication.expiring(
                        topics.credit(tap.agent(), stream),
                        LogsCodec.encode(tap.credit(answer)),
                        CREDIT_EXPIRY),
                _ -> {}); // the next one says the same and more
    }

    /** An agent says something. */
    void told(AgentName agent, LogChunk chunk) {
        var tap = taps.get(agent);
        if (tap != null && !closed.get()) {
            tap.told(chunk, clock.nanoTime(), new Hearing(tap));
        }
    }

    /** The server says that no more comes of a workload. */
    void stopped(LogsStopped stop) {
        for (var tap : List.copyOf(taps.values())) {
            if (!closed.get()) {
                tap.stop(stop, new Hearing(tap));
            }
        }
    }

    @Override
    public void taken(AgentName agent) {
        serial.deliver(() -> {
            var tap = taps.get(agent);
            if (tap != null && tap.taken()) {
                tell(tap, false);
            }
        });
    }

    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            serial.deliver(this::end);
        }
    }

    /** Ends on the serial, and tells the server. */
    void end() {
        closed.set(true);
        if (look != null) {
            look.cancel();
        }
        asks.forget(stream.id());
        asks.ask(new Request(stream.id(), new Request.CancelLogs()), SHORT_PATIENCE, IGNORED);
        ended.accept(this);
    }

    private final class Hearing implements LogTap.Ear {
        private final LogTap tap;

        private Hearing(LogTap tap) {
            this.tap = tap;
        }

        @Override
        public void lines(List<LogChunk.LogLines> lines) {
            listener.lines(tap.agent(), lines);
        }

        @Override
        public void lost(long chunks) {
            listener.lost(tap.agent(), chunks);
        }

        @Override
        public void stopped(LogsStopped stop) {
            listener.stopped(stop);
        }
    }
}
