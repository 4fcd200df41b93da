package io.muster.agent.runtime.container;

import io.muster.api.name.AgentName;
import io.muster.api.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The containers that podman keeps: one call for each question. */
final class PodmanContainers implements Containers {
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
        var general = container.generalOptions();
        try {
            podman.call(general, removal, List.of("rm", "--force", "--ignore", container.id()));
        } catch (RuntimeFailure e) {
            try {
                podman.call(
                        general,
                        usual,
                        List.of("rm", "--force", "--ignore", "--time", "0", container.id()));
            } catch (RuntimeFailure again) {
                e.addSuppressed(again);
                throw e;
            }
        }
    }

    @Override
    public boolean saysNameIsTaken(RuntimeFailure failure) {
        return String.valueOf(failure.getMessage()).contains("already in use");
    }
}
