package io.muster.simulators;

import io.muster.api.shell.Serial;
import io.muster.api.state.CompleteState;
import io.muster.api.store.StoreException;
import io.muster.api.topic.Topics;
import io.muster.server.ServerShell;
import io.muster.server.core.ServerSettings;
import io.muster.server.core.ServerState;
import io.muster.server.store.MemoryStore;
import io.muster.testkit.bus.MemoryBroker;
import io.muster.testkit.world.World;
import io.muster.transport.LinkOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A store that outlives its servers, and the server, which comes and goes. */
public final class SimulatedServer {
    static final String HOST = "server";
    static final String RIVAL = "rival";

    /** Few, so that some who come back find that too many are gone. */
    private static final int EVENTS = 20;

    /** After a start that failed. */
    private static final Duration STARTS_AGAIN = Duration.ofSeconds(2);

    private final World world;
    private final MemoryBroker broker;
    private final Topics topics;
    private final String host;
    private final Watch watch;
    private final SimulatedStore store;
    private final RandomGenerator random;
    private @Nullable Serial serial;
    private @Nullable ServerShell shell;
    private int lives;

    /** Hears what becomes of a server. */
    interface Watch {
        /** It has opened its store. */
        void opened(Optional<CompleteState> state);

        /** It is at the broker under its name. */
        void serving();

        /** It must end. */
        void displaced(String why);
    }

    SimulatedServer(World world, MemoryBroker broker, Topics topics, String host, Watch watch) {
        this.host = host;
        this.watch = watch;
        this.world = world;
        this.broker = broker;
        this.topics = topics;
        this.random = world.split();
        this.store = new SimulatedStore(new MemoryStore(random), new Pace(world.clock()));
    }

    /** Returns what the server keeps. */
    SimulatedStore store() {
        return store;
    }

    /** Says whether the server runs. */
    public boolean isUp() {
        return serial != null;
    }

    /** Returns all that the server can be asked for; empty if it does not run. */
    public Optional<CompleteState> state() {
        return core().map(ServerState::complete);
    }

    /** Returns the same as the server has it: another object whenever anything has changed. */
    Optional<ServerState> core() {
        return Optional.ofNullable(shell).map(ServerShell::state);
    }

    /** Returns how often it was started. */
    int lives() {
        return lives;
    }

    /** Starts the server, unless it runs. */
    public void start() {
        if (serial != null) {
            return;
        }
        var next = world.serial(host + "-" + lives++, 10_000);
        serial = next;
        try {
            var made =
                    new ServerShell(
                            new ServerShell.Opened(store, store.open()),
                            ServerSettings.DEFAULTS.withMaxEvents(EVENTS),
                            Optional.empty(),
                            new ServerShell.Line(
                                    broker.connector(host), topics, LinkOptions.DEFAULTS),
                            next,
                            world.clock(),
                            random,
                            "sim",
                            new Watcher());
            made.start();
            shell = made;
            watch.opened(state());
        } catch (StoreException e) {
            serial = null; // as the service that starts it would
            world.in(STARTS_AGAIN, this::start);
        }
    }

    /** Kills the server. */
    public void crash() {
        var current = serial;
        if (current != null) {
            current.close();
            serial = null;
            shell = null;
            broker.kill(host);
        }
    }

    private final class Watcher implements ServerShell.Watcher {
        @Override
        public void serving(ServerState state) {
            watch.serving();
        }

        @Override
        public void displaced(String why) {
            watch.displaced(why);
        }
    }
}
