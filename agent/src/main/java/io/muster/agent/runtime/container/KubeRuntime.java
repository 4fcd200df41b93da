package io.muster.agent.runtime.container;

import io.muster.agent.kernel.ProcStat;
import io.muster.agent.runtime.ControlFolder;
import io.muster.agent.runtime.EachApart;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pods that {@code podman kube play} (4.3 or later) makes of Kubernetes manifests. Which pods
 * belong to which workload is kept in volumes, as Ankaios keeps it.
 *
 * <p>Calls of podman: five to create (one for each image, one for each volume, one to play, one to
 * look at the containers), one or two to list all, one to look at one, two to restart, three to
 * delete. The deadlines are those of {@link ContainerRuntime}.
 *
 * <p>After a reboot, and when a workload that succeeded is to run again, its pods are started once
 * more and keep their ids.
 */
public final class KubeRuntime implements WorkloadRuntime {
    /** What workloads call it. */
    public static final String NAME = "podman-kube";

    private static final Logger log = LoggerFactory.getLogger(KubeRuntime.class);

    private static final String NO_FILES =
            "Workload files are not supported for podman-kube runtime. Use ConfigMaps instead.";

    private final AgentName agent;
    private final CommandLine podman;
    private final PodmanContainers containers;
    private final Images images;
    private final KubeVolumes volumes;
    private final KubeMaker maker;
    private final KnownOptions options;
    private final PodStates states;
    private final Turns creations;

    /** Makes the runtime of an agent. */
    public KubeRuntime(ContainerRuntime.Surroundings surroundings) {
        this(surroundings, ProcStat::process, Turns.usual());
    }

    KubeRuntime(
            ContainerRuntime.Surroundings surroundings,
            ProcessTable processTable,
            Turns creations) {
        this.agent = surroundings.agent();
        this.podman = surroundings.commandLine(CommandLine.PODMAN);
        this.containers = new PodmanContainers(podman, ContainerRuntime.SHORT);
        this.images = new Images(podman, ImageStore.podman(podman));
        this.volumes = new KubeVolumes(podman, ContainerRuntime.SHORT);
        this.maker = new KubeMaker(agent, podman, volumes, surroundings.runFolder());
        this.options = new KnownOptions(surroundings.disk(), NAME);
        this.states = new PodStates(new LiveProcesses(processTable));
        this.creations = creations;
    }

    @Override
    public String name() {
        return NAME;
    }

    /**
     * {@inheritDoc}
     *
     * <p>What is kept of instances whose pods are all gone is removed.
     */
    @Override
    public List<Found> list() throws RuntimeFailure {
        var found = new TreeMap<InstanceName, Found>(); // options may lead to the same place
        for (var each : options.ask(this::list)) {
            found.putIfAbsent(each.instance(), each);
        }
        return List.copyOf(found.values());
    }

    private List<Found> list(List<String> general) throws RuntimeFailure {
        var kept = volumes.of(agent, general);
        boolean anyPods = kept.values().stream().anyMatch(each -> each.pods().isPresent());
        var all = anyPods ? containers.all(general) : List.<Container>of();
        var found = new ArrayList<Found>();
        for (var each : kept.entrySet()) {
            var ref = ref(each.getKey(), each.getValue(), general);
            var observation =
                    EachApart.orUnclear(() -> observation(ref, PodStates.of(all, ref.pods())));
            if (observation instanceof Observation.Gone) {
                forget(ref);
            } else {
                found.add(
                        new Found(
                                ref.runtimeId(),
                                ref.instance(),
                                each.getValue().mark(),
                                observation,
                                furnishing(each.getValue(), PodStates.of(all, ref.pods()))));
            }
        }
        return found;
    }

