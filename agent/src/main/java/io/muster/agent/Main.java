package io.muster.agent;

import io.muster.agent.runtime.container.RegistryLogin;
import io.muster.api.bus.BusLimits;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClusterName;
import io.muster.api.outcome.InWords;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.program.BrokerLoginOptions;
import io.muster.api.program.Complaints;
import io.muster.api.program.ConfigFile;
import io.muster.api.program.Logging;
import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.api.program.StandardFolders;
import io.muster.api.topic.Topics;
import io.muster.transport.mqtt.MqttAccess;
import io.muster.transport.mqtt.MqttAddress;
import io.muster.transport.mqtt.MqttConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The program {@code muster-agent}: one node. */
@Command(
        description = {
            "The agent of one node: makes true what the server wishes for it, also while the server"
                + " or the network is away. Workloads go on when it stops, unless told otherwise."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Every option is also an environment variable (MUSTER_AGENT_NAME ..., lists with commas"
                    + " between) and a key of the configuration file (name ..., runtimes as an"
                    + " array, tags as a table).",
            "Stops cleanly on SIGTERM. Exit codes: 0 stopped as asked, 1 failed, 2 misused."
        })
final class Main implements Callable<Integer>, ConfigFile.Reader, Complaints.Judge {
    private static final String PREFIX = "MUSTER_AGENT_";

    /** Each may be a process of some dozen megabytes. */
    private static final int MOST_TASKS = 1_000;

    /** One day. */
    private static final int LONGEST_LOAD_INTERVAL = 86_400;

    private static final int MOST_STOP_SECONDS = 3_600;

    /** MQTT counts keep-alives in seconds, and one and a half of them have to pass. */
    private static final int LEAST_NOTICE_SECONDS = 2;

    /** A server keeps a name for longer than it takes to notice twice that its holder is gone. */
    private static final int MOST_NOTICE_SECONDS = 25;

    /** An agent has little to say at once, and little memory. */
    private static final BusLimits LIMITS = BusLimits.DEFAULT.withPending(1_000, 8L << 20);

    @Option(
            names = {"-n", "--name"},
            paramLabel = "NAME",
            required = true,
            description = "The agent's name, unique in the cluster.")
    private String name = "";

    @Option(
            names = {"-s", "--server-url"},
            paramLabel = "URL",
            defaultValue = "mqtt://127.0.0.1:1883",
            description =
                    "The broker: mqtt://host:port, or mqtts://host:port for one with TLS."
                            + " Default: ${DEFAULT-VALUE}")
    private String serverUrl = "";

    @Option(
            names = {"-t", "--tag", "--tags"},
            paramLabel = "KEY=VALUE",
            description =
                    "A tag of the agent; repeatable. If any is given here, those of the environment"
                            + " and the configuration file do not count.")
    private Map<String, String> tags = new TreeMap<>();

    @Option(
            names = "--runtimes",
            paramLabel = "NAME",
            split = ",",
            description =
                    "The runtimes that workloads may use, of native, podman, podman-kube and"
                            + " containerd. Default: native, and those whose program (podman,"
                            + " nerdctl) is on the PATH.")
    private List<String> runtimes = new ArrayList<>();

    @Option(
            names = "--registry-auth-file",
            paramLabel = "FILE",
            description =
                    "Credentials of private registries, as \"podman login --authfile FILE\" writes"
                            + " them. Default: those of the user whom the agent runs as.")
    private @Nullable Path registryAuthFile;

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "The name of the cluster. Default: ${DEFAULT-VALUE}")
    private String cluster = "";

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description =
                    "What has to outlive a reboot: the copy of the wish, native workloads. Default:"
                            + " /var/lib/muster/agent/NAME for root, else"
                            + " $XDG_STATE_HOME/muster/agent/NAME or"
                            + " ~/.local/state/muster/agent/NAME.")
    private @Nullable Path stateDir;

    @Option(
            names = {"-r", "--run-folder"},
            paramLabel = "DIR",
            description =
                    "What may be lost with a reboot; has to exist if named. Default: /run/muster"
                            + " for root, else $XDG_RUNTIME_DIR/muster or $TMPDIR/muster-UID.")
    private @Nullable Path runFolder;

    @Option(
            names = "--ephemeral",
            description =
                    "Keep no copy of the wish: without the server a restarted agent starts"
                            + " nothing.")
    private boolean ephemeral;

    @Option(
            names = {"-k", "--insecure"},
            description =
                    "Talk to the broker without TLS: everybody who reaches it can claim any role."
                            + " Must be given unless the URL begins with mqtts://.")
    private boolean insecure;

    @Mixin private BrokerLoginOptions brokerLogin = new BrokerLoginOptions();

    @Option(
            names = "--look-interval",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description =
                    "How often to look at the runtimes for what no event told."
                            + " Default: ${DEFAULT-VALUE}")
    private int lookInterval;

    @Option(
            names = "--tasks-at-once",
            paramLabel = "NUMBER",
            description =
                    "How many workloads are started, stopped or looked at side by side; one that"
                            + " takes longer than a second lets others go ahead. Default: the"
                            + " number of processors.")
    private int tasksAtOnce = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--load-interval",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description =
                    "How often to measure and tell what the node and its workloads use of"
                            + " processors and memory; 0 is never. Default: ${DEFAULT-VALUE}")
    private int loadInterval;

    @Option(
            names = "--noticed-within",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description =
                    "How soon the server is to notice that this node has lost its power or its"
                            + " network, 2 to 25; the agent says that it lives a little more often."
                            + " Default: ${DEFAULT-VALUE}")
    private int noticedWithin;

    @Option(
            names = "--stop-workloads",
            description =
                    "When asked to stop, stop all workloads first, each before what it depends on;"
                            + " they run again when the agent starts. Without it they go on.")
    private boolean stopWorkloads;

    @Option(
            names = "--stop-timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description =
                    "How long --stop-workloads may take; what still runs then goes on. A service"
                            + " manager has to grant 15 s more. Default: ${DEFAULT-VALUE}")
    private int stopTimeout;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "error, warn, info, debug or trace. Default: ${DEFAULT-VALUE}")
    private Logging.LogLevel logLevel = Logging.LogLevel.INFO;

    @Option(
            names = {"-x", "--agent-config"},
            paramLabel = "FILE",
            description =
                    "Configuration in TOML. Default: /etc/muster/muster-agent.conf, if it exists.")
    void agentConfig(Path file) {
        // Program has read it before it parses the command line.
    }

    private final Map<String, String> environment;
    private final SecureRandom random = new SecureRandom();
    private Optional<ConfigFile> config = Optional.empty();

    private Main(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Runs the program. */
    public static void main(String[] arguments) {
        System.exit(run(arguments, System.getenv()));
    }

    static int run(String[] arguments, Map<String, String> environment) {
        var program =
                new Program(
                        "muster-agent",
                        PREFIX,
                        List.of("-x", "--agent-config"),
                        List.of(Path.of("/etc/muster/muster-agent.conf")));
        return program.run(new Main(environment), arguments, environment);
    }

    @Override
    public Set<String> furtherKeys() {
        return Set.of();
    }

    @Override
    public List<Problem> read(ConfigFile file) {
        config = Optional.of(file);
        return List.of();
    }

    @Override
    public void judge(Complaints complaints) {
        complaints.text("--name", name, AgentName::new);
        complaints.text("--cluster", cluster, ClusterName::new);
        complaints.text("--server-url", serverUrl, MqttAddress::parse);
        complaints.range("--tasks-at-once", tasksAtOnce, 1, MOST_TASKS);
        complaints.range("--look-interval", lookInterval, 1, Integer.MAX_VALUE);
        complaints.range("--load-interval", loadInterval, 0, LONGEST_LOAD_INTERVAL);
        complaints.range(
                "--noticed-within", noticedWithin, LEAST_NOTICE_SECONDS, MOST_NOTICE_SECONDS);
        complaints.range("--stop-timeout", stopTimeout, 1, MOST_STOP_SECONDS);
        complaints.accepted("--runtimes", chosen());
        if (registryAuthFile != null && !Files.isReadable(registryAuthFile)) {
            complaints.say(
                    "--registry-auth-file: "
                            + registryAuthFile
                            + " is no file that this user can read; make it with"
                            + " \"podman login --authfile\", or name another");
        }
        for (var each : tagsOfEnvironment()) {
            if (each.indexOf('=') < 1) {
                complaints.say(PREFIX + "TAGS: \"" + each + "\" is no KEY=VALUE");
            }
        }
    }

    @Override
    public Integer call() throws Exception {
        Logging.level(logLevel);
        var agent = new AgentName(name);
        var topics = new Topics(new ClusterName(cluster));
        var address = MqttAddress.parse(serverUrl);
        var standard =
                AgentOptions.DEFAULTS
                        .withTasksAtOnce(tasksAtOnce)
                        .lookingEvery(Duration.ofSeconds(lookInterval))
                        .tellingLoadEvery(Duration.ofSeconds(loadInterval))
                        .noticedWithin(Duration.ofSeconds(noticedWithin));
        var options =
                stopWorkloads
                        ? standard.stoppingWorkloads(Duration.ofSeconds(stopTimeout))
                        : standard;
        var chosen =
                switch (chosen()) {
                    case Outcome.Accepted<List<String>>(var names) -> names;
                    case Outcome.Refused<List<String>>(var problems) ->
                            throw new IllegalStateException("judged before: " + problems);
                };
        if (!insecure && !address.tls()) {
            throw new ProgramFailure(
                    address
                            + " is without TLS, so that everybody who reaches the broker can claim"
                            + " any role; say that you know by --insecure (-k), and use it only"
                            + " where you trust the network");
        }
        var connector =
                new MqttConnector(
                        address, MqttAccess.of(address, brokerLogin.login()), LIMITS, random);
        var folders = StandardFolders.of(environment);
        var state = stateDir == null ? folders.state("agent").resolve(name) : stateDir;
        var run = runFolder(folders, agent);
        return new AgentProcess(
                        agent,
                        tags(),
                        chosen,
                        new AgentProcess.Places(state, run, ephemeral),
                        environment,
                        registries(run),
                        options)
                .run(connector, topics, random);
    }

    private SortedMap<String, String> registries(Path run) throws ProgramFailure {
        try {
            return registryAuthFile == null
                    ? new TreeMap<>()
                    : RegistryLogin.environment(registryAuthFile, run);
        } catch (IOException e) {
            throw new ProgramFailure("--run-folder: " + InWords.withFile(e), e);
        }
    }

    private Outcome<List<String>> chosen() {
        return new RuntimeChoice(environment.getOrDefault("PATH", "")).of(listed());
    }

    private List<String> listed() {
        if (!runtimes.isEmpty()) {
            return runtimes;
        }
        var set = environment.getOrDefault(PREFIX + "RUNTIMES", "");
        return set.isEmpty()
                ? config.map(file -> file.list("runtimes")).orElse(List.of())
                : List.of(set.split(",", -1));
    }

    private SortedMap<String, String> tags() {
        var read = new TreeMap<>(tags);
        if (!read.isEmpty()) {
            return read;
        }
        for (var each : tagsOfEnvironment()) {
            int equals = each.indexOf('=');
            read.put(each.substring(0, equals), each.substring(equals + 1));
        }
        return read.isEmpty() ? config.map(file -> file.table("tags")).orElse(read) : read;
    }

    private List<String> tagsOfEnvironment() {
        var set = environment.getOrDefault(PREFIX + "TAGS", "");
        return set.isEmpty() ? List.of() : List.of(set.split(",", -1));
    }

    private Path runFolder(StandardFolders folders, AgentName agent) throws ProgramFailure {
        if (runFolder != null && !Files.isDirectory(runFolder)) {
            throw new ProgramFailure(
                    "--run-folder: " + runFolder + " is no folder; make it, or name another");
        }
        var base = runFolder == null ? folders.run() : runFolder;
        var mine = base.resolve(agent + "_io");
        try {
            Files.createDirectories(
                    mine,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            // below /tmp, somebody else may have been there first
            if (!Files.getOwner(mine).equals(Files.getOwner(Path.of("/proc/self")))) {
                throw new ProgramFailure(
                        "--run-folder: " + mine + " belongs to another user; name another folder");
            }
            return mine;
        } catch (IOException e) {
            throw new ProgramFailure(
                    "--run-folder: "
                            + mine
                            + " cannot be made: "
                            + InWords.withFile(e)
                            + "; name another",
                    e);
        }
    }
}
