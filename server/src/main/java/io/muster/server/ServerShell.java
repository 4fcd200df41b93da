package io.muster.server;

import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusListener.Cause;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.BusListener.Retry;
import io.muster.api.link.AgentPresence;
import io.muster.api.link.Report;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.AgentName;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.shell.Clock;
import io.muster.api.shell.Serial;
import io.muster.api.state.AgentAttributes;
import io.muster.api.store.Head;
import io.muster.api.store.Store;
import io.muster.api.store.StoreException;
import io.muster.api.topic.Topics;
import io.muster.server.core.Effect;
import io.muster.server.core.ServerEvent;
import io.muster.server.core.ServerLogic;
import io.muster.server.core.ServerSettings;
import io.muster.server.core.ServerState;
import io.muster.transport.LinkOptions;
import io.muster.transport.ServerLink;
import java.time.Duration;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server at work: brings events to {@link ServerLogic} and performs what it decides.
 *
 * <p>One serial owns all of it. Writing to the store blocks, and therefore happens elsewhere, one write at a time; the
 * core asks for no second one before the first is answered.
 */
public final class ServerShell implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServerShell.class);

    private final Store store;
    private final Serial serial;
    private final Clock clock;
    private final String version;
    private final Watcher watcher;
    private final ServerLink link;
    private ServerState state;
    private Serial.@Nullable Timer alarm;
    private boolean closed;

    /**
     * Makes one; {@link #start} starts it.
     *
     * @param head what {@code store} held when it was opened
     * @param version of the program
     */
    public ServerShell(
            Store store,
            Head head,
            ServerSettings settings,
            BusConnector connector,
            Topics topics,
            Serial serial,
            Clock clock,
            RandomGenerator random,
            LinkOptions options,
            String version,
            Watcher watcher) {
        this.store = store;
        this.serial = serial;
        this.clock = clock;
        this.version = version;
        this.watcher = watcher;
        this.state = ServerState.of(head, settings.withMaxDesiredBytes(options.maxPayloadBytes()));
        this.link = new ServerLink(connector, topics, serial, random, options, new Listener());
    }

    /** Hears what the program has to know. All calls come on the serial. */
    public interface Watcher {
        /** The server is at the broker under its name, and serves. */
        void serving(ServerState state);

        /** The server must end: another one has its name. */
        void displaced(String why);
    }

    /** Connects. From the serial. */
    public void start() {
        link.start(state.lineage(), state.epoch(), version);
    }

    /** Applies a startup manifest, before {@link #start}. From the serial. */
    public void apply(ServerEvent.StartupManifest manifest) {
        on(manifest);
    }

    /** Says that the server is gone, and ends. From the serial. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (alarm != null) {
                alarm.cancel();
            }
            link.close();
        }
    }

    private void on(ServerEvent event) {
        if (closed) {
            return;
        }
        var step = ServerLogic.on(state, event, clock.nanoTime());
        state = step.next();
        step.effects().forEach(this::perform);
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Persist(var commit) ->
                    write(
                            () -> store.commit(commit),
                            new ServerEvent.Persisted(),
                            ServerEvent.NotPersisted::new);
            case Effect.Raise(var epoch, var revision) ->
                    write(
                            () -> store.raise(epoch, revision),
                            new ServerEvent.Raised(),
                            ServerEvent.NotRaised::new);
            case Effect.AnnounceEpoch(var epoch) -> link.epoch(epoch);
            case Effect.SendDesired(var agent, var desired) -> link.desired(agent, desired);
            case Effect.SendFacts(var agent, var facts) -> link.facts(agent, facts);
            case Effect.SendCommand(var agent, var command) -> link.command(agent, command);
            case Effect.Reply(var requester, var response) -> link.respond(requester, response);
            case Effect.WakeAt(var nanos) -> wakeAt(nanos);
            case Effect.Tell(var note) -> NoteLog.write(note);
        }
    }

    private void write(Write write, ServerEvent done, Function<String, ServerEvent> failed) {
        serial.offload(
                () -> {
                    write.run();
                    return true;
                },
                (_, failure) -> {
                    switch (failure) {
                        case null -> on(done);
                        case StoreException e -> on(failed.apply(String.valueOf(e.getMessage())));
                        default -> throw new IllegalStateException("the store has a fault", failure);
                    }
                });
    }

    private void wakeAt(long nanos) {
        if (alarm != null) {
            alarm.cancel();
        }
        alarm =
                serial.after(
                        Duration.ofNanos(Math.max(0, nanos - clock.nanoTime())),
                        () -> on(new ServerEvent.Woke()));
    }

    /** Something that blocks on the store. */
    private interface Write {
        void run() throws StoreException;
    }

    private final class Listener implements ServerLink.Listener {
        @Override
        public void connected(long connection) {
            on(new ServerEvent.Connected(connection));
            watcher.serving(state);
        }

        @Override
        public Retry disconnected(Disconnection why) {
            on(new ServerEvent.Disconnected());
            if (why.cause() == Cause.TAKEN_OVER) {
                watcher.displaced(
                        "another server has taken this cluster over at the broker; stop one of the two");
                return new Retry.Never();
            }
            log.atWarn().addKeyValue("reason", why.text()).log("no connection to the broker");
            return new Retry.Soon();
        }

        @Override
        public void presence(AgentName agent, AgentPresence presence) {
            on(new ServerEvent.Announced(agent, presence));
        }

        @Override
        public void report(AgentName agent, Report report) {
            on(new ServerEvent.Reported(agent, report));
        }

        @Override
        public void load(AgentName agent, AgentAttributes.Status status) {
            on(new ServerEvent.Loaded(agent, status));
        }

        @Override
        public void request(Requester requester, Request request, Duration timeToLive) {
            on(new ServerEvent.Asked(requester, request, timeToLive));
        }

        @Override
        public void rival(ServerPresence other) {
            watcher.displaced(
                    "another server is live in this cluster (lineage %s, epoch %d); stop one of the two, or give one another --cluster"
                            .formatted(other.lineage(), other.epoch()));
        }

        @Override
        public void malformed(String topic, String why) {
            log.atWarn().addKeyValue("topic", topic).addKeyValue("reason", why).log("message ignored");
        }

        @Override
        public void undeliverable(String topic, String why) {
            log.atError().addKeyValue("topic", topic).addKeyValue("reason", why).log("not delivered");
        }
    }
}
