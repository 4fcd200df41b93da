package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.api.bus.BusConnector;
import io.muster.api.host.SystemClock;
import io.muster.api.host.ThreadSerial;
import io.muster.api.name.ClusterName;
import io.muster.api.program.BrokerLogin;
import io.muster.api.program.Program;
import io.muster.api.shell.Clock;
import io.muster.api.shell.Serial;
import io.muster.api.store.StoreException;
import io.muster.api.topic.Topics;
import io.muster.cli.command.Surroundings;
import io.muster.cli.terminal.Terminal;
import io.muster.cli.terminal.WindowSize;
import io.muster.server.ServerShell;
import io.muster.server.core.ServerSettings;
import io.muster.server.core.ServerState;
import io.muster.server.store.MemoryStore;
import io.muster.testkit.bus.MemoryBroker;
import io.muster.transport.LinkOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A real server, scripted agents and command lines around a broker in memory, in real time. */
final class TestCluster implements AutoCloseable {
    private static final Topics TOPICS = new Topics(new ClusterName("default"));

    final Map<String, String> environment = new HashMap<>(Map.of("MUSTER_INSECURE", "true"));
    final List<Throwable> faults = new CopyOnWriteArrayList<>();

    /** The programs that were started, with their arguments. */
    final List<String> started = new CopyOnWriteArrayList<>();

    private final SplittableRandom random = new SplittableRandom(1);
    private final List<Serial> serials = new ArrayList<>();
    private final MemoryStore store = new MemoryStore(random);
    private final Clock clock = new SystemClock();
    private final MemoryBroker broker = new MemoryBroker(serial("broker"), random.split());
    private @Nullable Serial serverSerial;
    private volatile @Nullable ServerShell shell;
    private String input = "";

    /** Starts a server on the one store that there is. */
    void startServer() {
        try {
            var its = serial("server");
            var serving = new CompletableFuture<ServerState>();
            var shell =
                    new ServerShell(
                            new ServerShell.Opened(store, store.open()),
                            ServerSettings.DEFAULTS,
                            Optional.empty(),
                            new ServerShell.Line(
                                    broker.connector("server"),
                                    TOPICS,
                                    LinkOptions.DEFAULTS.withOwnBroker()),
                            its,
                            clock,
                            random.split(),
                            "0.1.0",
                            new ServerShell.Watcher() {
                                @Override
                                public void serving(ServerState state) {
                                    serving.complete(state);
                                }

                                @Override
                                public void displaced(String why) {
                                    faults.add(new IllegalStateException(why));
                                }
                            });
            its.deliver(shell::start);
            assertThat(serving).succeedsWithin(Duration.ofSeconds(10));
            serverSerial = its;
            this.shell = shell;
        } catch (StoreException e) {
            throw new AssertionError(e);
        }
    }

    /** Ends the server at once; only its will is heard. */
    void killServer() {
        broker.kill("server");
        if (serverSerial != null) {
            serverSerial.close();
        }
    }

    /** Waits until somebody listens to what changes. */
    void awaitSubscription() {
        await().atMost(Duration.ofSeconds(10))
                .until(() -> shell != null && shell.state().subscriptions() > 0);
    }

    /** Breaks the connections of all command lines; they connect again. */
    void cutClients() {
        broker.cut("cli");
    }

    /** Stops the broker. */
    void stopBroker() {
        broker.stop();
    }

    /** Starts an agent, and waits until the server knows it. */
    ScriptedAgent startAgent(String name) {
        var agent =
                new ScriptedAgent(
                        broker.connector(name), TOPICS, name, serial(name), random.split());
        await().atMost(Duration.ofSeconds(10))
                .until(() -> run("get", "state", "agents." + name).out.contains(name));
        return agent;
    }

    /** What the next command lines read from standard input. */
    void type(String text) {
        input = text;
    }

    /** Runs a command line to its end. */
    Result run(String... words) {
        var result = new Result(false);
        perform(result, words);
        return result;
    }

    /** Runs a command line besides. */
    Result start(String... words) {
        var result = new Result(false);
        Thread.ofPlatform().daemon().name("muster").start(() -> perform(result, words));
        return result;
    }

    /** Runs a command line besides, on a terminal. */
    Result startOnTerminal(String... words) {
        var result = new Result(true);
        Thread.ofPlatform().daemon().name("muster").start(() -> perform(result, words));
        return result;
    }

    /** Runs a command line on a terminal, 100 columns wide. */
    Result runOnTerminal(String... words) {
        var result = new Result(true);
        perform(result, words);
        return result;
    }

    private void perform(Result result, String... words) {
        var surroundings =
                new Surroundings(
                        result.terminal(),
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        environment,
                        "ann",
                        this::broker,
                        (program, arguments) -> {
                            started.add(program + " " + String.join(" ", arguments));
                            return Program.DONE;
                        },
                        clock,
                        random.split(),
                        faults::add);
        result.ended.complete(new Muster(surroundings).run(List.of(words)));
    }

    private BusConnector broker(String address, BrokerLogin login) {
        if (!address.startsWith("mqtt://")) {
            throw new IllegalArgumentException("\"" + address + "\" is none of ours");
        }
        return broker.connector("cli");
    }

    private Serial serial(String name) {
        Consumer<Throwable> fault = faults::add;
        var serial = new ThreadSerial(name, 10_000, fault);
        serials.add(serial);
        return serial;
    }

    @Override
    public void close() {
        serials.forEach(Serial::close);
        assertThat(faults).isEmpty();
    }

    /** What came of a command line. */
    static final class Result {
        final CompletableFuture<Integer> ended = new CompletableFuture<>();
        String out = "";
        String err = "";
        private final boolean terminal;
        private final Capture outStream = new Capture(text -> out = text);
        private final Capture errStream = new Capture(text -> err = text);

        Result(boolean terminal) {
            this.terminal = terminal;
        }

        Terminal terminal() {
            return new Terminal(
                    new PrintStream(outStream, true, StandardCharsets.UTF_8),
                    new PrintStream(errStream, true, StandardCharsets.UTF_8),
                    terminal,
                    terminal,
                    () -> terminal ? new WindowSize(100, 24) : WindowSize.UNBOUNDED);
        }

        int code() {
            assertThat(ended).succeedsWithin(Duration.ofSeconds(30));
            return ended.join();
        }

        /** Waits until standard output is like this. */
        void awaitOut(Predicate<String> condition) {
            await().atMost(Duration.ofSeconds(20)).until(() -> condition.test(out()));
        }

        String out() {
            return outStream.text();
        }

        String err() {
            return errStream.text();
        }

        /** The reader at the other end of the pipe goes away. */
        void hangUp() {
            outStream.closed = true;
        }

        Result succeeds() {
            assertThat(code()).as("standard error: %s", errStream.text()).isZero();
            return this;
        }

        Result failsWith(int code) {
            assertThat(code()).as("standard output: %s", outStream.text()).isEqualTo(code);
            return this;
        }
    }

    /** Keeps what is written. */
    private static final class Capture extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Consumer<String> changed;
        private volatile boolean closed;

        Capture(Consumer<String> changed) {
            this.changed = changed;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] b, int offset, int length) throws IOException {
            if (closed) {
                throw new IOException("Broken pipe");
            }
            bytes.write(b, offset, length);
            changed.accept(text());
        }

        synchronized String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
