package io.muster.agent.runtime.container;

import io.muster.api.name.AgentName;
import io.muster.api.runtime.RuntimeFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The containers that containerd keeps, through nerdctl: its {@code ps} tells neither pid nor exit
 * code, and mixes up labels with commas in them, so each question is two calls, but one about a
 * known container.
 */
final class NerdctlContainers implements Containers {
    /** How often they are listed anew because one vanished before it was looked at. */
    private static final int LOOKS = 3;

    private static final List<String> MISSING = List.of("no such container", "no such object");

    private final CommandLine nerdctl;
    private final Duration usual;
    private final BootTime boot;

    /** When this boot of the machine began, in seconds since 1970. */
    interface BootTime {
        long seconds() throws IOException;
    }

    /**
     * Makes them.
     *
     * @param usual the deadline for anything but to stop one
     */
    NerdctlContainers(CommandLine nerdctl, Duration usual, BootTime boot) {
        this.nerdctl = nerdctl;
        this.usual = usual;
        this.boot = boot;
    }

    @Override
    public List<Container> all(List<String> generalOptions) throws RuntimeFailure {
        return listed(generalOptions, List.of());
    }

    @Override
    public List<Container> of(AgentName agent, List<String> generalOptions) throws RuntimeFailure {
        return listed(generalOptions, List.of("--filter", "label=" + Labels.AGENT + "=" + agent));
    }

    private List<Container> listed(List<String> general, List<String> filter)
            throws RuntimeFailure {
        var words = new ArrayList<String>(List.of("ps", "--all", "--no-trunc", "--quiet"));
        words.addAll(filter);
        for (int look = 1; ; look++) {
            var ids =
                    nerdctl.call(general, usual, words)
                            .lines()
                            .map(String::strip)
                            .filter(id -> !id.isEmpty())
                            .toList();
            if (ids.isEmpty()) {
                return List.of();
            }
            try {
                return inspect(general, ids);
            } catch (RuntimeFailure e) {
                if (!isMissing(e) || look == LOOKS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public Optional<Container> find(ContainerRef ref) throws RuntimeFailure {
        try {
            return inspect(ref.generalOptions(), List.of(ref.id())).stream().findFirst();
        } catch (RuntimeFailure e) {
            if (isMissing(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private List<Container> inspect(List<String> general, List<String> ids) throws RuntimeFailure {
        var words = new ArrayList<String>(List.of("inspect"));
        words.addAll(ids);
        var output = nerdctl.call(general, usual, words);
        return Json.printed(
                "nerdctl inspect",
                "nerdctl 1.0",
                () -> NerdctlJson.containers(output, boot.seconds()));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Two calls, because {@code rm --force} alone kills at once.
     */
    @Override
    public void remove(ContainerRef ref, Duration within) throws RuntimeFailure {
        Optional<RuntimeFailure> notStopped = Optional.empty();
        try {
            nerdctl.call(ref.generalOptions(), within, List.of("stop", ref.id()));
        } catch (RuntimeFailure e) {
            if (isMissing(e)) {
                return;
            }
            notStopped = Optional.of(e); // paused or half made, perhaps
        }
        try {
            nerdctl.call(ref.generalOptions(), usual, List.of("rm", "--force", ref.id()));
        } catch (RuntimeFailure e) {
            if (!isMissing(e)) {
                notStopped.ifPresent(e::addSuppressed);
                throw e;
            }
        }
    }

    private static boolean isMissing(RuntimeFailure failure) {
        var text = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        return MISSING.stream().anyMatch(text::contains);
    }

    @Override
    public boolean saysNameIsTaken(RuntimeFailure failure) {
        return String.valueOf(failure.getMessage()).contains("is already used by ID");
    }
}
