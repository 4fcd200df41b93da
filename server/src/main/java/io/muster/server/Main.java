package io.muster.server;

import io.muster.api.bus.BusLimits;
import io.muster.api.host.DirectoryDisk;
import io.muster.api.host.SystemClock;
import io.muster.api.host.ThreadSerial;
import io.muster.api.name.ClusterName;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.program.Logging;
import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.api.program.StopRequest;
import io.muster.api.program.Version;
import io.muster.api.store.Head;
import io.muster.api.store.Store;
import io.muster.api.store.StoreException;
import io.muster.api.topic.Topics;
import io.muster.broker.BrokerException;
import io.muster.broker.BrokerOptions;
import io.muster.broker.EmbeddedBroker;
import io.muster.broker.ListenAddress;
import io.muster.broker.MessageTrace;
import io.muster.server.core.ServerSettings;
import io.muster.server.core.ServerState;
import io.muster.server.store.MemoryStore;
import io.muster.server.store.SqliteStore;
import io.muster.transport.LinkOptions;
import io.muster.transport.mqtt.CertificateAuthorities;
import io.muster.transport.mqtt.Credentials;
import io.muster.transport.mqtt.MqttAccess;
import io.muster.transport.mqtt.MqttAddress;
import io.muster.transport.mqtt.MqttConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program {@code muster-server}: the control plane, with its broker inside unless told otherwise. */
@Command(
        description = {
            "The control plane of a cluster: holds the desired state, tells it to the agents, and answers"
                    + " requests. An MQTT broker is inside; --broker uses another one instead."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A startup manifest is applied once, and then again only when its content has changed: what was"
                    + " changed at run time stays until then. What it no longer names is deleted.",
            "Every option is also an environment variable (MUSTER_SERVER_ADDRESS ...) and a key of the"
                    + " configuration file (address ...).",
            "Stops cleanly on SIGTERM. Exit codes: 0 stopped as asked, 1 failed, 2 misused."
        })
final class Main implements Callable<Integer> {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final int INBOX = 10_000;

    private static final Logger log = LoggerFactory.getLogger("io.muster.server");

    @Option(
            names = {"-m", "--startup-manifest"},
            paramLabel = "FILE",
            description = "A manifest to start with; see below")
    private @Nullable Path startupManifest;

    @Option(
            names = {"-a", "--address"},
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:1883",
            description =
                    "Where the embedded broker listens; IPv6 in brackets, port 0 for any free one."
                            + " Default: ${DEFAULT-VALUE}")
    private String address = "";

    @Option(
            names = "--broker",
            paramLabel = "URL",
            description = "Use the MQTT 5 broker at mqtt://host:port or mqtts://host:port, and embed none")
    private @Nullable String broker;

    @Option(names = "--broker-user", paramLabel = "NAME", description = "User name for that broker")
    private @Nullable String brokerUser;

    @Option(
            names = "--broker-password-file",
            paramLabel = "FILE",
            description = "File with the password for that broker; or MUSTER_SERVER_BROKER_PASSWORD")
    private @Nullable Path brokerPasswordFile;

    @Option(names = "--broker-password", hidden = true)
    private @Nullable String brokerPassword;

