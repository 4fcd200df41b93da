package io.muster.agent.runtime.nativeprocess;

import io.muster.agent.kernel.ProcStat;
import io.muster.agent.runtime.ControlFolder;
import io.muster.agent.runtime.EachApart;
import io.muster.agent.runtime.WorkloadFiles;
import io.muster.agent.runtime.nativeprocess.InstanceFolder.Identity;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.outcome.InWords;
import io.muster.api.request.LogSelection;
import io.muster.api.runtime.Created;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.LogReader;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.shell.ExitWatch;
import io.muster.api.shell.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes of the node itself, each below a tiny shell that outlives the agent (see {@link
 * Supervisor}). Everything about an instance is in a folder of its own, so that the next agent
 * finds it: it is known again by boot id, pid and start time.
 *
 * <p>A workload gets PATH, HOME, USER, LOGNAME, LANG, LC_ALL, TZ and TMPDIR of the agent as far as
 * it has them, and what {@code env} adds; nothing else. Its files are below the folder that the
 * variable {@value #FILES} names, at their mount points: a process has no file system of its own
 * into which they could be mounted. The variable {@value ControlFolder#VARIABLE} names the folder
 * of its control interface, if it has rules. It must stay in the foreground: what leaves its
 * process group is not stopped with it.
 *
 * <p>Output is bounded ({@link OutputBound}) while the agent runs: it looks at most once per second
 * at files that were written to, so what counts beyond the bound is what can be written in a
 * second. While no agent runs, nothing bounds the output but the disk: a keeper process for each
 * workload would cost more than it is worth for the seconds that an agent is usually away, and a
 * pipe into one would tie the workload's life to it. The next agent cuts the file first thing.
 */
public final class NativeRuntime implements WorkloadRuntime, AutoCloseable {
    /** What workloads call it. */
    public static final String NAME = "native";

    /** How much output is kept in each of two files, unless somebody says otherwise. */
    public static final long DEFAULT_OUTPUT_BYTES = 1024 * 1024;

    private static final Logger log = LoggerFactory.getLogger(NativeRuntime.class);

    private static final Duration OUTPUT_INTERVAL = Duration.ofSeconds(1);
    private static final List<String> INHERITED =
            List.of("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR");

    /** The variable that tells a workload where its files are. */
    static final String FILES = "MUSTER_FILES";

    private static final String UNFINISHED = ".new-";
    private static final String DELETED = ".deleted-";

    private final AgentName agent;
    private final Path root;
    private final Path runFolder;
    private final Map<String, String> environment;
    private final Supervisor supervisor;
    private final InstantSource clock;
    private final OutputKeeper outputs;
    private final OutputFollowers followers = new OutputFollowers();
    private final RecordedProcesses processes;
    private boolean tidy;

    /**
     * Makes the runtime of an agent.
     *
     * @param folder holds its instances; has to outlive the agent
     * @param runFolder holds the control interfaces of those that have rules
     * @param environment of the agent, of which workloads get a small part
     * @param clock says when output was written
     */
    public NativeRuntime(
            AgentName agent,
            Path folder,
            Path runFolder,
            Processes processes,
            ExitWatch exits,
            SortedMap<String, String> environment,
            InstantSource clock) {
        this(
                agent,
                folder,
                runFolder,
                processes,
                exits,
                environment,
                new OutputBound(DEFAULT_OUTPUT_BYTES),
                clock,
                ProcStat::bootId);
    }

    NativeRuntime(
            AgentName agent,
            Path folder,
            Path runFolder,
            Processes processes,
            ExitWatch exits,
            SortedMap<String, String> environment,
            OutputBound bound,
            InstantSource clock,
            RecordedProcesses.Boot boot) {
        this.agent = agent;
        this.root = folder.toAbsolutePath();
        this.runFolder = runFolder;
        this.environment = Map.copyOf(environment);
        this.supervisor = new Supervisor(processes, environment);
        this.clock = clock;
        this.outputs = new OutputKeeper(bound, OUTPUT_INTERVAL, clock);
        this.processes = new RecordedProcesses(exits, boot);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Found> list() throws RuntimeFailure {
        tidyOnce();
        var found = new ArrayList<Found>();
        for (var folder : folders()) {
            try {
                var identity = folder.identity();
                if (identity.isEmpty()) {
                    discardUnknown(folder);
                } else if (identity.get().instance().agent().equals(agent.value())) {
                    var observation = EachApart.orUnclear(() -> observe(folder));
                    if (!(observation instanceof Observation.Gone)) { // deleted just now
                        found.add(
                                new Found(
                                        id(folder),
                                        identity.get().instance(),
                                        Optional.of(identity.get().mark()),
                                        observation));
                    }
                }
            } catch (IOException e) {
                throw unreadable(folder.path(), e);
            }
        }
        return found;
    }

    /**
     * {@inheritDoc} There is nothing to get, but what is wrong is told before anything is stopped.
     */
    @Override
    public void prepare(Order order) throws RuntimeFailure {
        var config = NativeConfig.parse(order.workload().runtimeConfig());
        WorkloadFiles.of(order.workload().files());
        program(config, inherited());
    }

    private SortedMap<String, String> inherited() {
        var variables = new TreeMap<String, String>();
        for (var name : INHERITED) {
            if (environment.containsKey(name)) {
                variables.put(name, environment.get(name));
            }
        }
        variables.putIfAbsent("PATH", Executables.DEFAULT_PATH);
        return variables;
    }

    private static Path program(NativeConfig config, SortedMap<String, String> inherited)
            throws RuntimeFailure {
        return Executables.find(
                config.command(),
                Path.of(config.workingDirectory()),
                config.env().getOrDefault("PATH", inherited.getOrDefault("PATH", "")));
    }

    @Override
    public Created create(Order order) throws RuntimeFailure {
        var config = NativeConfig.parse(order.workload().runtimeConfig());
        var files = WorkloadFiles.of(order.workload().files());
        var variables = inherited();
        var program = program(config, variables);
        if (order.workload().controlInterfaceAccess().grantsAny()) {
            var control = ControlFolder.of(runFolder, order.instance());
            variables.put(ControlFolder.VARIABLE, control.path().toString());
        }
        tidyOnce();
        for (var leftover : of(order.instance())) {
            delete(leftover);
        }
        var folder =
                make(
                        order.instance(),
                        new Identity(
                                order.instance(),
                                order.mark(),
                                config.stopSignal(),
                                config.stopTimeout()),
                        files,
                        made -> {
                            if (!files.isEmpty()) {
                                variables.put(FILES, made.files().toString());
                            }
                            variables.putAll(config.env());
                            return Supervisor.runScript(config, program, variables);
                        });
        try {
            return new Created(id(folder), start(folder));
        } catch (RuntimeFailure e) {
            try {
                delete(folder);
            } catch (RuntimeFailure again) {
                e.addSuppressed(again); // found by the next try
            }
            throw e;
        }
    }

    /** Makes a folder so that nobody sees it before it is complete. */
    private InstanceFolder make(
            InstanceName instance,
            Identity identity,
            WorkloadFiles files,
            Function<InstanceFolder, String> runScript)
            throws RuntimeFailure {
        try {
            Files.createDirectories(root);
            var unfinished = new InstanceFolder(Files.createTempDirectory(root, UNFINISHED));
            var suffix = unfinished.name().substring(UNFINISHED.length());
            var finished = new InstanceFolder(root.resolve(instance.shortName() + "." + suffix));
            unfinished.writeFiles(files);
            unfinished.write(identity, runScript.apply(finished));
            OutputTimes.of(unfinished).note(clock.instant(), 0, false);
            Files.move(unfinished.path(), finished.path());
            return finished;
        } catch (IOException e) {
            throw new RuntimeFailure(
                    "%s: %s; make room there, and make it writable for the agent"
                            .formatted(root, InWords.of(e)),
                    true,
                    e);
        }
    }

    @Override
    public Observation restart(RuntimeId id, Order order) throws RuntimeFailure {
        var folder = folder(id);
        var before = observe(folder);
        return switch (before) {
            case Observation.Running _, Observation.Gone _ -> before;
            default -> start(folder);
        };
    }

    private Observation start(InstanceFolder folder) throws RuntimeFailure {
        try {
            folder.forgetRun();
        } catch (IOException e) {
            throw unreadable(folder.path(), e);
        }
        supervisor.start(folder);
        return observe(folder);
    }

    @Override
    public Observation observe(RuntimeId id) throws RuntimeFailure {
        return observe(folder(id));
    }

    private Observation observe(InstanceFolder folder) throws RuntimeFailure {
        try {
            if (!folder.exists()) {
                return new Observation.Gone();
            }
            var running = processes.running(folder);
            if (running.isPresent()) {
                outputs.watch(folder);
                return new Observation.Running(running.get());
            }
            outputs.finish(folder);
            var code = folder.exitCode();
            if (code.isPresent()) {
                return new Observation.Exited(code.getAsInt());
            }
            var recorded = folder.supervisor();
            if (recorded.isEmpty()) {
                return folder.exists()
                        ? new Observation.Interrupted("the agent ended while it was started")
                        : new Observation.Gone();
            }
            return processes.isOfThisBoot(recorded.get())
                    ? new Observation.Exited(-1) // its supervisor was killed: nobody knows the code
                    : new Observation.Interrupted("the machine was restarted");
        } catch (IOException e) {
            throw unreadable(folder.path(), e);
        }
    }

    @Override
    public void delete(RuntimeId id) throws RuntimeFailure {
        delete(folder(id));
    }

    private void delete(InstanceFolder folder) throws RuntimeFailure {
        try {
            if (!folder.exists()) {
                return;
            }
            var identity = folder.identity();
            if (identity.isPresent()) {
                processes.stop(folder, identity.get());
            }
            discard(folder);
        } catch (IOException e) {
            throw unreadable(folder.path(), e);
        }
    }

    /** Deletes a folder; if the agent dies meanwhile, the next one goes on. */
    private void discard(InstanceFolder folder) throws IOException {
        outputs.forget(folder);
        var doomed = new InstanceFolder(root.resolve(DELETED + folder.name()));
        if (folder.exists()) {
            Files.move(folder.path(), doomed.path());
        }
        doomed.delete();
    }

    /** Deletes a folder that a power cut has spoiled; one with a process is for people to see. */
    private void discardUnknown(InstanceFolder folder) throws IOException {
        if (!folder.exists()) {
            return; // deleted just now
        }
        if (processes.running(folder).isPresent()) {
            log.atError()
                    .addKeyValue("folder", folder.path())
                    .log(
                            "a process runs here, but its description is damaged; stop it and"
                                    + " delete the folder");
        } else {
            log.atWarn().addKeyValue("folder", folder.path()).log("deleted a damaged folder");
            discard(folder);
        }
    }

    /** Deletes what an earlier agent was about to make or to delete when it died. */
    private synchronized void tidyOnce() throws RuntimeFailure {
        if (tidy) {
            return;
        }
        try {
            for (var folder : entries()) {
                if (folder.name().startsWith(UNFINISHED) || folder.name().startsWith(DELETED)) {
                    folder.delete();
                }
            }
        } catch (IOException e) {
            throw unreadable(root, e);
        }
        tidy = true;
    }

    private List<InstanceFolder> of(InstanceName instance) throws RuntimeFailure {
        var same = new ArrayList<InstanceFolder>();
        for (var folder : folders()) {
            try {
                if (folder.identity()
                        .map(Identity::instance)
                        .filter(instance::equals)
                        .isPresent()) {
                    same.add(folder);
                }
            } catch (IOException e) {
                throw unreadable(folder.path(), e);
            }
        }
        return same;
    }

    private List<InstanceFolder> folders() throws RuntimeFailure {
        return entries().stream().filter(folder -> !folder.name().startsWith(".")).toList();
    }

    private List<InstanceFolder> entries() throws RuntimeFailure {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (var entries = Files.list(root)) {
            return entries.sorted()
                    .map(InstanceFolder::new)
                    .filter(InstanceFolder::exists)
                    .toList();
        } catch (IOException e) {
            throw unreadable(root, e);
        }
    }

    private InstanceFolder folder(RuntimeId id) {
        return new InstanceFolder(root.resolve(id.value()));
    }

    private static RuntimeId id(InstanceFolder folder) {
        return new RuntimeId(folder.name());
    }

    private static RuntimeFailure unreadable(Path path, IOException e) {
        return new RuntimeFailure(
                "%s: %s; make it readable and writable for the agent"
                        .formatted(path, InWords.of(e)),
                true,
                e);
    }

    /**
     * {@inheritDoc}
     *
     * <p>What is kept is bounded. Lines of some time are all that may have been written then
     * ({@link OutputTimes}).
     */
    @Override
    public LogReader logs(RuntimeId id, LogSelection selection) throws RuntimeFailure {
        var folder = folder(id);
        if (!folder.exists()) {
            throw new RuntimeFailure("it was deleted", false);
        }
        outputs.look(folder);
        try {
            var reader = new OutputReader(folder, outputs.cuts(folder), selection, clock);
            try {
                if (selection.follow()) {
                    followers.add(folder, reader);
                }
                return reader;
            } catch (IOException e) {
                reader.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new RuntimeFailure("it was deleted", false, e);
        } catch (IOException e) {
            throw unreadable(folder.path(), e);
        }
    }

    /** Stops looking at outputs. The workloads go on. */
    @Override
    public void close() {
        followers.close();
        outputs.close();
    }
}
