package io.muster.agent.runtime.podman;

import io.muster.api.name.AgentName;
import io.muster.api.runtime.RuntimeFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The containers that podman has: to look at, to start again, and to remove. Any thread. */
final class Containers {
    private final Podman podman;
    private final Duration removal;
    private final Duration usual;

    /**
     * Makes them.
     *
     * @param removal the deadline to remove one, its grace included
     * @param usual the deadline for anything else
     */
    Containers(Podman podman, Duration removal, Duration usual) {
        this.podman = podman;
        this.removal = removal;
        this.usual = usual;
    }

    List<Container> all(List<String> generalOptions) throws RuntimeFailure {
        return ps(generalOptions, List.of());
    }

    List<Container> of(AgentName agent, List<String> generalOptions) throws RuntimeFailure {
        return ps(generalOptions, List.of("--filter", "label=" + Labels.AGENT + "=" + agent));
    }

    Optional<Container> find(ContainerRef ref) throws RuntimeFailure {
        return ps(ref.generalOptions(), List.of("--filter", "id=" + ref.id())).stream()
                .filter(container -> container.id().startsWith(ref.id()))
                .findFirst();
    }

    private List<Container> ps(List<String> general, List<String> filter) throws RuntimeFailure {
        var words = new ArrayList<String>(List.of("ps", "--all"));
        words.addAll(filter);
        words.add("--format=json");
        var output = podman.call(general, usual, words);
        try {
            return PodmanJson.containers(output);
        } catch (IOException e) {
            throw new RuntimeFailure(
                    "podman ps printed no list of containers (%s); is this podman 4.0 or later?"
                            .formatted(e.getMessage()),
                    true,
                    e);
        }
    }

    String start(ContainerRef container) throws RuntimeFailure {
        return podman.call(container.generalOptions(), usual, List.of("start", container.id()));
    }

    /**
     * Stops with the container's own signal and grace, kills then, and removes, all in one call:
     * {@code rm --force} is what {@code stop} followed by {@code rm} does, and works on paused and
     * half-made containers too.
     */
    void remove(ContainerRef container) throws RuntimeFailure {
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
}