    /**
     * Of pods that somebody else made: whether one of their containers has the control interface.
     */
    private static Optional<Furnishing> furnishing(KubeVolumes.Kept kept, List<Container> its) {
        return kept.mark().isPresent() || its.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Furnishing(
                                its.stream()
                                        .anyMatch(each ->
                                                each.mounts()
                                                        .contains(ControlFolder.IN_CONTAINERS)),
                                new TreeMap<>()));
    }

    /** Forgets what is gone; if that fails, the next listing tries it again. */
    private void forget(KubeRef ref) {
        try {
            maker.forget(ref);
        } catch (RuntimeFailure e) {
            log.atWarn()
                    .setCause(e)
                    .addKeyValue("agent", agent)
                    .addKeyValue("instance", ref.instance())
                    .log("what is kept of pods that are gone could not be removed");
        }
    }

    /** The general options of a runtimeConfig that cannot be read are those that led to it. */
    private static KubeRef ref(InstanceName instance, KubeVolumes.Kept kept, List<String> usedNow) {
        var config = kept.config();
        return new KubeRef(
                instance,
                config.map(each -> each.parsed().restarts()).orElse(KubeManifest.Restarts.NEVER),
                kept.pods().orElse(List.of()),
                config.map(KubeConfig::generalOptions).orElse(usedNow));
    }

    @Override
    public void prepare(Order order) throws RuntimeFailure {
        for (var image : KubeImages.of(config(order))) {
            images.get(image);
        }
    }

    @Override
    public LogReader preload(ImageOrder order) throws RuntimeFailure {
        return ImagePull.begin(
                images,
                KubeImages.of(KubeConfig.parse(order.runtimeConfig())).stream()
                        .map(image -> image.under(order))
                        .distinct()
                        .toList());
    }

    private static KubeConfig config(Order order) throws RuntimeFailure {
        if (!order.workload().files().isEmpty()) {
            throw new RuntimeFailure(NO_FILES, false);
        }
        return KubeConfig.parse(order.workload().runtimeConfig());
    }

    @Override
    public Created create(Order order) throws RuntimeFailure {
        var config = config(order);
        options.creating(config.generalOptions());
        try {
            var there = Adoption.of(order, options, config.generalOptions(), this::list);
            if (there.isPresent()) {
                return there.get();
            }
            var needed = KubeImages.of(config);
            for (var image : needed) { // each has a deadline of its own
                images.get(order.prepared() ? image.ifMissing() : image);
            }
            var ref = creations.take(() -> maker.make(order, config, !needed.isEmpty()));
            return new Created(ref.runtimeId(), observe(ref));
        } finally {
            options.created(config.generalOptions());
        }
    }

    @Override
    public Observation restart(RuntimeId id, Order order) throws RuntimeFailure {
        var ref = KubeRef.of(id);
        if (ref.pods().isEmpty()) {
            throw new RuntimeFailure(
                    "it was not noted which pods were made of it, so that they cannot be started"
                            + " again; they are made anew",
                    false);
        }
        creations.take(() ->
                podman.call(ref.generalOptions(), ContainerRuntime.RUN, ref.after("pod", "start")));
        return observe(ref);
    }

    @Override
    public Observation observe(RuntimeId id) throws RuntimeFailure {
        return observe(KubeRef.of(id));
    }

    private Observation observe(KubeRef ref) throws RuntimeFailure {
        if (ref.pods().isEmpty()) {
            return volumes.find(ref.instance(), ref.generalOptions()).isEmpty()
                    ? new Observation.Gone()
                    : PodStates.HALF_MADE;
        }
        var seen = containers.inPods(ref.pods(), ref.generalOptions());
        var observation = observation(ref, seen);
        if (observation instanceof Observation.Gone) {
            maker.forget(ref);
        }
        return observation;
    }

    private Observation observation(KubeRef ref, List<Container> first) throws RuntimeFailure {
        if (ref.pods().isEmpty()) {
            return PodStates.HALF_MADE;
        }
        var seen = first;
        for (int look = 1; look < LiveProcesses.LOOKS; look++) {
            if (states.isSettled(seen, ref.restarts())) {
                break;
            }
            LiveProcesses.pause(LiveProcesses.BETWEEN_LOOKS);
            seen = containers.inPods(ref.pods(), ref.generalOptions());
        }
        return states.observation(seen, ref.pods());
    }

    /**
     * {@inheritDoc}
     *
     * <p>Each line begins with the name of its container, which begins with that of its pod. Podman
     * keeps the order of lines within a container.
     */
    @Override
    public LogReader logs(RuntimeId id, LogSelection selection) throws RuntimeFailure {
        var ref = KubeRef.of(id);
        if (ref.pods().isEmpty()) {
            throw new RuntimeFailure(
                    "it was not noted which pods were made of it; look at those of podman itself",
                    false);
        }
        boolean onePod = ref.pods().size() == 1;
        var whose = new ArrayList<>(List.of("--names"));
        if (onePod) {
            whose.add(ref.pods().getFirst());
        } else {
            containers.inPods(ref.pods(), ref.generalOptions()).stream()
                    .map(Container::id)
                    .forEach(whose::add);
        }
        return podman.logs(
                ref.generalOptions(),
                onePod ? List.of("pod") : List.of(),
                whose,
                selection,
                () -> containers.inPods(ref.pods(), ref.generalOptions()).isEmpty());
    }

    @Override
    public void delete(RuntimeId id) throws RuntimeFailure {
        maker.delete(KubeRef.of(id));
    }
}
