package io.muster.server;

import io.muster.api.bus.BusLimits;
import io.muster.api.host.DirectoryDisk;
import io.muster.api.host.SystemClock;
import io.muster.api.host.SystemProcesses;
import io.muster.api.host.ThreadSerial;
import io.muster.api.program.ProgramFailure;
import io.muster.api.program.StopRequest;
import io.muster.api.program.Version;
import io.muster.api.store.Head;
import io.muster.api.store.Store;
import io.muster.api.store.StoreException;
import io.muster.api.topic.Topics;
import io.muster.server.core.ServerState;
import io.muster.server.hook.MutatingHooks;
import io.muster.server.store.MemoryStore;
import io.muster.server.store.SqliteStore;
import io.muster.transport.mqtt.MqttConnector;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A whole server at work: store, broker and shell, started together and ended in reverse. */
final class ServerProgram implements AutoCloseable {
    private static final int INBOX = 10_000;
    private static final long LAST_WORDS_SECONDS = 5;
    private static final Duration LOOK_FOR_ROOM = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger("io.muster.server");

    private final ServerConfiguration configuration;
    private final StopRequest stop;
    private final SystemClock clock = new SystemClock();
    private final SecureRandom random = new SecureRandom();
    private final AtomicReference<String> trouble = new AtomicReference<>("");
    private final AtomicReference<String> address = new AtomicReference<>("");
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ArrayDeque<Runnable> closers = new ArrayDeque<>();

    private ServerProgram(ServerConfiguration configuration, StopRequest stop) {
        this.configuration = configuration;
        this.stop = stop;
    }

    /**
     * Starts a server; it serves a moment after this has returned, and says so in its log. As long
     * as the disk of its store is full, it waits for room: until then, or until it is asked to
     * stop.
     *
     * @param stop is asked when the server cannot go on; {@link #trouble} says why. Any thread
     * @throws ProgramFailure if it cannot start; then nothing of it is left running
     */
    static ServerProgram start(ServerConfiguration configuration, StopRequest stop)
            throws ProgramFailure, InterruptedException {
        var program = new ServerProgram(configuration, stop);
        try {
            program.begin();
            return program;
        } catch (ProgramFailure | InterruptedException e) {
            program.close();
            throw e;
        }
    }

    /** Returns why it cannot go on; empty if it can. */
    Optional<String> trouble() {
        return Optional.of(trouble.get()).filter(why -> !why.isEmpty());
    }

    /** Returns where the broker is. */
    String address() {
        return address.get();
    }

    /** Ends it in order; takes some seconds at most. */
    @Override
    public void close() {
        while (!closers.isEmpty()) {
            closers.pop().run();
        }
    }

    private void begin() throws ProgramFailure, InterruptedException {
        var store = store();
        var opening = new FutureTask<>(store::open);
        Thread.ofPlatform().name("store-open").daemon(true).start(opening);
        closers.push(() -> {
            waitFor(opening);
            store.close();
        });
        // Both take a while, so they are started side by side.
        var broker = RunningBroker.start(configuration.broker(), clock);
        closers.push(broker::close);
        address.set(broker.shown());
        var head = opened(store, opening);
        if (head.isEmpty()) {
            return; // asked to stop
        }
        var serial = new ThreadSerial("server", INBOX, this::fault);
        closers.push(serial::close);
        var shell =
                new ServerShell(
                        new ServerShell.Opened(store, head.get()),
                        configuration.settings(),
                        mutator(),
                        new ServerShell.Line(
                                new MqttConnector(
                                        broker.address(),
                                        broker.access(),
                                        BusLimits.DEFAULT,
                                        random),
                                new Topics(configuration.cluster()),
                                broker.linkOptions()),
                        serial,
                        clock,
                        random,
                        Version.current(),
                        new Watcher());
        closers.push(() -> stop(serial, shell));
        if (broker.isOpenToAll()) {
            log.atWarn()
                    .addKeyValue("address", broker.shown())
                    .log("TLS is off: everybody who reaches the broker can claim any role");
        }
        serial.deliver(() -> serve(shell, serial));
    }

    private Optional<Mutator> mutator() {
        if (configuration.hooks().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new MutatingHooks(configuration.hooks(), new SystemProcesses(), new SystemClock())
                        ::mutate);
    }

    private void serve(ServerShell shell, ThreadSerial serial) {
        configuration
                .manifest()
                .ifPresentOrElse(
                        manifest -> new Beginning(shell, serial, manifest, this::end).begin(),
                        shell::start);
    }

    private Store store() {
        return configuration
                .stateFolder()
                .<Store>map(folder -> new SqliteStore(folder, new DirectoryDisk(folder), random))
                .orElseGet(() -> new MemoryStore(random));
    }

    /** Returns what the store holds; empty if the program is to stop before that can be read. */
    private Optional<Head> opened(Store store, FutureTask<Head> opening)
            throws ProgramFailure, InterruptedException {
        try {
            return Optional.of(opening.get());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreException refusal) {
                return openedWithRoom(store, refusal);
            }
            throw new IllegalStateException("opening the store failed", e);
        }
    }

    /** Tries again while the disk is full: the cluster goes on without a server meanwhile. */
    private Optional<Head> openedWithRoom(Store store, StoreException first)
            throws ProgramFailure, InterruptedException {
        if (first.isFull()) {
            log.atError()
                    .addKeyValue("reason", first.getMessage())
                    .log("not serving: waiting for room on the disk");
        }
        var refusal = first;
        while (refusal.isFull()) {
            if (stop.isAskedWithin(LOOK_FOR_ROOM)) {
                return Optional.empty();
            }
            try {
                return Optional.of(store.open());
            } catch (StoreException e) {
                refusal = e;
            }
        }
        throw new ProgramFailure(String.valueOf(refusal.getMessage()), refusal);
    }

    /** A store must not be closed while it is being opened. */
    private static void waitFor(FutureTask<Head> opening) {
        try {
            opening.get();
        } catch (ExecutionException e) {
            log.atDebug().setCause(e).log("the store was not opened"); // told already
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop(ThreadSerial serial, ServerShell shell) {
        serial.deliver(() -> shell.stop(stopped::countDown));
        try {
            if (!stopped.await(LAST_WORDS_SECONDS, TimeUnit.SECONDS)) {
                log.warn(
                        "what was being stored was not finished in time; it is stored or it is"
                                + " not");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A task on the serial threw, which is a bug: nothing runs there any more. */
    private void fault(Throwable bug) {
        log.atError().setCause(bug).log("a fault in the server; please report it");
        stopped.countDown();
        end("a fault in the server: " + bug + "; the log has the details");
    }

    private void end(String why) {
        trouble.compareAndSet("", why);
        stop.ask();
    }

    /** Told on the serial. */
    private final class Watcher implements ServerShell.Watcher {
        private boolean served;

        @Override
        public void serving(ServerState state) {
            if (!served) {
                served = true;
                log.atInfo()
                        .addKeyValue("address", address.get())
                        .addKeyValue("cluster", configuration.cluster())
                        .addKeyValue("lineage", state.lineage())
                        .addKeyValue("epoch", state.epoch())
                        .addKeyValue("revision", state.version().revision())
                        .log("ready");
            }
        }

        @Override
        public void displaced(String why) {
            end(why);
        }
    }
}
