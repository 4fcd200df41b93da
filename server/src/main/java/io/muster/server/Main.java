package io.muster.server;

import io.muster.api.host.DirectoryDisk;
import io.muster.api.name.ClusterName;
import io.muster.api.outcome.InWords;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.program.BrokerLogin;
import io.muster.api.program.BrokerLoginOptions;
import io.muster.api.program.Complaints;
import io.muster.api.program.ConfigFile;
import io.muster.api.program.Logging;
import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.api.program.StandardFolders;
import io.muster.api.program.StopRequest;
import io.muster.api.shell.Disk;
import io.muster.broker.ListenAddress;
import io.muster.server.ServerConfiguration.BrokerChoice;
import io.muster.server.core.ServerSettings;
import io.muster.server.core.StateLimits;
import io.muster.server.hook.Hook;
import io.muster.server.hook.HookTables;
import io.muster.transport.mqtt.MqttAccess;
import io.muster.transport.mqtt.MqttAddress;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The program {@code muster-server}: the control plane, with its broker inside unless told
 * otherwise.
 */
@Command(
        description = {
            "The control plane of a cluster: holds the desired state, tells it to the agents, and"
                + " answers requests. An MQTT broker is inside; --broker uses another one instead."
        },
        subcommands = StoreCommand.class,
        sortOptions = false,
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A startup manifest is applied once, and again only when its text has changed; in"
                    + " between, what is stored stands, with all that was changed at run time."
                    + " Applied again, it sets what it names, deletes what its former version"
                    + " named and it no longer does, and leaves the rest alone.",
            "Every option is also an environment variable (MUSTER_SERVER_ADDRESS ...) and a key of"
                    + " the configuration file (address ...).",
            "Stops cleanly on SIGTERM. Exit codes: 0 stopped as asked, 1 failed, 2 misused."
        })
final class Main implements Callable<Integer>, ConfigFile.Reader, Complaints.Judge {
    private static final int MAX_HISTORY = 1000;
    private static final int MAX_EVENTS = 100_000;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    private static final Logger log = LoggerFactory.getLogger("io.muster.server");

    @Option(
            names = {"-m", "--startup-manifest"},
            paramLabel = "FILE",
            description = "A manifest to start with; see below.")
    private @Nullable Path startupManifest;

