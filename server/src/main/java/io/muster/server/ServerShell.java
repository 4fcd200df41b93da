package io.muster.server;

import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusListener.Cause;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.BusListener.Retry;
import io.muster.api.link.AgentPresence;
import io.muster.api.link.Load;
import io.muster.api.link.Report;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.AgentName;
import io.muster.api.outcome.Problem;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.shell.Clock;
import io.muster.api.shell.Serial;
import io.muster.api.state.State;
import io.muster.api.store.Head;
import io.muster.api.store.Store;
import io.muster.api.store.StoreException;
import io.muster.api.topic.Topics;
import io.muster.server.core.Effect;
import io.muster.server.core.Note;
import io.muster.server.core.ServerEvent;
import io.muster.server.core.ServerLogic;
import io.muster.server.core.ServerSettings;
import io.muster.server.core.ServerState;
import io.muster.transport.LinkOptions;
import io.muster.transport.ServerLink;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server at work: brings events to {@link ServerLogic} and performs what it decides. It writes to
 * the store, talks over the link, waits, logs.
 *
 * <p>One serial owns all of it, and all calls come from there. It has no thread and no clock of its
 * own, so that a simulation runs it as it is. Writing to the store blocks and therefore happens
 * elsewhere, one write at a time: the core asks for no second one before the first is answered.
 */
