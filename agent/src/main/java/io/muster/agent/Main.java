package io.muster.agent;

import io.muster.agent.kernel.PidfdExitWatch;
import io.muster.agent.runtime.nativeprocess.NativeRuntime;
import io.muster.agent.runtime.podman.PodmanRuntime;
import io.muster.api.bus.BusLimits;
import io.muster.api.host.DirectoryDisk;
import io.muster.api.host.SystemClock;
import io.muster.api.host.SystemProcesses;
import io.muster.api.host.ThreadSerial;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClusterName;
import io.muster.api.program.Logging;
import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.api.program.StopRequest;
import io.muster.api.program.Version;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.shell.ExitWatch;
import io.muster.api.topic.Topics;
import io.muster.transport.mqtt.MqttAccess;
import io.muster.transport.mqtt.MqttAddress;
import io.muster.transport.mqtt.MqttConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program {@code muster-agent}: one node. */
@Command(
        description = {
            "The agent of one node: makes true what the server wishes for it, also when the server or the"
                    + " network is away. Workloads go on when it stops."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Every option is also an environment variable (MUSTER_AGENT_NAME ...) and a key of the"
                    + " configuration file (name ..., tags as a table [tags]).",
            "Stops cleanly on SIGTERM. Exit codes: 0 stopped as asked, 1 failed, 2 misused."
        })
final class Main implements Callable<Integer> {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final int INBOX = 10_000;
    private static final List<String> ALL_RUNTIMES = List.of("podman", "native");

    private static final Logger log = LoggerFactory.getLogger("io.muster.agent");

    @Option(
            names = {"-n", "--name"},
            paramLabel = "NAME",
            required = true,
            description = "The agent's name, unique in the cluster")
    private String name = "";

    @Option(
            names = {"-s", "--server-url"},
            paramLabel = "URL",
            defaultValue = "mqtt://127.0.0.1:1883",
            description = "The broker: mqtt://host:port, or mqtts://host:port. Default: ${DEFAULT-VALUE}")
    private String serverUrl = "";

    @Option(
            names = {"-t", "--tag"},
            paramLabel = "KEY=VALUE",
            description = "A tag of the agent; repeatable. Replaces the tags of the configuration file")
    private SortedMap<String, String> tags = new TreeMap<>();

    @Option(
            names = "--runtimes",
            split = ",",
            paramLabel = "NAME",
            description = "Which runtimes workloads may use: podman, native. Default: both")
    private List<String> runtimes = List.of();

