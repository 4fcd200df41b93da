package io.muster.agent;

import io.muster.agent.runtime.container.ContainerRuntime;
import io.muster.agent.runtime.container.KubeRuntime;
import io.muster.agent.runtime.nativeprocess.NativeRuntime;
import io.muster.api.outcome.Outcome;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which runtimes an agent has.
 *
 * @param path the variable PATH
 */
record RuntimeChoice(String path) {
    /** The program that each runtime calls; none for what needs no other. */
    private static final SortedMap<String, String> PROGRAMS =
            new TreeMap<>(
                    Map.of(
                            NativeRuntime.NAME, "",
                            ContainerRuntime.PODMAN, "podman",
                            KubeRuntime.NAME, "podman",
                            ContainerRuntime.CONTAINERD, "nerdctl"));

    /** Those that there are. */
    static final List<String> ALL = List.copyOf(PROGRAMS.keySet());

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
                PROGRAMS.entrySet().stream()
                        .filter(each -> each.getValue().isEmpty() || hasProgram(each.getValue()))
                        .map(Map.Entry::getKey)
                        .toList());
    }

    private boolean hasProgram(String program) {
        return List.of(path.split(File.pathSeparator, -1)).stream()
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
