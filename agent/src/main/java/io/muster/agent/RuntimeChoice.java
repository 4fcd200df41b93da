package io.muster.agent;

import io.muster.agent.runtime.nativeprocess.NativeRuntime;
import io.muster.agent.runtime.podman.PodmanRuntime;
import io.muster.api.outcome.Outcome;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/**
 * Which runtimes an agent has.
 *
 * @param path the variable PATH
 */
record RuntimeChoice(String path) {
    /** Those that there are. */
    static final List<String> ALL = List.of(NativeRuntime.NAME, PodmanRuntime.NAME);

    /**
     * Chooses.
     *
     * @param wanted by the user; none means those that can work here
     */
    Outcome<List<String>> of(List<String> wanted) {
        for (var name : wanted) {
            if (!ALL.contains(name)) {
                return Outcome.refused(
                        "--runtimes",
                        "\"" + name + "\" is no runtime",
                        "use any of " + String.join(", ", ALL));
            }
        }
        if (!wanted.isEmpty()) {
            return Outcome.accepted(List.copyOf(new TreeSet<>(wanted)));
        }
        return Outcome.accepted(
                ALL.stream()
                        .filter(name -> !name.equals(PodmanRuntime.NAME) || hasProgram("podman"))
                        .toList());
    }

    private boolean hasProgram(String program) {
        return List.of(path.split(File.pathSeparator, -1)).stream()
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
