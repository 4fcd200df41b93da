package io.muster.agent.runtime.container;

import io.muster.agent.kernel.ProcStat;
import io.muster.agent.runtime.ControlFolder;
import io.muster.agent.runtime.EachApart;
import io.muster.agent.runtime.WorkloadFiles;
import io.muster.agent.runtime.container.WantedImage.Mode;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.request.ImageOrder;
import io.muster.api.request.LogSelection;
import io.muster.api.runtime.Created;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.Furnishing;
import io.muster.api.runtime.LogReader;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.shell.Disk;
import io.muster.api.shell.ProcessRef;
import io.muster.api.shell.Processes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Containers, through the command line of the program that keeps them, labelled as Ankaios labels
 * them: podman (4.0 or later), or nerdctl (1.0 or later) for those of containerd.
 *
 * <p>Each call costs more processor time than anything else an agent does, so there are few. Of
 * podman: one to create if the image is there (the pid comes from {@code --pidfile}), one to list
 * all, one to look at one (none if it has just ended), one to delete a few, two to restart. Of
 * nerdctl: two to list all and to delete.
 *
 * <p>Deadlines: half an hour to pull an image, be it before an update or for a first start; {@value
 * #RUN_MINUTES} minutes to create, {@value #DELETE_MINUTES} minutes to delete or a minute more than
 * the container's grace (10 s unless {@code --stop-timeout} says otherwise, at most ten minutes),
 * one minute for the rest. Two containers per processor are created at a time, since more would not
 * be faster; but one that waits for longer than five seconds is created beside them.
 */
public final class ContainerRuntime implements WorkloadRuntime {
    /** What workloads call podman. */
    public static final String PODMAN = "podman";

    /** What workloads call nerdctl. */
    public static final String CONTAINERD = "containerd";

    private static final int RUN_MINUTES = 5;
    private static final int DELETE_MINUTES = 5;
    static final Duration RUN = Duration.ofMinutes(RUN_MINUTES);
    static final Duration DELETE = Duration.ofMinutes(DELETE_MINUTES);
    static final Duration SHORT = Duration.ofMinutes(1);

    private static final Path PROC = Path.of("/proc");

    private final String name;
    private final AgentName agent;
    private final CommandLine program;
    private final Containers existing;
    private final Images images;
    private final ContainerMaker maker;
    private final MountedFiles files;
    private final KnownOptions options;
    private final LiveProcesses processes;
    private final LastLook lastLook;
    private final ExitNotes exitNotes;
    private final Turns creations;

    private final KnownTraits traits = new KnownTraits();

    /**
     * What an agent gives to each of its container runtimes.
     *
     * @param runFolder for files that may be lost with a reboot
     * @param disk where it is remembered which general options were used
     * @param environment added to that of the agent for the programs
     */
    public record Surroundings(
            AgentName agent,
            Processes processes,
            Path runFolder,
            Disk disk,
            SortedMap<String, String> environment) {
        CommandLine commandLine(String program) {
            return new CommandLine(program, processes, environment);
        }
    }

    /** Makes the runtime {@value #PODMAN}. */
    public static ContainerRuntime podman(Surroundings surroundings) {
        return podman(
                surroundings,
                ProcStat::process,
                new ExitNotes(PROC),
                Turns.usual(),
                PodmanDatabase.of(surroundings.commandLine(CommandLine.PODMAN)));
    }

    static ContainerRuntime podman(
            Surroundings surroundings,
            ProcessTable processTable,
            ExitNotes exitNotes,
            Turns creations,
            PodmanDatabase database) {
        var program = surroundings.commandLine(CommandLine.PODMAN);
        return new ContainerRuntime(
                PODMAN,
                surroundings,
                program,
                new PodmanContainers(program, SHORT),
                ImageStore.podman(program),
                processTable,
                exitNotes,
                creations,
                database);
    }

    /** Makes the runtime {@value #CONTAINERD}. */
    public static ContainerRuntime containerd(Surroundings surroundings) {
        return containerd(surroundings, ProcStat::bootedAt);
    }

    static ContainerRuntime containerd(Surroundings surroundings, NerdctlContainers.BootTime boot) {
        var program = surroundings.commandLine(CommandLine.NERDCTL);
        return new ContainerRuntime(
                CONTAINERD,
                surroundings,
                program,
                new NerdctlContainers(program, SHORT, boot),
                ImageStore.nerdctl(program),
                ProcStat::process,
                ExitNotes.none(),
                Turns.usual(),
                PodmanDatabase.unknown());
    }

    private ContainerRuntime(
            String name,
            Surroundings surroundings,
            CommandLine program,
            Containers existing,
            ImageStore imageStore,
            ProcessTable processTable,
            ExitNotes exitNotes,
            Turns creations,
            PodmanDatabase database) {
        this.name = name;
        this.agent = surroundings.agent();
        this.program = program;
        this.existing = existing;
        this.images = new Images(program, imageStore);
        this.files = new MountedFiles(surroundings.runFolder());
        this.maker =
                new ContainerMaker(
                        agent, program, existing, surroundings.runFolder().resolve(name), RUN);
        this.options = new KnownOptions(surroundings.disk(), name);
        this.processes = new LiveProcesses(processTable);
        this.lastLook = new LastLook(database, processes);
        this.exitNotes = exitNotes;
        this.creations = creations;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Found> list() throws RuntimeFailure {
        var found = new LinkedHashMap<String, Found>(); // options may lead to the same place
        for (var each : options.ask(general -> lastLook.orElse(general, () -> list(general)))) {
            found.putIfAbsent(ContainerRef.of(each.id()).id(), each);
        }
        return List.copyOf(found.values());
    }

    private List<Found> list(List<String> general) throws RuntimeFailure {
        var found = new ArrayList<Found>();
        for (var container : existing.of(agent, general)) {
            var instance = Labels.instance(container);
            if (instance.isPresent() && instance.get().agent().equals(agent.value())) {
                var ref =
                        new ContainerRef(
                                container.id(), instance.get(), optionsOf(container, general));
                found.add(
                        new Found(
                                ref.runtimeId(),
                                instance.get(),
                                Labels.mark(container.labels()),
                                EachApart.orUnclear(() -> observation(ref, container)),
                                furnishing(instance.get(), container)));
            }
        }
        return found;
    }

    /** Only of one that somebody else made: a mark says it of ours. */
    private Optional<Furnishing> furnishing(InstanceName instance, Container container) {
        return Labels.mark(container.labels()).isPresent()
                ? Optional.empty()
                : Optional.of(
                        new Furnishing(
                                container.mounts().contains(ControlFolder.IN_CONTAINERS),
                                files.digests(instance, container.mounts())));
    }

    private static List<String> optionsOf(Container container, List<String> usedNow) {
        var label = container.label(Labels.OPTIONS);
        return label.isEmpty() ? usedNow : Json.list(label);
    }

    /**
     * {@inheritDoc}
     *
     * <p>One call if the image is there, two if it has to be pulled.
     */
    @Override
    public void prepare(Order order) throws RuntimeFailure {
        WorkloadFiles.of(order.workload().files());
        var image = image(order, ContainerConfig.parse(order.workload().runtimeConfig()));
        if (image.isPresent()) {
            images.get(image.get());
        }
    }

    @Override
    public LogReader preload(ImageOrder order) throws RuntimeFailure {
        var wanted =
                WantedImage.of(ContainerConfig.parse(order.runtimeConfig()), order.policy())
                        .map(image -> image.under(order));
        return ImagePull.begin(images, wanted.stream().toList());
    }

    private static Optional<WantedImage> image(Order order, ContainerConfig config) {
        return WantedImage.of(config, order.workload().imagePullPolicy());
    }

    @Override
    public Created create(Order order) throws RuntimeFailure {
        var config = ContainerConfig.parse(order.workload().runtimeConfig());
        var general = config.generalOptions();
        options.creating(general);
        try {
            var there = Adoption.of(order, options, general, this::list);
            return there.isPresent() ? there.get() : create(order, config);
        } finally {
            options.created(general);
        }
    }

    /**
     * An image is pulled apart, which has a deadline of its own and keeps no other from its turn.
     */
    private Created create(Order order, ContainerConfig config) throws RuntimeFailure {
        var image = image(order, config).filter(each -> !each.isForSomeMachine());
        if (image.isEmpty()) {
            return creations.take(() -> create(order, config, true));
        }
        switch (image.get().mode()) {
            case ALWAYS, NEWER -> images.get(image.get());
            case MISSING, NEVER -> {}
        }
        try {
            return creations.take(() -> create(order, config, false));
        } catch (RuntimeFailure e) {
            if (image.get().mode() != Mode.MISSING || images.has(image.get())) {
                throw e;
            }
        }
        images.get(image.get());
        return creations.take(() -> create(order, config, false));
    }

    private Created create(Order order, ContainerConfig config, boolean pulls)
            throws RuntimeFailure {
        try {
            var made = maker.make(order, config, files.write(order), pulls);
            traits.note(made.container().id(), config.traits());
            var main = made.pid() > 0 ? processes.find(made.pid()) : Optional.<ProcessRef>empty();
            main.ifPresent(process -> exitNotes.expect(made.container().id(), process));
            return new Created(
                    made.container().runtimeId(),
                    main.isPresent()
                            ? new Observation.Running(main.get())
                            : observe(made.container().runtimeId()));
        } catch (RuntimeFailure e) {
            try {
                files.remove(order.instance());
            } catch (RuntimeFailure again) {
                e.addSuppressed(again); // the next try writes them anew
            }
            var image = image(order, config).filter(each -> each.mode() == Mode.NEVER);
            if (image.isPresent() && !images.has(image.get())) {
                throw Images.missing(image.get());
            }
            throw e;
        }
    }

    @Override
    public Observation restart(RuntimeId id, Order order) throws RuntimeFailure {
        var container = ContainerRef.of(id);
        files.restore(order);
        creations.take(() ->
                program.call(container.generalOptions(), SHORT, List.of("start", container.id())));
        return observe(id);
    }

    @Override
    public Observation observe(RuntimeId id) throws RuntimeFailure {
        var ref = ContainerRef.of(id);
        var code = exitNotes.read(ref.id());
        if (code.isPresent()) {
            return new Observation.Exited(code.getAsInt());
        }
        var found = existing.find(ref);
        return found.isEmpty() ? gone(ref) : observation(ref, found.get());
    }

    private Observation gone(ContainerRef container) {
        return new Observation.Gone(traits.of(container.id()).removesItself());
    }

    @Override
    public void delete(RuntimeId id) throws RuntimeFailure {
        var container = ContainerRef.of(id);
        existing.remove(container, traits.of(container.id()).removal());
        forget(container);
    }

    @Override
    public int deletesTogether() {
        return existing.removedTogether();
    }

    @Override
    public void deleteAll(List<RuntimeId> ids, Outcomes outcomes) {
        var byOptions = new LinkedHashMap<List<String>, Map<ContainerRef, RuntimeId>>();
        for (var id : ids) {
            var container = ContainerRef.of(id);
            byOptions
                    .computeIfAbsent(container.generalOptions(), _ -> new LinkedHashMap<>())
                    .put(container, id);
        }
        for (var group : byOptions.values()) {
            existing.removeAll(
                    List.copyOf(group.keySet()),
                    group.keySet().stream()
                            .map(each -> traits.of(each.id()).removal())
                            .max(Comparator.naturalOrder())
                            .orElse(DELETE),
                    (container, failure) -> {
                        var id = group.get(container);
                        if (id != null) {
                            outcomes.of(id, failure.or(() -> notForgotten(container)));
                        }
                    });
        }
    }

    private Optional<RuntimeFailure> notForgotten(ContainerRef container) {
        try {
            forget(container);
            return Optional.empty();
        } catch (RuntimeFailure e) {
            return Optional.of(e);
        }
    }

    /** Removes what belongs to a container that is gone. */
    private void forget(ContainerRef container) throws RuntimeFailure {
        exitNotes.forget(container.id());
        traits.forget(container.id());
        files.remove(container.instance());
    }

    /**
     * {@inheritDoc}
     *
     * <p>How much is kept is a matter of the container's log driver.
     */
    @Override
    public LogReader logs(RuntimeId id, LogSelection selection) throws RuntimeFailure {
        var container = ContainerRef.of(id);
        return program.logs(
                container.generalOptions(),
                List.of(),
                List.of(container.id()),
                selection,
                () -> existing.find(container).isEmpty());
    }

    private Observation observation(ContainerRef ref, Container container) throws RuntimeFailure {
        traits.note(ref.id(), container.traits());
        var seen = Optional.of(container);
        for (int look = 1; seen.isPresent(); look++) {
            var now = seen.get();
            if (!now.state().equals("running")) {
                return now.withoutProcess();
            }
            var main = processes.find(now.pid());
            if (main.isPresent()) {
                exitNotes.expect(ref.id(), main.get());
                return new Observation.Running(main.get());
            }
            // It has just ended, and that is about to be seen. Or nobody is left to tell it.
            if (look == LiveProcesses.LOOKS) {
                return new Observation.Exited(-1);
            }
            LiveProcesses.pause(LiveProcesses.BETWEEN_LOOKS);
            seen = existing.find(ref);
        }
        return gone(ref);
    }
}
