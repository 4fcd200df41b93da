package io.muster.agent;

import io.muster.agent.control.FifoDoors;
import io.muster.agent.kernel.Fifos;
import io.muster.agent.kernel.PidfdExitWatch;
import io.muster.agent.runtime.container.ContainerRuntime;
import io.muster.agent.runtime.container.KubeRuntime;
import io.muster.agent.runtime.nativeprocess.NativeRuntime;
import io.muster.api.bus.BusConnector;
import io.muster.api.host.DirectoryDisk;
import io.muster.api.host.SystemClock;
import io.muster.api.host.SystemProcesses;
import io.muster.api.host.ThreadSerial;
import io.muster.api.name.AgentName;
import io.muster.api.outcome.InWords;
import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.api.program.StopRequest;
import io.muster.api.program.Version;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.shell.Disk;
import io.muster.api.shell.ExitWatch;
import io.muster.api.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds an agent of real parts, and runs it until the process is asked to stop. */
final class AgentProcess {
    private static final Logger log = LoggerFactory.getLogger("io.muster.agent");
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final Duration GOOD_BYE_LIMIT = Duration.ofSeconds(3);
    private static final int INBOX = 10_000;

    /** How long a message waits for a workload that does not read at all. */
    private static final Duration READER_PATIENCE = Duration.ofSeconds(30);

    private final AgentName agent;
    private final SortedMap<String, String> tags;
    private final List<String> runtimes;
    private final Places places;
    private final Map<String, String> environment;
    private final SortedMap<String, String> registries;
    private final AgentOptions options;
    private final CompletableFuture<Throwable> fault = new CompletableFuture<>();

    /**
     * Where things are.
     *
     * @param state what has to outlive a reboot
     * @param run what may be lost with one
     * @param ephemeral no copy of the wish is kept
     */
    record Places(Path state, Path run, boolean ephemeral) {}

    /**
     * Makes it.
     *
     * @param registries variables that lead container programs to credentials
     */
    AgentProcess(
            AgentName agent,
            SortedMap<String, String> tags,
            List<String> runtimes,
            Places places,
            Map<String, String> environment,
            SortedMap<String, String> registries,
            AgentOptions options) {
        this.agent = agent;
        this.tags = tags;
        this.runtimes = runtimes;
        this.places = places;
        this.environment = environment;
        this.registries = registries;
        this.options = options;
    }

    /** Runs it; returns the exit code. */
    int run(BusConnector connector, Topics topics, RandomGenerator random) throws Exception {
        var stop =
                StopRequest.listen(STOP_LIMIT.plus(options.stopWorkloads().orElse(Duration.ZERO)));
        int code = Program.FAILED;
        try (var _ = lock()) {
            work(connector, topics, random, stop);
            code = Program.DONE;
        } finally {
            stop.completed(code);
        }
        return code;
    }

    private void work(
            BusConnector connector, Topics topics, RandomGenerator random, StopRequest stop)
            throws Exception {
        log.atInfo()
                .addKeyValue("agent", agent)
                .addKeyValue("runtimes", String.join(",", runtimes))
                .addKeyValue("state-dir", places.state())
                .log("starting");
        var directory = new DirectoryDisk(places.state());
        var id = NodeIdFile.read(directory, random); // also without a copy: it is the same node
        Disk disk = places.ephemeral() ? new ForgetfulDisk() : directory;
        try (var exits = exitWatch();
                var fifos = fifos()) {
            var made = runtimes(disk, exits);
            var clock = new SystemClock();
            var load = NodeLoad.begin(clock);
            var doors = new FifoDoors(places.run(), fifos);
            var node = new Node(id, made, disk, exits, doors, load, clock, random);
            try (var serial = new ThreadSerial("agent", INBOX, why -> fail(why, stop))) {
                var shell =
                        new AgentShell(
                                agent,
                                HexFormat.of().toHexDigits(random.nextLong()),
                                Version.current(),
                                tags,
                                node,
                                connector,
                                topics,
                                serial,
                                options);
                shell.start();
                stop.await();
                if (options.stopWorkloads().isPresent() && !fault.isDone()) {
                    stopWorkloads(serial, shell, options.stopWorkloads().get());
                } else {
                    log.atInfo().addKeyValue("agent", agent).log("stopping; workloads go on");
                }
                sayGoodBye(serial, shell);
            }
            close(made);
        }
        if (fault.isDone()) {
            throw new ProgramFailure(
                    "a fault in the agent: " + fault.get() + "; the log has the details");
        }
    }

