package io.muster.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/** Starts and times processes. */
final class Run {
    private static final long LIMIT_SECONDS = 300;

    private Run() {}

    /** Runs to the end and returns the seconds it took; a failure ends the benchmark. */
    static double timed(List<String> words) throws IOException, InterruptedException {
        long start = System.nanoTime();
        var result = run(words);
        double seconds = secondsSince(start);
        if (result.exit() != 0) {
            throw new IOException(words + " failed with " + result.exit() + ": " + result.output());
        }
        return seconds;
    }

    static Result run(List<String> words) throws IOException, InterruptedException {
        var output = Files.createTempFile("bench", "");
        try {
            var process =
                    new ProcessBuilder(words)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .redirectInput(Path.of("/dev/null").toFile())
                            .start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(words + " did not end within " + LIMIT_SECONDS + " s");
            }
            return new Result(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }

    static Process start(List<String> words, Path log) throws IOException {
        return start(words, log, Map.of());
    }

    /** The same with more variables. */
    static Process start(List<String> words, Path log, Map<String, String> variables)
            throws IOException {
        var builder =
                new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().putAll(variables);
        return builder.start();
    }

    static void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    /** Seconds since a moment of {@link System#nanoTime}. */
    static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    static double median(List<Double> values) {
        return quantile(values, 0.5);
    }

    /** The value that this part of them does not exceed. */
    static double quantile(List<Double> values, double part) {
        var sorted = values.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, (int) (part * sorted.size())));
    }

    /** The middle of several values. */
    static double median(int times, DoubleSupplier one) {
        var values = new ArrayList<Double>();
        for (int i = 0; i < times; i++) {
            values.add(one.getAsDouble());
        }
        return median(values);
    }

    /** What a command printed, and how it ended. */
    record Result(int exit, String output) {}
}
