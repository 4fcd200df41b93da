package io.muster.simulators.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.muster.simulators.Simulation;
import io.muster.simulators.mutants.MutantTrial.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Deliberate bugs are found; {@code bin/mutants} runs this. */
final class MutantsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path MUTANTS = Path.of("src", "test", "mutants");
    private static final Path UNFOUND = MUTANTS.resolve("unfound.txt");
    private static final String PLAN = ".plan";

    /** Those that every build simulates without mutants. */
    private static final int SEEDS = Integer.getInteger("mutants.seeds", 2_000);

    /** So many are remembered of those that find one: the code changes, and not all go on. */
    private static final int REMEMBERED = 3;

    /** Only those whose names contain this. */
    private static final String ONLY = System.getProperty("mutants.only", "");

    /** Those that are known not to be found as well. */
    private static final boolean ALL = Boolean.getBoolean("mutants.all");

    /** What has found them is written down. */
    private static final boolean REMEMBER = Boolean.getBoolean("mutants.remember");

    @TempDir private Path folder = Path.of("");

    private final Known known = new Known(MUTANTS);

    private record Outcome(Result result, Duration time) {}

    @BeforeAll
    static void say_nothing_of_deliberate_faults() {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void every_deliberate_bug_is_found_by_the_seeds_of_every_build() throws Exception {
        var mutants = Mutant.of(MUTANTS).stream().filter(each -> matches(each.name())).toList();
        var excused = unfound();
        var outcomes = tryAll(mutants, excused);
        outcomes.forEach((name, outcome) -> System.out.println(line(name, outcome)));
        outcomes.forEach((name, outcome) -> stale(name, outcome).ifPresent(System.out::println));
        System.out.println(
                "%d of %d deliberate bugs were found, in %d s of work"
                        .formatted(
                                outcomes.values().stream()
                                        .filter(each -> each.result instanceof Result.Found)
                                        .count(),
                                outcomes.size(),
                                outcomes.values().stream()
                                        .map(Outcome::time)
                                        .reduce(Duration.ZERO, Duration::plus)
                                        .toSeconds()));
        if (REMEMBER) {
            known.remember(findings(outcomes));
        }
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

    @Test
    void what_is_remembered_is_of_mutants_that_are_there_and_demanded() throws IOException {
        assertThat(Mutant.of(MUTANTS)).extracting(Mutant::name).containsAll(known.seeds().keySet());
        assertThat(unfound()).doesNotContainKeys(known.seeds().keySet().toArray(String[]::new));
    }

    /** A plan that finds a bug says nothing if it fails without one. */
    @TestFactory
    Stream<DynamicTest> without_a_bug_each_plan_keeps_all_promises() throws IOException {
        try (var files = Files.list(MUTANTS)) {
            return files
                    .map(Path::toString)
                    .filter(each -> each.endsWith(PLAN))
                    .sorted()
                    .toList()
                    .stream()
                    .map(plan ->
                            DynamicTest.dynamicTest(
                                    Path.of(plan).getFileName().toString(),
                                    () ->
                                            assertThat(Simulation.run(Hunt.plan(plan)).reason())
                                                    .isEmpty()));
        }
    }

    private Map<String, Outcome> tryAll(List<Mutant> mutants, Map<String, String> excused)
            throws IOException, InterruptedException, ExecutionException {
        var outcomes = new TreeMap<String, Outcome>();
        try (var trial = new MutantTrial(ROOT, folder, SEEDS, REMEMBER ? REMEMBERED : 1);
                var threads =
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

    private Outcome attempt(MutantTrial trial, Mutant mutant, boolean mustBeFound)
            throws IOException, InterruptedException {
        long before = System.nanoTime();
        var result =
                mustBeFound || ALL
                        ? trial.run(mutant, known.of(mutant.name()))
                        : trial.build(mutant);
        return new Outcome(result, Duration.ofNanos(System.nanoTime() - before));
    }

    private static Map<String, List<String>> findings(Map<String, Outcome> outcomes) {
        var findings = new TreeMap<String, List<String>>();
        outcomes.forEach((name, outcome) -> {
            if (outcome.result instanceof Result.Found(var by, _, _)) {
                findings.put(name, by);
            }
        });
        return findings;
    }

    private static Optional<String> stale(String name, Outcome outcome) {
        return outcome.result instanceof Result.Found(_, _, var missed) && !missed.isEmpty()
                ? Optional.of(
                        "%s is not found by %s any more: bin/mutants --remember %1$s"
                                .formatted(name, String.join(", ", missed)))
                : Optional.empty();
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
            case Result.Found(var by, var how, _) ->
                    "%-44s %-4s %5.1f s  %s"
                            .formatted(
                                    name,
                                    by.stream()
                                            .map(each -> each.endsWith(PLAN) ? "plan" : each)
                                            .collect(Collectors.joining(" ")),
                                    outcome.time.toMillis() / 1e3,
                                    how);
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
        Known.lines(UNFOUND, "\n").forEach((name, why) -> excused.put(name, why.getFirst()));
        return excused;
    }
}
