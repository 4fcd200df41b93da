package io.muster.agent.runtime.podman;

import io.muster.agent.kernel.ProcStat;
import io.muster.api.name.AgentName;
import io.muster.api.outcome.InWords;
import io.muster.api.runtime.Created;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.shell.Disk;
import io.muster.api.shell.ProcessRef;
import io.muster.api.shell.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers of podman (4.0 or later), through its command line, labelled as Ankaios labels them.
 *
 * <p>Each call of podman costs more processor time than anything else an agent does, so there are
 * few: one to create (the pid comes from {@code --pidfile}), one to list all, one to look at one,
 * one to delete, two to restart.
 *
 * <p>Deadlines: {@value #RUN_MINUTES} minutes to create (podman may have to pull the image first;
 * the pulled layers are kept, so the next try goes on from there), {@value #DELETE_MINUTES} minutes
 * to delete (podman's grace, 10 s unless {@code --stop-timeout} says otherwise, is within), one
 * minute for the rest. Two containers per processor are created at a time, since more would not be
 * faster; but one that waits for longer than five seconds is created beside them.
 */
public final class PodmanRuntime implements WorkloadRuntime {
    /** What workloads call it. */
    public static final String NAME = "podman";

    private static final Logger log = LoggerFactory.getLogger(PodmanRuntime.class);

    private static final int RUN_MINUTES = 5;
    private static final int DELETE_MINUTES = 5;
    private static final Duration RUN = Duration.ofMinutes(RUN_MINUTES);
    private static final Duration DELETE = Duration.ofMinutes(DELETE_MINUTES);
    private static final Duration SHORT = Duration.ofMinutes(1);
    private static final Duration CREATION_PATIENCE = Duration.ofSeconds(5);

    /** How often and how long apart podman is asked again about a process that has just ended. */
    private static final int LOOKS = 5;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final AgentName agent;
    private final Podman podman;
    private final Containers existing;
    private final Path pidFolder;
    private final KnownOptions options;
    private final ProcessTable processTable;
    private final Turns creations;

    /** The processes of this machine. */
    interface ProcessTable {
        /** Finds the process of a pid; empty if there is none. */
        Optional<ProcessRef> find(long pid) throws IOException;
    }

    /**
     * Makes the runtime of an agent.
     *
     * @param runFolder for files that are needed for a moment only
     * @param disk where it remembers which general options were used
     */
    public PodmanRuntime(AgentName agent, Processes processes, Path runFolder, Disk disk) {
        this(
                agent,
                processes,
                runFolder,
                disk,
                ProcStat::process,
                new Turns(
                        Math.max(2, 2 * Runtime.getRuntime().availableProcessors()),
                        CREATION_PATIENCE));
    }

    PodmanRuntime(
            AgentName agent,
            Processes processes,
            Path runFolder,
            Disk disk,
            ProcessTable processTable,
            Turns creations) {
        this.agent = agent;
        this.podman = new Podman(processes);
        this.existing = new Containers(podman, DELETE, SHORT);
        this.pidFolder = runFolder.resolve("podman");
        this.options = new KnownOptions(disk);
        this.processTable = processTable;
        this.creations = creations;
    }

    @Override
    public String name() {
        return NAME;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Containers made with general options that podman refuses now are left out with a warning:
     * one such workload must not keep the agent from all others.
     */
    @Override
    public List<Found> list() throws RuntimeFailure {
        var found = new LinkedHashMap<String, Found>(); // by id: options may lead to the same place
        for (var general : options.all()) {
            List<Container> containers;
            try {
                containers = existing.of(agent, general);
            } catch (RuntimeFailure e) {
                if (general.isEmpty()) {
                    throw e;
                }
                log.atWarn()
                        .setCause(e)
                        .addKeyValue("general-options", general)
                        .log("containers made with these general options cannot be listed");
                continue;
            }
            if (containers.isEmpty()) {
                options.unused(general);
            }
            for (var container : containers) {
                var instance = Labels.instance(container);
                if (instance.isPresent() && instance.get().agent().equals(agent.value())) {
                    var ref = new ContainerRef(container.id(), optionsOf(container, general));
                    found.putIfAbsent(
                            container.id(),
                            new Found(
                                    ref.runtimeId(),
                                    instance.get(),
                                    Labels.mark(container),
                                    observation(ref, container)));
                }
            }
        }
        return List.copyOf(found.values());
    }

    private static List<String> optionsOf(Container container, List<String> usedNow) {
        var label = container.label(Labels.OPTIONS);
        return label.isEmpty() ? usedNow : PodmanJson.list(label);
    }

    @Override
    public Created create(Order order) throws RuntimeFailure {
        var config = PodmanConfig.parse(order.workload().runtimeConfig());
        var general = config.generalOptions();
        options.creating(general);
        try {
            return creations.take(() -> create(order, config));
        } finally {
            options.created(general);
        }
    }

    private Created create(Order order, PodmanConfig config) throws RuntimeFailure {
        var general = config.generalOptions();
        var pidFile = pidFolder.resolve(order.instance().shortName() + ".pid");
        try {
            Files.createDirectories(pidFolder);
            Files.deleteIfExists(pidFile);
            ContainerRef container;
            try {
                container = run(order, config, pidFile);
            } catch (RuntimeFailure e) {
                // The name may be taken by what an earlier try of this instance left behind.
                if (!removeLeftovers(order, general, e) || !isNameTaken(e)) {
                    throw e;
                }
                container = run(order, config, pidFile);
            }
            var pid = pid(pidFile);
            var main = pid.isPresent() ? process(pid.get()) : Optional.<ProcessRef>empty();
            return new Created(
                    container.runtimeId(),
                    main.isPresent()
                            ? new Observation.Running(main.get())
                            : observe(container.runtimeId()));
        } catch (IOException e) {
            throw new RuntimeFailure(
                    "%s: %s; make that folder writable for the agent"
                            .formatted(pidFolder, InWords.of(e)),
                    true,
                    e);
        } finally {
            pidFile.toFile().delete(); // nobody needs it any more; one that stays is overwritten
        }
    }

    private ContainerRef run(Order order, PodmanConfig config, Path pidFile) throws RuntimeFailure {
        var words = new ArrayList<String>();
        words.addAll(List.of("run", "--detach", "--name", order.instance().shortName()));
        words.addAll(List.of("--pidfile", pidFile.toString()));
        words.addAll(config.commandOptions()); // later options win: a user may give another name
        words.addAll(Labels.of(order, agent, config.generalOptions()));
        words.add(config.image());
        words.addAll(config.commandArgs());
        var id = podman.call(config.generalOptions(), RUN, words).strip();
        if (!id.matches("[0-9a-f]{12,64}")) {
            throw new RuntimeFailure(
                    "podman run printed \"%s\" instead of a container id; remove options that change its output"
                            .formatted(id.length() > 80 ? id.substring(0, 80) : id),
                    true);
        }
        return new ContainerRef(id, config.generalOptions());
    }

    /**
     * Removes what a failed try of this instance left behind, be it this try or an earlier one. A
     * container of the same name that is not ours stays.
     *
     * @return whether there was something
     */
    private boolean removeLeftovers(Order order, List<String> general, RuntimeFailure why)
            throws RuntimeFailure {
        try {
            boolean removed = false;
            for (var container : existing.all(general)) {
                boolean ours = container.label(Labels.AGENT).equals(agent.value());
                boolean sameInstance =
                        container.label(Labels.NAME).equals(order.instance().toString());
                boolean sameName = container.names().contains(order.instance().shortName());
                if (ours && (sameInstance || sameName)) {
                    existing.remove(new ContainerRef(container.id(), general));
                    removed = true;
                } else if (sameName && isNameTaken(why)) {
                    throw new RuntimeFailure(
                            "the name %s is taken by container %s, which agent %s did not make; remove or rename that container"
                                    .formatted(
                                            order.instance().shortName(),
                                            container
                                                    .id()
                                                    .substring(
                                                            0,
                                                            Math.min(12, container.id().length())),
                                            agent),
                            true,
                            why);
                }
            }
            return removed;
        } catch (RuntimeFailure e) {
            if (e.getCause() == why) {
                throw e;
            }
            why.addSuppressed(e); // the next try looks again
            return false;
        }
    }

    private static boolean isNameTaken(RuntimeFailure failure) {
        return String.valueOf(failure.getMessage()).contains("already in use");
    }

    private static Optional<Long> pid(Path pidFile) throws IOException {
        if (!Files.exists(pidFile)) {
            return Optional.empty(); // the user's own --pidfile won
        }
        var text = Files.readString(pidFile).strip();
        return text.matches("[0-9]{1,10}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }

    @Override
    public Observation restart(RuntimeId id) throws RuntimeFailure {
        var container = ContainerRef.of(id);
        creations.take(() -> existing.start(container));
        return observe(id);
    }

    @Override
    public Observation observe(RuntimeId id) throws RuntimeFailure {
        var ref = ContainerRef.of(id);
        var found = existing.find(ref);
        return found.isEmpty() ? new Observation.Gone() : observation(ref, found.get());
    }

    @Override
    public void delete(RuntimeId id) throws RuntimeFailure {
        existing.remove(ContainerRef.of(id));
    }

    private Observation observation(ContainerRef ref, Container container) throws RuntimeFailure {
        var seen = Optional.of(container);
        for (int look = 1; seen.isPresent(); look++) {
            var now = seen.get();
            if (!now.state().equals("running")) {
                return now.withoutProcess();
            }
            var main = process(now.pid());
            if (main.isPresent()) {
                return new Observation.Running(main.get());
            }
            // It has just ended, and podman is about to see that. Or nobody is left to tell it.
            if (look == LOOKS) {
                return new Observation.Exited(-1);
            }
            pause();
            seen = existing.find(ref);
        }
        return new Observation.Gone();
    }

    private Optional<ProcessRef> process(long pid) throws RuntimeFailure {
        try {
            return processTable.find(pid);
        } catch (IOException e) {
            throw new RuntimeFailure("cannot look at process %d: %s".formatted(pid, e), true, e);
        }
    }

    private static void pause() throws RuntimeFailure {
        try {
            TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure("interrupted", true, e);
        }
    }
}
