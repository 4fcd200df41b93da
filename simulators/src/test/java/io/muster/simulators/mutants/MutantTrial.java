package io.muster.simulators.mutants;

import io.muster.simulators.mutants.FilePatch.DoesNotApply;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/**
 * Builds a mutant and simulates it as {@code muster-sim run} would: in a process of its own, with
 * the classes of the changed files before all others.
 */
final class MutantTrial {
    /** A mutant may make everything slow, and need not end at all. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private static final Pattern FAILED =
            Pattern.compile("seed (\\d+) failed: (.*)", Pattern.MULTILINE);

    /** Something that never happened fails a run, but shows no bug: it may be that it is rare. */
    private static final Pattern NEVER = Pattern.compile("^never met: ", Pattern.MULTILINE);

    private final Path root;
    private final Path folder;
    private final int seeds;

    /**
     * Makes one.
     *
     * @param root of the sources
     * @param folder for what is built
     * @param seeds how many, from 1
     */
    MutantTrial(Path root, Path folder, int seeds) {
        this.root = root;
        this.folder = folder;
        this.seeds = seeds;
    }

    /** What came of a mutant. */
    sealed interface Result {
        /** The simulation found it. */
        record Found(String seed, String how) implements Result {}

        /** All seeds kept all promises. */
        record NotFound() implements Result {}

        /** It was built, and not to be run. */
        record Built() implements Result {}

        /** It could not be tried. */
        record Failed(String why) implements Result {}
    }

    /** Builds it only. */
    Result build(Mutant mutant) throws IOException {
        try {
            compile(mutant);
            return new Result.Built();
        } catch (DoesNotApply e) {
            return new Result.Failed(String.valueOf(e.getMessage()));
        }
    }

    /** Builds it and looks for it. */
    Result run(Mutant mutant) throws IOException, InterruptedException {
        try {
            return simulate(mutant, compile(mutant));
        } catch (DoesNotApply e) {
            return new Result.Failed(String.valueOf(e.getMessage()));
        }
    }

    private Path compile(Mutant mutant) throws IOException, DoesNotApply {
        var sources = folder.resolve(mutant.name()).resolve("sources");
        var classes = Files.createDirectories(folder.resolve(mutant.name()).resolve("classes"));
        var files = new ArrayList<Path>();
        for (var patch : mutant.files()) {
            var original = root.resolve(patch.path());
            if (!Files.isRegularFile(original)) {
                throw new DoesNotApply(patch.path() + " does not exist any more");
            }
            var copy = sources.resolve(patch.path());
            Files.createDirectories(copy.getParent());
            files.add(Files.write(copy, patch.applyTo(Files.readAllLines(original))));
        }
        var compiler = ToolProvider.getSystemJavaCompiler();
        var said = new StringWriter();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            var options =
                    List.of(
                            "-proc:none",
                            "-nowarn",
                            "-d",
                            classes.toString(),
                            "-classpath",
                            System.getProperty("java.class.path"));
            var units = manager.getJavaFileObjectsFromPaths(files);
            if (!compiler.getTask(said, manager, null, options, null, units).call()) {
                throw new DoesNotApply("it does not compile any more:\n" + said);
            }
        }
        return classes;
    }

    private Result simulate(Mutant mutant, Path classes) throws IOException, InterruptedException {
        var output = folder.resolve(mutant.name()).resolve("output");
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1", // most are found soon
                                "-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider",
                                "-Dslf4j.internal.verbosity=WARN",
                                "-cp",
                                classes + ":" + System.getProperty("java.class.path"),
                                "io.muster.simulators.Main",
                                "run",
                                "--runs",
                                String.valueOf(seeds),
                                "--jobs",
                                "1",
                                "--no-shrink",
                                "--out",
                                folder.resolve(mutant.name()).toString())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Result.Failed("no end within " + PATIENCE.toMinutes() + " minutes");
            }
        } finally {
            process.destroyForcibly();
        }
        return read(process.exitValue(), Files.readString(output));
    }

    /** Only a promise that was broken, or a cluster that did not come round, shows a bug. */
    static Result read(int status, String said) {
        var failed = FAILED.matcher(said);
        if (failed.find()) {
            return new Result.Found(failed.group(1), failed.group(2));
        }
        return status == 0 || NEVER.matcher(said).find()
                ? new Result.NotFound()
                : new Result.Failed("status %d: %s".formatted(status, said));
    }
}
