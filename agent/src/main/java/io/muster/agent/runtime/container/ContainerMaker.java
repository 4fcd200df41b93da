package io.muster.agent.runtime.container;

import io.muster.api.name.AgentName;
import io.muster.api.outcome.InWords;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.state.ImagePullPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes and starts containers, and removes what failed tries leave behind. Any thread. */
final class ContainerMaker {
    private final AgentName agent;
    private final CommandLine program;
    private final Containers existing;
    private final Path pidFolder;
    private final Duration deadline;

    /**
     * Makes it.
     *
     * @param pidFolder for files that are needed for a moment only
     * @param deadline to make one
     */
    ContainerMaker(
            AgentName agent,
            CommandLine program,
            Containers existing,
            Path pidFolder,
            Duration deadline) {
        this.agent = agent;
        this.program = program;
        this.existing = existing;
        this.pidFolder = pidFolder;
        this.deadline = deadline;
    }

    /**
     * A container that was started.
     *
     * @param pid of its main process; 0 if that was not told
     */
    record Made(ContainerRef container, long pid) {}

    /**
     * Makes and starts one, normally in one call.
     *
     * @param mounts options that mount its files
     * @param pulls whether its image may be pulled for that
     */
    Made make(Order order, ContainerConfig config, List<String> mounts, boolean pulls)
            throws RuntimeFailure {
        var pidFile = pidFolder.resolve(order.instance().shortName() + ".pid");
        try {
            Files.createDirectories(pidFolder);
            Files.deleteIfExists(pidFile);
            ContainerRef container;
            try {
                container = run(order, config, mounts, pulls, pidFile);
            } catch (RuntimeFailure e) {
                // The name may be taken by what an earlier try of this instance left behind.
                if (!removeLeftovers(order, config.generalOptions(), e)
                        || !existing.saysNameIsTaken(e)) {
                    throw e;
                }
                container = run(order, config, mounts, pulls, pidFile);
            }
            return new Made(container, pid(pidFile));
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

    private ContainerRef run(
            Order order, ContainerConfig config, List<String> mounts, boolean pulls, Path pidFile)
            throws RuntimeFailure {
        var words = new ArrayList<String>();
        words.addAll(List.of("run", "--detach", "--name", order.instance().shortName()));
        words.addAll(List.of("--pidfile", pidFile.toString()));
        if (pulls) {
            pullWord(order.workload().imagePullPolicy()).ifPresent(words::add);
        }
        words.addAll(config.commandOptions()); // later options win: a user may give another name
        if (!pulls) {
            words.add("--pull=never"); // who gave another option had it pulled before
        }
        words.addAll(mounts);
        words.addAll(Labels.of(order, agent, config));
        words.add(config.image());
        words.addAll(config.commandArgs());
        var id = program.call(config.generalOptions(), deadline, words).strip();
        if (!id.matches("[0-9a-f]{12,64}")) {
            throw new RuntimeFailure(
                    "%s run printed \"%s\" instead of a container id; remove options that change its output"
                            .formatted(
                                    program.program(), id.length() > 80 ? id.substring(0, 80) : id),
                    true);
        }
        return new ContainerRef(id, order.instance(), config.generalOptions());
    }

    private static Optional<String> pullWord(ImagePullPolicy policy) {
        return switch (policy) {
            case IF_NOT_PRESENT -> Optional.empty(); // what the program does anyway
            case ALWAYS -> Optional.of("--pull=always");
            case NEVER -> Optional.of("--pull=never");
        };
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
                    existing.remove(
                            new ContainerRef(container.id(), order.instance(), general),
                            container.traits().removal());
                    removed = true;
                } else if (sameName && existing.saysNameIsTaken(why)) {
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
            if (!removed && existing.saysNameIsTaken(why)) {
                return existing.removeRemnant(order.instance().shortName(), general);
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

    /** Reads the pid; 0 if the user's own {@code --pidfile} won. */
    private static long pid(Path pidFile) throws IOException {
        if (!Files.exists(pidFile)) {
            return 0;
        }
        var text = Files.readString(pidFile).strip();
        return text.matches("[0-9]{1,10}") ? Long.parseLong(text) : 0;
    }
}
