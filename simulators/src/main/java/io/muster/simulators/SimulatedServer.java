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
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A store that outlives its servers, and the server, which comes and goes. */
public final class SimulatedServer {
    static final String HOST = "server";

    /** Few, so that some who come back find that too many are gone. */
    private static final int EVENTS = 20;

    private final World world;
    private final MemoryBroker broker;
    private final Topics topics;
    private final MemoryStore store;
    private final RandomGenerator random;
    private @Nullable Serial serial;
    private @Nullable ServerShell shell;
    private int lives;

    SimulatedServer(World world, MemoryBroker broker, Topics topics) {
        this.world = world;
        this.broker = broker;
        this.topics = topics;
        this.random = world.split();
        this.store = new MemoryStore(random);
    }

    /** Returns what the server keeps. */
    public MemoryStore store() {
        return store;
    }

    /** Says whether the server runs. */
    public boolean isUp() {
        return serial != null;
    }

    /** Returns all that the server can be asked for; empty if it does not run. */
    public Optional<CompleteState> state() {
        return Optional.ofNullable(shell).map(each -> each.state().complete());
    }

    /** Starts the server, unless it runs. */
    public void start() {
        if (serial != null) {
            return;
        }
        var next = world.serial("server-" + lives++, 10_000);
        serial = next;
        try {
            var made =
                    new ServerShell(
                            new ServerShell.Opened(store, store.open()),
                            ServerSettings.DEFAULTS.withMaxEvents(EVENTS),
                            Optional.empty(),
                            new ServerShell.Line(
                                    broker.connector(HOST), topics, LinkOptions.DEFAULTS),
                            next,
                            world.clock(),
                            random,
                            "sim",
                            new Watcher());
            made.start();
            shell = made;
        } catch (StoreException e) {
            throw new IllegalStateException("a store in memory opens", e);
        }
    }

    /** Kills the server. */
    public void crash() {
        var current = serial;
        if (current != null) {
            current.close();
            serial = null;
            shell = null;
            broker.kill(HOST);
        }
    }

    private static final class Watcher implements ServerShell.Watcher {
        @Override
        public void serving(ServerState state) {
            // nobody waits for it here
        }

        @Override
        public void displaced(String why) {
            throw new AssertionError("there is one server only, and it says: " + why);
        }
    }
}
