package io.muster.simulators.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.simulators.mutants.MutantTrial.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Deliberate bugs are found; {@code bin/mutants} runs this. */
final class MutantsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path MUTANTS = Path.of("src", "test", "mutants");
    private static final Path UNFOUND = MUTANTS.resolve("unfound.txt");

    /** The first of those that every build simulates without mutants. */
    private static final int SEEDS = Integer.getInteger("mutants.seeds", 400);

    /** Only those whose names contain this. */
    private static final String ONLY = System.getProperty("mutants.only", "");

    /** Those that are known not to be found as well. */
    private static final boolean ALL = Boolean.getBoolean("mutants.all");

    @TempDir private Path folder = Path.of("");

    private record Outcome(Result result, Duration time) {}

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void every_deliberate_bug_is_found_by_the_seeds_of_every_build() throws Exception {
        var mutants = Mutant.of(MUTANTS).stream().filter(each -> matches(each.name())).toList();
        var excused = unfound();
        var outcomes = tryAll(mutants, excused);
        outcomes.forEach((name, outcome) -> System.out.println(line(name, outcome)));
        System.out.println(
                "%d of %d deliberate bugs were found"
                        .formatted(
                                outcomes.values().stream()
                                        .filter(each -> each.result instanceof Result.Found)
                                        .count(),
                                outcomes.size()));
        assertThat(outcomes).isNotEmpty();
        assertThat(
                        outcomes.entrySet().stream()
                                .filter(each ->
                                        !isGood(each.getValue().result, excused, each.getKey()))
                                .map(each -> line(each.getKey(), each.getValue())))
                .as("bugs that the simulation does not find, or that fit the code no more")
                .isEmpty();
    }

    @Test
    void what_is_excused_from_being_found_is_there() throws IOException {
        assertThat(Mutant.of(MUTANTS)).extracting(Mutant::name).containsAll(unfound().keySet());
    }

    private Map<String, Outcome> tryAll(List<Mutant> mutants, Map<String, String> excused)
            throws InterruptedException, ExecutionException {
        var trial = new MutantTrial(ROOT, folder, SEEDS);
        var outcomes = new TreeMap<String, Outcome>();
        try (var threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            var waiting =
                    mutants.stream()
                            .map(each ->
                                    threads.submit(() ->
                                            attempt(
                                                    trial,
                                                    each,
                                                    !excused.containsKey(each.name()))))
                            .toList();
            for (int i = 0; i < mutants.size(); i++) {
                outcomes.put(mutants.get(i).name(), waiting.get(i).get());
            }
        }
        return outcomes;
    }

    private static Outcome attempt(MutantTrial trial, Mutant mutant, boolean mustBeFound)
            throws IOException, InterruptedException {
        long before = System.nanoTime();
        var result = mustBeFound || ALL ? trial.run(mutant) : trial.build(mutant);
        return new Outcome(result, Duration.ofNanos(System.nanoTime() - before));
    }

    private static boolean isGood(Result result, Map<String, String> excused, String name) {
        return switch (result) {
            case Result.Found _ -> !excused.containsKey(name); // else it needs no excuse any more
            case Result.NotFound _, Result.Built _ -> excused.containsKey(name);
            case Result.Failed _ -> false;
        };
    }

    private static String line(String name, Outcome outcome) {
        return switch (outcome.result) {
            case Result.Found(var seed, var how) ->
                    "%-44s seed %4s %4d s  %s".formatted(name, seed, outcome.time.toSeconds(), how);
            case Result.NotFound _ ->
                    "%-44s NOT FOUND %4d s".formatted(name, outcome.time.toSeconds());
            case Result.Built _ -> "%-44s is known not to be found".formatted(name);
            case Result.Failed(var why) -> "%-44s FAILED: %s".formatted(name, why);
        };
    }

    private static boolean matches(String name) {
        return ONLY.isEmpty() || Pattern.compile(",").splitAsStream(ONLY).anyMatch(name::contains);
    }

    /** Reads which are known not to be found, each with the reason. */
    private static Map<String, String> unfound() throws IOException {
        var excused = new TreeMap<String, String>();
        for (var line : Files.readAllLines(UNFOUND)) {
            if (!line.startsWith("#") && !line.isBlank()) {
                var parts = line.split(":", 2);
                assertThat(parts).as(line).hasSize(2);
                excused.put(parts[0].strip(), parts[1].strip());
            }
        }
        return excused;
    }
}