    @Option(
            names = "--broker-ca",
            paramLabel = "FILE",
            description = "Certificates, in PEM, of who vouches for that broker; default: whom Java trusts")
    private @Nullable Path brokerCa;

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "The cluster; part of every topic. Default: ${DEFAULT-VALUE}")
    private String cluster = "";

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description =
                    "Where the store is. Default: /var/lib/muster/server for root, else"
                            + " $XDG_STATE_HOME/muster/server or ~/.local/state/muster/server")
    private @Nullable Path stateDir;

    @Option(
            names = "--ephemeral",
            description = "Keep everything in memory, and take over agents that obeyed another server")
    private boolean ephemeral;

    @Option(
            names = "--take-over",
            description = "Take over agents that obeyed another store, whose workloads are then this one's")
    private boolean takeOver;

    @Option(
            names = {"-k", "--insecure"},
            description =
                    "Talk without TLS: everybody who reaches the broker can claim any role. Must be given"
                            + " unless --broker is an mqtts:// URL, since there is no TLS of our own yet.")
    private boolean insecure;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "error, warn, info, debug or trace. Default: ${DEFAULT-VALUE}")
    private Logging.LogLevel logLevel = Logging.LogLevel.INFO;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description =
                    "For diagnosis: let the embedded broker write a line per message to this file. At 32 MiB"
                            + " it is renamed to FILE.1 and begun anew.")
    private @Nullable Path trace;

    @Option(
            names = {"-x", "--server-config"},
            paramLabel = "FILE",
            description = "Configuration in TOML. Default: /etc/muster/muster-server.conf, if it exists")
    void serverConfig(Path file) {
        // Program has read it before it parses the command line.
    }

    private final SystemClock clock = new SystemClock();
    private final SecureRandom random = new SecureRandom();
    private final AtomicReference<String> end = new AtomicReference<>("");

    private Main() {}

    /** Runs the program. */
    public static void main(String[] arguments) {
        System.exit(
                new Program(
                                "muster-server",
                                "MUSTER_SERVER_",
                                List.of("-x", "--server-config"),
                                List.of(Path.of("/etc/muster/muster-server.conf")))
                        .run(new Main(), arguments, System.getenv()));
    }

    @Override
    public Integer call() throws ProgramFailure, InterruptedException {
        Logging.level(logLevel);
        if (!insecure && (broker == null || !broker.startsWith("mqtts:"))) {
            throw new ProgramFailure(
                    "there is no TLS in this version, so that everybody who reaches the broker can claim any"
                            + " role; say that you know by --insecure (-k), and use it only where you trust"
                            + " the network");
        }
        var settings = ServerSettings.DEFAULTS.withTakeOver(takeOver || ephemeral);
        var manifest = startupManifest == null ? null : read(startupManifest, settings);
        var topics = new Topics(clusterName());
        var stop = StopRequest.listen(STOP_LIMIT);
        int code = Program.FAILED;
        try (var store = store()) {
            var head = open(store);
            serve(store, head, settings, manifest, topics, stop);
            code = Program.DONE;
        } finally {
            stop.completed(code);
        }
        return code;
    }

    private void serve(
            Store store,
            Head head,
            ServerSettings settings,
            @Nullable StartupManifest manifest,
            Topics topics,
            StopRequest stop)
            throws ProgramFailure, InterruptedException {
        try (var brokers = broker == null ? embedded() : null) {
            var url =
                    brokers == null
                            ? mqtt(String.valueOf(broker))
                            : new MqttAddress(loopback(brokers), brokers.port(), false);
            var options = brokers == null ? LinkOptions.DEFAULTS : LinkOptions.DEFAULTS.withOwnBroker();
            try (var serial = new ThreadSerial("server", INBOX, fault -> fail(fault, stop))) {
                var shell =
                        new ServerShell(
                                store,
                                head,
                                settings,
                                new MqttConnector(url, access(), BusLimits.DEFAULT, random),
                                topics,
                                serial,
                                clock,
                                random,
                                options,
                                Version.current(),
                                new Watcher(url.toString(), stop));
                serial.deliver(() -> start(shell, manifest, stop));
                stop.await();
                log.info("stopping");
                close(serial, shell);
            }
        }
        if (!end.get().isEmpty()) {
            throw new ProgramFailure(end.get());
        }
    }

    private void start(ServerShell shell, @Nullable StartupManifest manifest, StopRequest stop) {
        if (manifest == null) {
            shell.start();
            return;
        }
        shell.apply(
                manifest,
                refusal -> {
                    if (refusal.isPresent()) {
                        end.compareAndSet("", "the startup manifest cannot be used: " + refusal.get());
                        stop.ask();
                    } else {
                        shell.start();
                    }
                });
    }

    private static StartupManifest read(Path file, ServerSettings settings) throws ProgramFailure {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new ProgramFailure(
                    "startup manifest %s cannot be read (%s); name another file or make it readable"
                            .formatted(file, e.getClass().getSimpleName()),
                    e);
        }
        return switch (StartupManifest.read(file.toString(), text, settings)) {
            case Outcome.Accepted<StartupManifest>(var manifest) -> {
                for (var warning : manifest.warnings()) {
                    log.atWarn().addKeyValue("problem", warning).log("startup manifest");
                }
                yield manifest;
            }
            case Outcome.Refused<StartupManifest>(var problems) ->
                    throw new ProgramFailure(
                            "the startup manifest cannot be used:\n"
                                    + problems.stream()
                                            .map(Problem::toString)
                                            .collect(Collectors.joining("\n")));
        };
    }

    private static void close(ThreadSerial serial, ServerShell shell) throws InterruptedException {
        var closed = new CountDownLatch(1);
        serial.deliver(() -> shell.stop(closed::countDown));
        if (!closed.await(5, TimeUnit.SECONDS)) {
            log.warn("the last words to the broker were not said in time");
        }
    }

    private void fail(Throwable fault, StopRequest stop) {
        log.atError().setCause(fault).log("a fault in the server; please report it");
        end.compareAndSet("", "a fault in the server: " + fault + "; its log has the details");
        stop.ask();
    }

    private EmbeddedBroker embedded() throws ProgramFailure {
        var listen =
                switch (ListenAddress.parse(address)) {
                    case Outcome.Accepted<ListenAddress>(var value) -> value;
                    case Outcome.Refused<ListenAddress>(var problems) ->
                            throw new ProgramFailure("--address: " + problems.getFirst());
                };
        var options = BrokerOptions.at(listen);
        if (trace != null) {
            options = options.withObserver(MessageTrace.open(trace, clock));
        }
        try {
            return EmbeddedBroker.start(options);
        } catch (BrokerException e) {
            throw new ProgramFailure(String.valueOf(e.getMessage()), e);
        }
    }

    /** Where this process reaches its own broker: one that listens everywhere listens on the loopback, too. */
    private static String loopback(EmbeddedBroker broker) {
        var listening = broker.addresses().getFirst().getAddress();
        return listening.isAnyLocalAddress() ? "127.0.0.1" : listening.getHostAddress();
    }

    private static MqttAddress mqtt(String url) throws ProgramFailure {
        try {
            return MqttAddress.parse(url);
        } catch (IllegalArgumentException e) {
            throw new ProgramFailure("--broker: " + e.getMessage(), e);
        }
    }

    private MqttAccess access() throws ProgramFailure {
        Optional<Credentials> credentials = Optional.empty();
        if (brokerUser != null) {
            credentials = Optional.of(new Credentials(brokerUser, password()));
        }
        try {
            return new MqttAccess(
                    credentials,
                    brokerCa == null
                            ? Optional.empty()
                            : Optional.of(CertificateAuthorities.read(brokerCa)));
        } catch (IOException e) {
            throw new ProgramFailure("--broker-ca: " + e.getMessage(), e);
        }
    }

    private String password() throws ProgramFailure {
        if (brokerPasswordFile == null) {
            return brokerPassword == null ? "" : brokerPassword;
        }
        try {
            return Files.readString(brokerPasswordFile).strip();
        } catch (IOException e) {
            throw new ProgramFailure(
                    "--broker-password-file: %s cannot be read (%s); make it readable"
                            .formatted(brokerPasswordFile, e.getClass().getSimpleName()),
                    e);
        }
    }

    private ClusterName clusterName() throws ProgramFailure {
        try {
            return new ClusterName(cluster);
        } catch (IllegalArgumentException e) {
            throw new ProgramFailure("--cluster: " + e.getMessage(), e);
        }
    }

    private Store store() {
        if (ephemeral) {
            return new MemoryStore(random);
        }
        var folder = stateDir == null ? defaultStateDir() : stateDir;
        return new SqliteStore(folder, new DirectoryDisk(folder), random);
    }

    private static Path defaultStateDir() {
        if (System.getProperty("user.name").equals("root")) {
            return Path.of("/var/lib/muster/server");
        }
        var home = System.getenv("XDG_STATE_HOME");
        var base =
                home == null || home.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".local", "state")
                        : Path.of(home);
        return base.resolve("muster").resolve("server");
    }

    private static Head open(Store store) throws ProgramFailure {
        try {
            return store.open();
        } catch (StoreException e) {
            throw new ProgramFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private final class Watcher implements ServerShell.Watcher {
        private final String address;
        private final StopRequest stop;

        Watcher(String address, StopRequest stop) {
            this.address = address;
            this.stop = stop;
        }

        @Override
        public void serving(ServerState state) {
            log.atInfo()
                    .addKeyValue("broker", address)
                    .addKeyValue("lineage", state.lineage())
                    .addKeyValue("epoch", state.epoch())
                    .addKeyValue("revision", state.version().revision())
                    .log("ready");
        }

        @Override
        public void displaced(String why) {
            end.compareAndSet("", why);
            stop.ask();
        }
    }
}
