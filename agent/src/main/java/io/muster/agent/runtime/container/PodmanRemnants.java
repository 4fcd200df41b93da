package io.muster.agent.runtime.container;

import io.muster.api.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What is in podman's storage of containers that podman itself does not know: a podman that is
 * killed, or loses its power, between these two notes of a new container leaves one without the
 * other. It holds its name for ever, and nothing but {@code ps --external} shows it. Any thread.
 */
final class PodmanRemnants {
    private final CommandLine podman;
    private final Duration deadline;

    PodmanRemnants(CommandLine podman, Duration deadline) {
        this.podman = podman;
        this.deadline = deadline;
    }

    /**
     * Removes those that a caller knows for its own; what podman knows as a container, and what
     * other programs keep in the same storage to build images, is never among them.
     *
     * @return whether there were any
     */
    boolean remove(List<String> general, Predicate<PodmanJson.Remnant> ours) throws RuntimeFailure {
        var output =
                podman.call(
                        general, deadline, List.of("ps", "--all", "--external", "--format=json"));
        var words = new ArrayList<String>(List.of("rm", "--force", "--ignore"));
        int before = words.size();
        Json.printed("podman ps", "podman 4.0", () -> PodmanJson.remnants(output)).stream()
                .filter(ours)
                .map(PodmanJson.Remnant::id)
                .forEach(words::add);
        if (words.size() == before) {
            return false;
        }
        podman.call(general, deadline, words);
        return true;
    }
}
