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
    /** About as many as podman removes side by side. */
    private static final int TOGETHER = 8;

    /** So long do most take at the most that end when they are asked to. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(2);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final CommandLine podman;
    private final Duration usual;
    private final PodmanRemnants remnants;

    /**
     * Makes them.
     *
     * @param usual the deadline for anything but to remove one
     */
    PodmanContainers(CommandLine podman, Duration usual) {
        this.podman = podman;
        this.usual = usual;
        this.remnants = new PodmanRemnants(podman, usual);
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
    public void remove(ContainerRef container, Duration within) throws RuntimeFailure {
        try {
            rm(List.of(container), within, List.of());
        } catch (RuntimeFailure e) {
            rmAtOnce(List.of(container), e);
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
     * others when one fails. It returns when the last has ended, which may take minutes, so it is
     * looked meanwhile which are gone. What is left then is tried once more, without grace.
     */
    @Override
    public void removeAll(List<ContainerRef> containers, Duration within, Outcomes outcomes) {
        var removal = new Removal(containers, outcomes);
        var lookout = Thread.ofVirtual().name("removal").unstarted(() -> look(removal));
        if (containers.size() > 1) {
            lookout.start();
        }
        try {
            rm(containers, within, List.of());
            removal.allGone();
        } catch (RuntimeFailure e) {
            removeWhatIsLeft(removal, e);
        } finally {
            lookout.interrupt();
        }
    }

    /** Looks at ever longer intervals which are gone, until none is left or it is interrupted. */
    private void look(Removal removal) {
        var pause = FIRST_LOOK;
        try {
            while (true) {
                LiveProcesses.pause(pause);
                var left = removal.left();
                if (left.isEmpty()) {
                    return;
                }
                var filter = new ArrayList<String>();
                left.forEach(each -> filter.addAll(List.of("--filter", "id=" + each.id())));
                var there = ps(left.getFirst().generalOptions(), filter);
                for (var each : left) {
                    if (there.stream().noneMatch(one -> one.id().startsWith(each.id()))) {
                        removal.gone(each);
                    }
                }
                pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
            }
        } catch (RuntimeFailure _) {
            // interrupted, or podman does not answer: then all wait for the end of the call
        }
    }

    private void removeWhatIsLeft(Removal removal, RuntimeFailure why) {
        var left = removal.left();
        if (left.isEmpty()) {
            return;
        }
        try {
            rmAtOnce(left, why);
            removal.allGone();
            return;
        } catch (RuntimeFailure _) {
            // some of them may be gone all the same
        }
        boolean answers = left.size() > 1;
        for (var container : left) {
            try {
                if (!answers || find(container).isPresent()) {
                    removal.failed(container, why);
                } else {
                    removal.gone(container);
                }
            } catch (RuntimeFailure e) {
                removal.failed(container, why);
                answers = false; // nor about the others
            }
        }
    }

    /** Removes without grace what was not removed for a reason, which is told if this fails too. */
    private void rmAtOnce(List<ContainerRef> containers, RuntimeFailure why) throws RuntimeFailure {
        try {
            rm(containers, usual, List.of("--time", "0"));
        } catch (RuntimeFailure again) {
            why.addSuppressed(again);
            throw why;
        }
    }

    private void rm(List<ContainerRef> containers, Duration deadline, List<String> options)
            throws RuntimeFailure {
        var words = new ArrayList<>(List.of("rm", "--force", "--ignore"));
        words.addAll(options);
        containers.forEach(container -> words.add(container.id()));
        podman.call(containers.getFirst().generalOptions(), deadline, words);
    }

    @Override
    public boolean removeRemnant(String name, List<String> general) throws RuntimeFailure {
        return remnants.remove(general, remnant -> remnant.names().contains(name));
    }

    @Override
    public boolean saysNameIsTaken(RuntimeFailure failure) {
        return String.valueOf(failure.getMessage()).contains("already in use");
    }
}
