package io.muster.tests.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Python of this machine, for what is made of published packages. */
final class Python {
    private Python() {}

    /**
     * Installs packages, of which only ready-made ones are taken.
     *
     * @param python that of the environment they are for
     * @param log is told what pip says
     */
    static void install(Path python, Path log, String... arguments)
            throws IOException, InterruptedException {
        var words =
                new ArrayList<>(
                        List.of(
                                python.toString(),
                                "-m",
                                "pip",
                                "install",
                                "--quiet",
                                "--disable-pip-version-check",
                                "--only-binary=:all:"));
        words.addAll(List.of(arguments));
        run(log, words);
    }

    /** Makes an environment of its own in place of what is there. */
    static void environment(Path folder, Path log) throws IOException, InterruptedException {
        run(log, List.of("python3", "-m", "venv", "--clear", folder.toString()));
    }

    private static void run(Path log, List<String> words) throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (!process.waitFor(3, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new AssertionError(
                    "%s failed; this test needs python3 with pip, venv and a package index: %s"
                            .formatted(String.join(" ", words), Files.readString(log)));
        }
    }
}
