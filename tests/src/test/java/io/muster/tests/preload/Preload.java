package io.muster.tests.preload;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Libraries of {@code src/test/c} that stand before the C library of a program. */
public final class Preload {
    private static final Path SOURCES = Path.of("..", "tests", "src", "test", "c");

    private Preload() {}

    /**
     * Compiles one.
     *
     * @return what {@code LD_PRELOAD} is to name
     */
    public static Path compile(String name, Path folder) throws IOException, InterruptedException {
        var library = folder.resolve(name + ".so");
        var source = SOURCES.toAbsolutePath().normalize().resolve(name + ".c");
        var process =
                new ProcessBuilder(
                                "gcc",
                                "-shared",
                                "-fPIC",
                                "-O2",
                                "-Wall",
                                "-Wextra",
                                "-Werror",
                                "-o",
                                library.toString(),
                                source.toString(),
                                "-ldl",
                                "-lpthread")
                        .redirectErrorStream(true)
                        .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("gcc does not compile " + source + ": " + output);
        }
        return library;
    }
}
