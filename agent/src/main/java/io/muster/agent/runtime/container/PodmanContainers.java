package io.muster.agent.runtime.container;

import io.muster.api.name.AgentName;
import io.muster.api.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The containers that podman keeps: one call for each question. */
final class PodmanContainers implements Containers {
    /** About as many as podman removes side by side. */
    private static final int TOGETHER = 8;

    private final CommandLine podman;
    private final Duration removal;
    private final Duration usual;

    /**
     * Makes them.
     *
     * @param removal the deadline to remove one, its grace included
     * @param usual the deadline for anything else
     */
    PodmanContainers(CommandLine podman, Duration removal, Duration usual) {
        this.podman = podman;
        this.removal = removal;
        this.usual = usual;
    }

    @Override
    public List<Container> all(List<String> generalOptions) throws RuntimeFailure {
        return ps(generalOptions, List.of());
    }

    @Override
    public List<Container> of(AgentName agent, List<String> generalOptions) throws RuntimeFailure {
        return ps(generalOptions, List.of("--filter", "label=" + Labels.AGENT + "=" + agent));
    }

    /** Lists those of some pods, but what only holds the pods together. */
    List<Container> inPods(Collection<String> pods, List<String> generalOptions)
            throws RuntimeFailure {
        var filter = new ArrayList<String>();
        pods.forEach(pod -> filter.addAll(List.of("--filter", "pod=" + pod)));
        return ps(generalOptions, filter).stream()
                .filter(container -> !container.infra() && pods.contains(container.pod()))
                .toList();
    }

    @Override
    public Optional<Container> find(ContainerRef ref) throws RuntimeFailure {
        return ps(ref.generalOptions(), List.of("--filter", "id=" + ref.id())).stream()
                .filter(container -> container.id().startsWith(ref.id()))
                .findFirst();
    }

    private List<Container> ps(List<String> general, List<String> filter) throws RuntimeFailure {
        var words = new ArrayList<String>(List.of("ps", "--all"));
        words.addAll(filter);
        words.add("--format=json");
        var output = podman.call(general, usual, words);
        return Json.printed("podman ps", "podman 4.0", () -> PodmanJson.containers(output));
    }

    /**
     * {@inheritDoc}
     *
     * <p>All in one call: {@code rm --force} is what {@code stop} followed by {@code rm} does, and
     * works on paused and half-made containers too.
     */
    @Override
    public void remove(ContainerRef container) throws RuntimeFailure {
        var failure = removeAll(List.of(container)).get(container);
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public int removedTogether() {
        return TOGETHER;
    }

    /**
     * {@inheritDoc}
     *
     * <p>All in one call, in which podman works on several side by side, and goes on with the
     * others when one fails. What is left then is tried once more, without grace.
     */
    @Override
    public Map<ContainerRef, RuntimeFailure> removeAll(List<ContainerRef> containers) {
        try {
            rm(containers, removal, List.of());
            return Map.of();
        } catch (RuntimeFailure e) {
            return removeWhatIsLeft(containers, e);
        }
    }

    private Map<ContainerRef, RuntimeFailure> removeWhatIsLeft(
            List<ContainerRef> containers, RuntimeFailure why) {
        try {
            rm(containers, usual, List.of("--time", "0"));
            return Map.of();
        } catch (RuntimeFailure again) {
            why.addSuppressed(again);
        }
        var failed = new LinkedHashMap<ContainerRef, RuntimeFailure>();
        boolean answers = containers.size() > 1;
        for (var container : containers) {
            try {
                if (!answers || find(container).isPresent()) {
                    failed.put(container, why);
                }
            } catch (RuntimeFailure e) {
                failed.put(container, why);
                answers = false; // nor about the others
            }
        }
        return failed;
    }

    private void rm(List<ContainerRef> containers, Duration deadline, List<String> options)
            throws RuntimeFailure {
        var words = new ArrayList<>(List.of("rm", "--force", "--ignore"));
        words.addAll(options);
        containers.forEach(container -> words.add(container.id()));
        podman.call(containers.getFirst().generalOptions(), deadline, words);
    }

    @Override
    public boolean saysNameIsTaken(RuntimeFailure failure) {
        return String.valueOf(failure.getMessage()).contains("already in use");
    }
}
