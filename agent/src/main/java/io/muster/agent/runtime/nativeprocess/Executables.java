package io.muster.agent.runtime.nativeprocess;

import io.muster.agent.runtime.RuntimeConfig;
import io.muster.api.runtime.RuntimeFailure;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds programs before they are started, so that a failure can say what is missing. */
final class Executables {
    /** Where programs are looked for when nobody says so. */
    static final String DEFAULT_PATH =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private Executables() {}

    /**
     * Finds the program of a workload.
     *
     * @param searchPath folders with {@code :} between them
     * @throws RuntimeFailure retryable: what is missing now may be installed or mounted later
     */
    static Path find(String command, Path workingDirectory, String searchPath)
            throws RuntimeFailure {
        try {
            if (!Files.isDirectory(workingDirectory)) {
                throw missing(
                        "workingDirectory",
                        "\"%s\" is no folder on this node; make it, or name another"
                                .formatted(workingDirectory));
            }
            return command.contains("/")
                    ? checked(workingDirectory.resolve(command).normalize())
                    : onPath(command, searchPath)
                            .orElseThrow(() ->
                                    missing(
                                            "command",
                                            "there is no program \"%s\" on this node (PATH is %s); install it, or write its absolute path"
                                                    .formatted(command, searchPath)));
        } catch (InvalidPathException e) {
            throw RuntimeConfig.refusal(
                    "runtimeConfig.command", "\"%s\" is no path".formatted(command));
        }
    }

    private static Path checked(Path program) throws RuntimeFailure {
        if (!Files.exists(program)) {
            throw missing(
                    "command",
                    "there is no %s on this node; install it, or correct the path"
                            .formatted(program));
        }
        if (Files.isDirectory(program)) {
            throw missing("command", "%s is a folder; name the program in it".formatted(program));
        }
        if (!Files.isExecutable(program)) {
            throw missing(
                    "command",
                    "%s is not executable for the agent; run chmod +x on it".formatted(program));
        }
        return program;
    }

    static Optional<Path> onPath(String name, String searchPath) {
        return List.of(searchPath.split(":", -1)).stream()
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, name))
                .filter(program -> Files.isRegularFile(program) && Files.isExecutable(program))
                .findFirst();
    }

    private static RuntimeFailure missing(String key, String what) {
        return new RuntimeFailure("runtimeConfig." + key + ": " + what, true);
    }
}