public final class ServerShell implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServerShell.class);

    /** How long the broker may take for our goodbye; its will says the same, only later. */
    private static final Duration GOODBYE = Duration.ofMillis(250);

    /** When it is not known whether something is stored. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private final Optional<Mutator> mutator;
    private final Store store;
    private final Serial serial;
    private final Clock clock;
    private final String version;
    private final Watcher watcher;
    private final ServerLink link;
    private ServerState state;
    private Serial.@Nullable Timer alarm;
    private @Nullable Runnable stopped;
    private @Nullable Consumer<Applied> applied;
    private boolean storing;
    private boolean full;
    private boolean unsure;
    private boolean served;
    private boolean complained;
    private boolean closed;

    /**
     * Makes one; {@link #start} starts it.
     *
     * @param mutator may change each update first; empty if nothing does
     * @param version of the program
     */
    public ServerShell(
            Opened opened,
            ServerSettings settings,
            Optional<Mutator> mutator,
            Line line,
            Serial serial,
            Clock clock,
            RandomGenerator random,
            String version,
            Watcher watcher) {
        this.mutator = mutator;
        this.store = opened.store();
        this.serial = serial;
        this.clock = clock;
        this.version = version;
        this.watcher = watcher;
        // what the core accepts has to fit into a message
        this.state =
                ServerState.of(
                        opened.head(),
                        settings.withMaxDesiredBytes(line.options().maxPayloadBytes())
                                .withHooks(mutator.isPresent()),
                        random.nextLong(Long.MAX_VALUE / 2));
        this.link =
                new ServerLink(
                        line.connector(),
                        line.topics(),
                        serial,
                        random,
                        line.options(),
                        new Heard());
    }

    /** A store, and what it held when it was opened. */
    public record Opened(Store store, Head head) {}

    /** The way to everybody: a broker, and where and how to speak there. */
    public record Line(BusConnector connector, Topics topics, LinkOptions options) {}

    /** Hears what the program has to know. All calls come on the serial. */
    public interface Watcher {
        /** The server is at the broker under its name, and serves; told with each connection. */
        void serving(ServerState state);

        /**
         * The server must end: another one has its name, or the broker does not let it in.
         *
         * @param why for people, with what to do
         */
        void displaced(String why);
    }

    /** Connects. */
    public void start() {
        if (stopped == null && !closed) {
            link.start(state.lineage(), state.epoch(), version);
        }
    }

    /**
     * Applies a startup manifest, before {@link #start} or, if it is tried again, later.
     *
     * @param done is told once, when the manifest is in force or cannot be
     */
    public void apply(StartupManifest manifest, Consumer<Applied> done) {
        applied = done;
        hear(new ServerEvent.StartupManifest(manifest.digest(), manifest.state()));
    }

    /**
     * Ends in order: what the store is writing is finished and answered, and everybody is told that
     * the server is gone. New requests are not taken.
     *
     * @param done is called afterwards; the store is idle then
     */
    public void stop(Runnable done) {
        if (stopped == null && !closed) {
            stopped = done;
            endIfIdle();
        }
    }

    /** Says that the server is gone, and ends at once; the store may still be writing. */
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

    /** Returns all that the server knows now. */
    public ServerState state() {
        return state;
    }

    private void take(ServerEvent event) {
        var step = ServerLogic.on(state, event, clock.nanoTime(), clock.instant());
        state = step.next();
        step.effects().forEach(this::perform);
    }

    /** Takes what came from outside, unless the server is about to end. */
    private void hear(ServerEvent event) {
        if (stopped == null && !closed) {
            take(event);
        }
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Persist(var commit) ->
                    store(
                            () -> store.commit(commit),
                            new ServerEvent.Persisted(),
                            ServerEvent.NotPersisted::new);
            case Effect.Raise(long epoch, var revision) ->
                    store(
                            () -> store.raise(epoch, revision),
                            new ServerEvent.Raised(),
                            ServerEvent.NotRaised::new);
            case Effect.Remember(var agents) ->
                    store(
                            () -> store.meet(agents),
                            new ServerEvent.Remembered(agents),
                            ServerEvent.NotRemembered::new);
            case Effect.AnnounceEpoch(long epoch) -> link.epoch(epoch);
            case Effect.SendDesired(var agent, var desired) -> link.desired(agent, desired);
            case Effect.ClearDesired(var agent) -> link.clearDesired(agent);
            case Effect.SendFacts(var agent, var facts) -> link.facts(agent, facts);
            case Effect.SendCommand(var agent, var command) -> link.command(agent, command);
            case Effect.Reply(var requester, var response) -> link.respond(requester, response);
            case Effect.Mutate(long number, var wanted, boolean dryRun) ->
                    mutate(number, wanted, dryRun);
            case Effect.WakeAt(long nanos) -> wakeAt(nanos);
            case Effect.Tell(var note) -> tell(note);
        }
    }

    private void tell(Note note) {
        var waiting = applied;
        if (waiting == null || !(note instanceof Note.OfStartup outcome)) {
            NoteLog.write(note);
            return;
        }
        applied = null;
        var told = told(outcome);
        if (!(told instanceof Applied.NoRoom)) { // who waits for room says so, once
            NoteLog.write(note);
        }
        waiting.accept(told);
    }

    private Applied told(Note.OfStartup outcome) {
        return switch (outcome) {
            case Note.ManifestInForce _ -> new Applied.InForce();
            case Note.ManifestRefused(var problems) ->
                    new Applied.Refused(
                            "the startup manifest does not fit what is stored:\n"
                                    + problems.stream()
                                            .map(Problem::toString)
                                            .collect(Collectors.joining("\n")));
            case Note.StoreFailed(_, var why) ->
                    full
                            ? new Applied.NoRoom(why)
                            : new Applied.Refused(
                                    "the startup manifest could not be stored: " + why);
        };
    }

    private void wakeAt(long nanos) {
        if (alarm != null) {
            alarm.cancel();
        }
        var delay = Duration.ofNanos(Math.max(0, nanos - clock.nanoTime()));
        alarm = serial.after(delay, () -> hear(new ServerEvent.Woke()));
    }

    /** Work for the store: it blocks, so it is done elsewhere; the core gives one at a time. */
    private interface StoreWork {
        void run() throws StoreException;
    }

    /** Makes an event from the reason why the store refused. */
    private interface Refusal {
        ServerEvent because(String why);
    }

    private void store(StoreWork work, ServerEvent done, Refusal refused) {
        storing = true;
        serial.<@Nullable Void>offload(
                () -> {
                    work.run();
                    return null;
                },
                (_, failure) -> {
                    if (failure instanceof StoreException why
                            && (why.isForeign() || why.isUnknown())) {
                        unclear(why, () -> storeAgain(work, done, refused));
                        return;
                    }
                    storing = false;
                    unsure = false;
                    full = failure instanceof StoreException refusal && refusal.isFull();
                    if (!closed) {
                        take(failure == null ? done : refused.because(messageOf(failure)));
                        endIfIdle();
                    }
                });
    }

    /**
     * It is not known if something is stored: who asked for it hears nothing, and knows after his
     * time that the outcome is not known.
     */
    private void unclear(StoreException why, Runnable again) {
        if (why.isForeign()) {
            watcher.displaced(String.valueOf(why.getMessage()));
            return;
        }
        if (!unsure) {
            unsure = true; // once, and not for each try
            log.atError()
                    .addKeyValue("reason", why.getMessage())
                    .log("not known whether updates are stored; no answer until it is");
        }
        serial.after(LOOK_AGAIN, again);
    }

    private void storeAgain(StoreWork work, ServerEvent done, Refusal refused) {
        if (!closed) {
            store(work, done, refused);
        }
    }

    private void mutate(long number, State wanted, boolean dryRun) {
        var hooks =
                mutator.orElseThrow(
                        () -> new IllegalStateException("asked for hooks, and there are none"));
        serial.offload(
                () -> hooks.mutate(wanted, dryRun),
                (result, failure) -> {
                    if (result == null) {
                        throw new IllegalStateException(
                                "hooks failed in an unforeseen way", failure);
                    }
                    hear(new ServerEvent.Mutated(number, result));
                });
    }

    /** Returns what a store says of its failure; anything but a refusal is a bug. */
    private static String messageOf(@Nullable Exception failure) {
        if (failure instanceof StoreException refusal) {
            return String.valueOf(refusal.getMessage());
        }
        throw new IllegalStateException("the store failed in an unforeseen way", failure);
    }

    private void endIfIdle() {
        var done = stopped;
        if (done == null || storing || closed) {
            return;
        }
        close();
        serial.after(GOODBYE, done);
    }

    /** What the link hears becomes events. */
    private final class Heard implements ServerLink.Listener {
        @Override
        public void connected(long connection) {
            if (complained) {
                log.atInfo().addKeyValue("connection", connection).log("connected to the broker");
            }
            complained = false;
            served = true;
            hear(new ServerEvent.Connected(connection));
            watcher.serving(state);
        }

        @Override
        public Retry disconnected(Disconnection why) {
            hear(new ServerEvent.Disconnected());
            if (why.cause() == Cause.TAKEN_OVER) {
                watcher.displaced(
                        why.text()
                                + "; another server of this cluster is running at the same broker:"
                                + " stop one of them, or start it with another --cluster");
                return new Retry.Never();
            }
            if (why.cause() == Cause.REFUSED && !served) {
                watcher.displaced(why.text());
                return new Retry.Never();
            }
            if (!complained) {
                complained = true; // once, and not for each attempt
                log.atWarn()
                        .addKeyValue("reason", why.text())
                        .log("no connection to the broker; trying again");
            }
            return new Retry.Soon();
        }

        @Override
        public void presence(AgentName agent, AgentPresence presence) {
            hear(new ServerEvent.Announced(agent, presence));
        }

        @Override
        public void report(AgentName agent, Report report) {
            hear(new ServerEvent.Reported(agent, report));
        }

        @Override
        public void load(AgentName agent, Load load) {
            hear(new ServerEvent.Loaded(agent, load));
        }

        @Override
        public void request(Requester requester, Request request, Duration timeToLive) {
            hear(new ServerEvent.Asked(requester, request, timeToLive));
        }

        @Override
        public void rival(ServerPresence other) {
            watcher.displaced(
                    ("another server (version %s, lineage %s, epoch %d) serves this cluster at the"
                         + " same broker; stop one of them, or start it with another --cluster")
                            .formatted(other.version(), other.lineage(), other.epoch()));
        }

        @Override
        public void malformed(String topic, String why) {
            log.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("reason", why)
                    .log("message ignored because it cannot be read");
        }

        @Override
        public void undeliverable(String topic, String why) {
            log.atError()
                    .addKeyValue("topic", topic)
                    .addKeyValue("reason", why)
                    .log("message cannot be delivered");
        }
    }
}