    private AutoCloseable lock() throws ProgramFailure {
        try {
            return new DirectoryDisk(places.state()).lock();
        } catch (IOException e) {
            throw new ProgramFailure("--state-dir: " + InWords.withFile(e), e);
        }
    }

    private static PidfdExitWatch exitWatch() throws ProgramFailure {
        try {
            return PidfdExitWatch.open();
        } catch (IOException e) {
            throw new ProgramFailure(InWords.withFile(e), e);
        }
    }

    private static Fifos fifos() throws ProgramFailure {
        try {
            return Fifos.open(READER_PATIENCE, new SystemClock()::nanoTime);
        } catch (IOException e) {
            throw new ProgramFailure(InWords.withFile(e), e);
        }
    }

    private List<WorkloadRuntime> runtimes(Disk disk, ExitWatch exits) {
        var processes = new SystemProcesses();
        var surroundings =
                new ContainerRuntime.Surroundings(agent, processes, places.run(), disk, registries);
        var made = new ArrayList<WorkloadRuntime>();
        for (var each : runtimes) {
            made.add(
                    switch (each) {
                        case NativeRuntime.NAME ->
                                new NativeRuntime(
                                        agent,
                                        places.state().resolve("native"),
                                        places.run(),
                                        processes,
                                        exits,
                                        new TreeMap<>(environment),
                                        new SystemClock());
                        case ContainerRuntime.PODMAN -> ContainerRuntime.podman(surroundings);
                        case KubeRuntime.NAME -> new KubeRuntime(surroundings);
                        case ContainerRuntime.CONTAINERD ->
                                ContainerRuntime.containerd(surroundings);
                        default -> throw new IllegalStateException("no runtime \"" + each + "\"");
                    });
        }
        return made;
    }

    private static void close(List<WorkloadRuntime> runtimes) throws Exception {
        for (var runtime : runtimes) {
            if (runtime instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }
    }

    /** What does not stop in time is left to run, and said. */
    private void stopWorkloads(ThreadSerial serial, AgentShell shell, Duration within)
            throws InterruptedException {
        log.atInfo()
                .addKeyValue("agent", agent)
                .addKeyValue("within-seconds", within.toSeconds())
                .log("stopping, and all workloads before");
        var done = new CompletableFuture<Void>();
        serial.deliver(() -> shell.leave(() -> done.complete(null)));
        try {
            CompletableFuture.anyOf(done, fault).get(within.toMillis(), TimeUnit.MILLISECONDS);
            if (fault.isDone()) {
                log.atWarn()
                        .addKeyValue("agent", agent)
                        .log("workloads are left as they are, because of the fault");
            } else {
                log.atInfo().addKeyValue("agent", agent).log("no workload runs any more");
            }
        } catch (TimeoutException | ExecutionException _) {
            serial.deliver(() ->
                    log.atWarn()
                            .addKeyValue("agent", agent)
                            .addKeyValue("workloads", shell.running())
                            .addKeyValue("runtimes-not-listed", shell.unlisted())
                            .log(
                                    "workloads did not stop in time and are left as they are;"
                                            + " raise --stop-timeout, or look at what they do when"
                                            + " they are asked to stop"));
        }
    }

    private static void sayGoodBye(ThreadSerial serial, AgentShell shell)
            throws InterruptedException {
        var said = new CompletableFuture<Void>();
        serial.deliver(() -> {
            shell.close();
            shell.goodBye().whenComplete((_, _) -> said.complete(null));
        });
        try {
            said.get(GOOD_BYE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.atDebug().setCause(e).log("the broker did not hear the good-bye in time");
        }
    }

    private void fail(Throwable why, StopRequest stop) {
        log.atError().setCause(why).log("a fault in the agent, which ends; please report it");
        fault.complete(why);
        stop.ask();
    }
}
