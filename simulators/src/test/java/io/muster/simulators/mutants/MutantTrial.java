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
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Builds mutants and looks for them: each in a process of its own, with the classes of the changed
 * files before all others. What has found a mutant before is tried first.
 */
final class MutantTrial implements AutoCloseable {
    /** For each seed; a busy machine takes long, and what never ends is noticed by the process. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration LEAST_PATIENCE = Duration.ofMinutes(5);

    private final Path root;
    private final Path folder;
    private final int seeds;
    private final int wanted;
    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();

    /** One for all, as it remembers what is in the jars. */
    private final StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);

    /**
     * Makes one.
     *
     * @param root of the sources
     * @param folder for what is built
     * @param seeds how many, from 1, if none of what is known finds it
     * @param wanted how many are to find it, if so many do
     */
    MutantTrial(Path root, Path folder, int seeds, int wanted) {
        this.root = root;
        this.folder = folder;
        this.seeds = seeds;
        this.wanted = wanted;
    }

    /** What came of a mutant. */
    sealed interface Result {
        /**
         * The simulation found it.
         *
         * @param by what: seeds, or files of plans
         * @param how the first of them did
         * @param missed by what was known to find it
         */
        record Found(List<String> by, String how, List<String> missed) implements Result {
            public Found {
                by = List.copyOf(by);
                missed = List.copyOf(missed);
            }
        }

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

    /**
     * Builds it and looks for it.
     *
     * @param known what is tried first: seeds, and files of plans
     */
    Result run(Mutant mutant, List<String> known) throws IOException, InterruptedException {
        try {
            var classes = compile(mutant);
            var before =
                    known.isEmpty()
                            ? new Tried(List.of(), "", List.of(), "")
                            : hunt(mutant, classes, wanted, known, "-XX:TieredStopAtLevel=1");
            if (before.by.size() >= wanted || !before.failed.isEmpty() || seeds == 0) {
                return before.result();
            }
            var rest =
                    hunt(
                            mutant,
                            classes,
                            wanted - before.by.size(),
                            List.of("1-" + seeds),
                            "-XX:+TieredCompilation");
            return before.and(rest).result();
        } catch (DoesNotApply e) {
            return new Result.Failed(String.valueOf(e.getMessage()));
        }
    }

    private synchronized Path compile(Mutant mutant) throws IOException, DoesNotApply {
        var sources = folder.resolve(mutant.name()).resolve("sources");
        var classes = Files.createDirectories(folder.resolve(mutant.name()).resolve("classes"));
        var patched = new ArrayList<Path>();
        for (var patch : mutant.files()) {
            var original = root.resolve(patch.path());
            if (!Files.isRegularFile(original)) {
                throw new DoesNotApply(patch.path() + " does not exist any more");
            }
            var copy = sources.resolve(patch.path());
            Files.createDirectories(copy.getParent());
            patched.add(Files.write(copy, patch.applyTo(Files.readAllLines(original))));
        }
        var said = new StringWriter();
        var options =
                List.of(
                        "-proc:none",
                        "-nowarn",
                        "-d",
                        classes.toString(),
                        "-classpath",
                        System.getProperty("java.class.path"));
        var units = files.getJavaFileObjectsFromPaths(patched);
        if (!compiler.getTask(said, files, null, options, null, units).call()) {
            throw new DoesNotApply("it does not compile any more:\n" + said);
        }
        return classes;
    }

    private Tried hunt(
            Mutant mutant, Path classes, int howMany, List<String> what, String compilation)
            throws IOException, InterruptedException {
        var output = folder.resolve(mutant.name()).resolve("output");
        var command =
                Stream.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        compilation,
                        "-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider",
                        "-Dslf4j.internal.verbosity=WARN",
                        "-cp",
                        classes + ":" + System.getProperty("java.class.path"),
                        Hunt.class.getName(),
                        String.valueOf(howMany));
        var process =
                new ProcessBuilder(Stream.concat(command, what.stream()).toList())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        var patience = LEAST_PATIENCE.plus(PATIENCE.multipliedBy(seeds));
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Tried(
                        List.of(),
                        "",
                        List.of(),
                        "no end within %d minutes".formatted(patience.toMinutes()));
            }
        } finally {
            process.destroyForcibly();
        }
        return Tried.read(process.exitValue(), Files.readString(output));
    }

    @Override
    public void close() throws IOException {
        files.close();
    }

    /**
     * What a process has tried.
     *
     * @param failed why it says nothing; empty if it does
     */
    record Tried(List<String> by, String how, List<String> missed, String failed) {
        Tried {
            by = List.copyOf(by);
            missed = List.copyOf(missed);
        }

        /** Only a promise that was broken, or a cluster that did not come round, shows a bug. */
        static Tried read(int status, String said) {
            var by = new ArrayList<String>();
            var how = "";
            var missed = new ArrayList<String>();
            for (var line : said.lines().toList()) {
                var words = line.split(" ", 3);
                if (words.length > 1 && words[0].equals(Hunt.FOUND)) {
                    by.add(words[1]);
                    how = how.isEmpty() && words.length > 2 ? words[2] : how;
                } else if (words.length > 1 && words[0].equals(Hunt.MISSED)) {
                    missed.add(words[1]);
                }
            }
            var failed =
                    status == 0 || !by.isEmpty() ? "" : "status %d: %s".formatted(status, said);
            return new Tried(by, how, missed, failed);
        }

        /** What was tried after it found some more, perhaps, and misses what nobody expects. */
        Tried and(Tried later) {
            return new Tried(
                    Stream.concat(by.stream(), later.by.stream()).distinct().toList(),
                    how.isEmpty() ? later.how : how,
                    missed,
                    by.isEmpty() ? later.failed : "");
        }

        Result result() {
            if (!failed.isEmpty()) {
                return new Result.Failed(failed);
            }
            return by.isEmpty() ? new Result.NotFound() : new Result.Found(by, how, missed);
        }
    }
}