    @Option(
            names = {"-x", "--server-config"},
            paramLabel = "FILE",
            description =
                    "Configuration in TOML. Default: /etc/muster/muster-server.conf, if it exists.")
    void serverConfig(Path file) {
        // Program has read it before it parses the command line.
    }

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
            description =
                    "Use the MQTT 5 broker at mqtt://host:port or mqtts://host:port, and embed"
                            + " none.")
    private @Nullable String broker;

    @Mixin private BrokerLoginOptions brokerLogin = new BrokerLoginOptions();

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "The cluster; part of every topic. Default: ${DEFAULT-VALUE}")
    private String cluster = "";

    @Mixin private StoreFolder stateDir = new StoreFolder();

    @Option(
            names = "--ephemeral",
            description =
                    "Keep everything in memory; each start begins with nothing and takes over the"
                            + " agents.")
    private boolean ephemeral;

    @Option(
            names = "--take-over",
            description =
                    "Take over agents that obeyed another store. What they run that this store does"
                            + " not want is stopped.")
    private boolean takeOver;

    @Option(
            names = "--max-workloads",
            paramLabel = "N",
            defaultValue = "50000",
            description = "How many workloads there may be. Default: ${DEFAULT-VALUE}")
    private int maxWorkloads;

    @Option(
            names = "--max-configs",
            paramLabel = "N",
            defaultValue = "10000",
            description = "How many configs there may be. Default: ${DEFAULT-VALUE}")
    private int maxConfigs;

    @Option(
            names = "--history",
            paramLabel = "N",
            defaultValue = "20",
            description =
                    "How many desired states are kept for muster history and muster rollback, 1 to"
                            + " 1000. Default: ${DEFAULT-VALUE}")
    private int history;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "10000",
            description =
                    "How many events are kept for subscribers who lost their connection, 0 to"
                            + " 100000. Default: ${DEFAULT-VALUE}")
    private int events;

    @Option(
            names = {"-k", "--insecure"},
            description =
                    "Talk without TLS: everybody who reaches the broker can claim any role. Must be"
                        + " given unless --broker is an mqtts:// URL, since the embedded broker has"
                        + " no TLS yet.")
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
                    "For diagnosis: let the embedded broker write a line per message to this file."
                            + " At 32 MiB it is renamed to FILE.1 and begun anew.")
    private @Nullable Path trace;

    private final Map<String, String> environment;
    private List<Hook> hooks = List.of();

    private Main(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Runs the program. */
    public static void main(String[] arguments) {
        System.exit(run(arguments, System.getenv()));
    }

    @Override
    public Set<String> furtherKeys() {
        return Set.of(HookTables.KEY);
    }

    @Override
    public List<Problem> read(ConfigFile file) {
        return switch (HookTables.read(file)) {
            case Outcome.Accepted<List<Hook>>(var found) -> {
                hooks = found;
                yield List.of();
            }
            case Outcome.Refused<List<Hook>>(var problems) -> problems;
        };
    }

    @Override
    public void judge(Complaints complaints) {
        complaints.range("--history", history, 1, MAX_HISTORY);
        complaints.range("--events", events, 0, MAX_EVENTS);
        complaints.range("--max-workloads", maxWorkloads, 1, Integer.MAX_VALUE);
        complaints.range("--max-configs", maxConfigs, 1, Integer.MAX_VALUE);
        complaints.text("--cluster", cluster, ClusterName::new);
        if (broker != null) {
            complaints.text("--broker", broker, MqttAddress::parse);
            if (trace != null) {
                complaints.about(
                        "--trace",
                        "only the embedded broker can be traced; leave it out, or --broker");
            }
        } else {
            complaints.accepted("--address", ListenAddress.parse(address));
            if (!brokerLogin.login().equals(BrokerLogin.NONE)) {
                complaints.say(
                        "--broker-user, --broker-password, --broker-password-file and --broker-ca"
                                + " are for a broker of your own; name it by --broker, or leave"
                                + " them out");
            }
        }
    }

    static int run(String[] arguments, Map<String, String> environment) {
        return new Program(
                        "muster-server",
                        "MUSTER_SERVER_",
                        List.of("-x", "--server-config"),
                        List.of(Path.of("/etc/muster/muster-server.conf")))
                .run(new Main(environment), arguments, environment);
    }

    @Override
    public Integer call() throws ProgramFailure, InterruptedException {
        Logging.level(logLevel);
        var configuration = configuration();
        var stop = StopRequest.listen(STOP_LIMIT);
        int code = Program.FAILED;
        try {
            serve(configuration, stop);
            code = Program.DONE;
        } finally {
            stop.completed(code);
        }
        return code;
    }

    private static void serve(ServerConfiguration configuration, StopRequest stop)
            throws ProgramFailure, InterruptedException {
        Optional<String> trouble;
        try (var server = ServerProgram.start(configuration, stop)) {
            stop.await();
            log.info("stopping");
            trouble = server.trouble();
        }
        if (trouble.isPresent()) {
            throw new ProgramFailure(trouble.get());
        }
    }

    /** Checks everything that can be checked before anything is started or stored. */
    private ServerConfiguration configuration() throws ProgramFailure {
        var choice = brokerChoice();
        boolean open = !(choice instanceof BrokerChoice.External(var url, var _) && url.tls());
        if (open && !insecure) {
            throw new ProgramFailure(
                    "there is no TLS in this version, so that everybody who reaches the broker can"
                        + " claim any role; say that you know by --insecure (-k), and use it only"
                        + " where you trust the network");
        }
        var settings =
                ServerSettings.DEFAULTS
                        .withTakeOver(takeOver || ephemeral)
                        .withMaxHistory(history)
                        .withMaxEvents(events)
                        .withLimits(limits())
                        .withHooks(!hooks.isEmpty());
        return new ServerConfiguration(
                new ClusterName(cluster),
                choice,
                ephemeral ? Optional.empty() : Optional.of(stateFolder()),
                settings,
                hooks,
                startupManifest == null
                        ? Optional.empty()
                        : Optional.of(manifest(startupManifest, settings)));
    }

    /** Returns the state directory, whether it is there or not. */
    Path stateFolder() {
        return stateDir.named().orElseGet(() -> StandardFolders.of(environment).state("server"));
    }

    /** Returns a folder of this machine. */
    Disk diskAt(Path folder) {
        return new DirectoryDisk(folder);
    }

    private StateLimits limits() {
        return new StateLimits(
                maxWorkloads,
                maxConfigs,
                StateLimits.DEFAULTS.workloadChars(),
                StateLimits.DEFAULTS.configChars());
    }

    private BrokerChoice brokerChoice() throws ProgramFailure {
        if (broker == null) {
            return new BrokerChoice.Embedded(listenAddress(), Optional.ofNullable(trace));
        }
        var url = MqttAddress.parse(broker);
        return new BrokerChoice.External(url, MqttAccess.of(url, brokerLogin.login()));
    }

    private ListenAddress listenAddress() {
        return switch (ListenAddress.parse(address)) {
            case Outcome.Accepted<ListenAddress>(var value) -> value;
            case Outcome.Refused<ListenAddress>(var problems) ->
                    throw new IllegalStateException("judged before: " + problems);
        };
    }

    private static StartupManifest manifest(Path file, ServerSettings settings)
            throws ProgramFailure {
        var text = read("--startup-manifest", file);
        return switch (StartupManifest.read(file.toString(), text, settings)) {
            case Outcome.Accepted<StartupManifest>(var manifest) -> {
                for (var warning : manifest.warnings()) {
                    log.atWarn().addKeyValue("reason", warning).log("startup manifest");
                }
                yield manifest;
            }
            case Outcome.Refused<StartupManifest>(var problems) ->
                    throw new ProgramFailure(
                            "the startup manifest cannot be used; nothing was started or stored\n"
                                    + problems.stream()
                                            .map(Problem::toString)
                                            .collect(Collectors.joining("\n")));
        };
    }

    private static String read(String option, Path file) throws ProgramFailure {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ProgramFailure(option + ": there is no file " + file + "; name another", e);
        } catch (CharacterCodingException e) {
            throw new ProgramFailure(option + ": " + file + " is no text in UTF-8", e);
        } catch (IOException e) {
            throw new ProgramFailure(
                    "%s: %s cannot be read (%s); make it readable"
                            .formatted(option, file, InWords.of(e)),
                    e);
        }
    }
}