    @Option(
            names = {"-r", "--run-folder"},
            paramLabel = "DIR",
            description = "For files that may be lost with a reboot. Default: $TMPDIR/muster or /tmp/muster")
    private @Nullable Path runFolder;

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
                    "Where the copy of the wish is, and native workloads' state. Default:"
                            + " /var/lib/muster/agent/NAME for root, else $XDG_STATE_HOME/muster/agent/NAME"
                            + " or ~/.local/state/muster/agent/NAME")
    private @Nullable Path stateDir;

    @Option(
            names = "--ephemeral",
            description = "Keep no copy of the wish: without a server nothing is started")
    private boolean ephemeral;

    @Option(
            names = {"-k", "--insecure"},
            description =
                    "Talk without TLS: everybody who reaches the broker can claim any role. Must be given"
                            + " unless the URL is mqtts://")
    private boolean insecure;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "error, warn, info, debug or trace. Default: ${DEFAULT-VALUE}")
    private Logging.LogLevel logLevel = Logging.LogLevel.INFO;

    @Option(
            names = {"-x", "--agent-config"},
            paramLabel = "FILE",
            description = "Configuration in TOML. Default: /etc/muster/muster-agent.conf, if it exists")
    void agentConfig(Path file) {
        // Program has read it before it parses the command line.
    }

    private final Program program;
    private final String[] arguments;
    private final SecureRandom random = new SecureRandom();
    private final AtomicReference<String> end = new AtomicReference<>("");

    private Main(Program program, String[] arguments) {
        this.program = program;
        this.arguments = arguments;
    }

    /** Runs the program. */
    public static void main(String[] arguments) {
        var program =
                new Program(
                        "muster-agent",
                        "MUSTER_AGENT_",
                        List.of("-x", "--agent-config"),
                        List.of(Path.of("/etc/muster/muster-agent.conf")));
        System.exit(program.run(new Main(program, arguments), arguments, System.getenv()));
    }

    @Override
    public Integer call() throws ProgramFailure, InterruptedException {
        Logging.level(logLevel);
        if (!insecure && !serverUrl.startsWith("mqtts:")) {
            throw new ProgramFailure(
                    "there is no TLS in this version, so that everybody who reaches the broker can claim any"
                            + " role; say that you know by --insecure (-k), and use it only where you trust"
                            + " the network");
        }
        var config = program.config(arguments);
        if (tags.isEmpty()) {
            tags = config.table("tags");
        }
        if (runtimes.isEmpty()) {
            runtimes = config.list("runtimes");
        }
        checkRuntimes();
        var agent = checked("--name", () -> new AgentName(name));
        var topics = new Topics(checked("--cluster", () -> new ClusterName(cluster)));
        var address = checked("--server-url", () -> MqttAddress.parse(serverUrl));
        var folder = stateDir == null ? defaultStateDir() : stateDir;
        var disk = new DirectoryDisk(folder);
        var stop = StopRequest.listen(STOP_LIMIT);
        int code = Program.FAILED;
        try (var locked = disk.lock()) {
            log.atDebug().addKeyValue("folder", folder).addKeyValue("lock", locked).log("state");
            serve(agent, topics, address, folder, disk, stop);
            code = Program.DONE;
        } catch (ProgramFailure | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new ProgramFailure("state directory " + folder + ": " + e.getMessage(), e);
        } finally {
            stop.completed(code);
        }
        return code;
    }

    private void serve(
            AgentName agent,
            Topics topics,
            MqttAddress address,
            Path folder,
            DirectoryDisk disk,
            StopRequest stop)
            throws ProgramFailure, InterruptedException {
        try (var exits = exits();
                var serial = new ThreadSerial("agent", INBOX, fault -> fail(fault, stop))) {
            var shell =
                    new AgentShell(
                            agent,
                            HexFormat.of().toHexDigits(random.nextLong()),
                            Version.current(),
                            tags,
                            new Node(
                                    runtimes(agent, folder, disk, exits),
                                    ephemeral ? new ForgetfulDisk() : disk,
                                    exits,
                                    new ProcLoad(Path.of("/proc")).begin(),
                                    new SystemClock(),
                                    random),
                            new MqttConnector(address, MqttAccess.OPEN, BusLimits.DEFAULT, random),
                            topics,
                            serial,
                            AgentOptions.DEFAULTS);
            log.atInfo()
                    .addKeyValue("agent", agent)
                    .addKeyValue("broker", address)
                    .addKeyValue("runtimes", runtimes)
                    .log("starting");
            shell.start();
            stop.await();
            log.info("stopping; workloads go on");
            close(serial, shell);
        } catch (IOException e) {
            throw new ProgramFailure("/proc cannot be read: " + e.getMessage(), e);
        }
        if (!end.get().isEmpty()) {
            throw new ProgramFailure(end.get());
        }
    }

    private List<WorkloadRuntime> runtimes(
            AgentName agent, Path folder, DirectoryDisk disk, ExitWatch exits) throws ProgramFailure {
        var processes = new SystemProcesses();
        var made = new ArrayList<WorkloadRuntime>();
        for (var runtime : runtimes) {
            if (runtime.equals("podman")) {
                made.add(new PodmanRuntime(agent, processes, folderForNow(agent), disk));
            } else {
                made.add(
                        new NativeRuntime(
                                agent,
                                folder.resolve("native"),
                                processes,
                                exits,
                                new TreeMap<>(System.getenv())));
            }
        }
        return made;
    }

    private void checkRuntimes() throws ProgramFailure {
        if (runtimes.isEmpty()) {
            runtimes = ALL_RUNTIMES;
        }
        for (var runtime : runtimes) {
            if (!ALL_RUNTIMES.contains(runtime)) {
                throw new ProgramFailure(
                        "--runtimes: \"%s\" is no runtime; use any of %s"
                                .formatted(runtime, String.join(", ", ALL_RUNTIMES)));
            }
        }
    }

    private Path folderForNow(AgentName agent) throws ProgramFailure {
        var folder = runFolder == null ? temporary().resolve("muster") : runFolder;
        var mine = folder.resolve(agent + "_io");
        try {
            if (runFolder != null && !Files.isDirectory(runFolder)) {
                throw new ProgramFailure("--run-folder: " + runFolder + " is no folder; make it, or name another");
            }
            return Files.createDirectories(mine);
        } catch (IOException e) {
            throw new ProgramFailure(
                    "--run-folder: %s cannot be made (%s); name another"
                            .formatted(mine, e.getClass().getSimpleName()),
                    e);
        }
    }

    private static Path temporary() {
        var set = System.getenv("TMPDIR");
        return Path.of(set == null || set.isEmpty() ? "/tmp" : set);
    }

    private Path defaultStateDir() {
        if (System.getProperty("user.name").equals("root")) {
            return Path.of("/var/lib/muster/agent").resolve(name);
        }
        var home = System.getenv("XDG_STATE_HOME");
        var base =
                home == null || home.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".local", "state")
                        : Path.of(home);
        return base.resolve("muster").resolve("agent").resolve(name);
    }

    private static PidfdExitWatch exits() throws ProgramFailure {
        try {
            return PidfdExitWatch.open();
        } catch (IOException e) {
            throw new ProgramFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private static <T> T checked(String option, Callable<T> making) throws ProgramFailure {
        try {
            return making.call();
        } catch (Exception e) {
            throw new ProgramFailure(option + ": " + e.getMessage(), e);
        }
    }

    private static void close(ThreadSerial serial, AgentShell shell) throws InterruptedException {
        var closed = new CountDownLatch(1);
        serial.deliver(
                () -> {
                    shell.close();
                    closed.countDown();
                });
        if (!closed.await(5, TimeUnit.SECONDS)) {
            log.warn("the last words to the broker were not said in time");
        }
    }

    private void fail(Throwable fault, StopRequest stop) {
        log.atError().setCause(fault).log("a fault in the agent; please report it");
        end.compareAndSet("", "a fault in the agent: " + fault + "; its log has the details");
        stop.ask();
    }
}
