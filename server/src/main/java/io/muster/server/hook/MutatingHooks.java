package io.muster.server.hook;

import io.muster.api.manifest.JsonWriter;
import io.muster.api.manifest.Manifest;
import io.muster.api.manifest.ManifestReader;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.shell.Clock;
import io.muster.api.shell.Processes;
import io.muster.api.state.State;
import io.muster.api.tree.StateTree;
import io.muster.server.core.HookVerdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the hooks one after the other: each gets the desired state as JSON on its standard input, in
 * the form of a manifest, and writes it to its standard output as JSON or YAML, changed or not.
 * Nothing written means unchanged; an exit code other than 0 refuses the update.
 *
 * <p>Any thread, one call at a time.
 */
public final class MutatingHooks {
    /**
     * How long all hooks together may take, unless one of them was given longer: clients wait 3 s
     * for an answer by default, and are to hear what was wrong.
     */
    static final Duration ALL = Duration.ofSeconds(2);

    /** The environment variable that tells a hook that nothing is going to be stored. */
    static final String DRY_RUN = "MUSTER_DRY_RUN";

    private static final int MAX_WORDS = 1000;

    /** Above it, an exit code tells the signal that has killed a program. */
    private static final int KILLED = 128;

    private static final int MAX_SIGNAL = 31;
    private static final Logger LOG = LoggerFactory.getLogger(MutatingHooks.class);

    private final List<Hook> hooks;
    private final Processes processes;
    private final Clock clock;
    private final Duration all;

    /** Runs these, the lowest priority first, and those of one priority in the order given. */
    public MutatingHooks(List<Hook> hooks, Processes processes, Clock clock) {
        this.hooks = hooks.stream().sorted(Comparator.comparingInt(Hook::priority)).toList();
        this.processes = processes;
        this.clock = clock;
        this.all = hooks.stream().map(Hook::timeout).reduce(ALL, MutatingHooks::longer);
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    /**
     * Lets the hooks change a desired state. Blocks, for {@link #ALL} or the longest of their
     * timeouts at most.
     *
     * @param dryRun whether it is not going to be stored
     * @return what they made of it and which of them, or why the update is to be refused, naming
     *     the hook
     */
    public HookVerdict mutate(State wanted, boolean dryRun) throws InterruptedException {
        var changers = new ArrayList<String>();
        var result = mutate(wanted, dryRun, changers);
        return new HookVerdict(result, changers);
    }

    private Outcome<State> mutate(State wanted, boolean dryRun, List<String> changers)
            throws InterruptedException {
        var state = wanted;
        long start = clock.nanoTime();
        for (var hook : hooks) {
            var left = all.minusNanos(clock.nanoTime() - start);
            if (!left.isPositive()) {
                return refused(
                        hook,
                        "was not asked: the hooks before it took all of the %d s that there are"
                                .formatted(all.toSeconds()),
                        "make them faster, or give one a longer timeout_seconds");
            }
            var within = left.compareTo(hook.timeout()) < 0 ? left : hook.timeout();
            switch (run(hook, state, dryRun, within)) {
                case Outcome.Accepted<State>(var changed) -> {
                    if (!changed.equals(state)) {
                        changers.add(hook.name());
                    }
                    state = changed;
                }
                case Outcome.Refused<State>(var problems) -> {
                    return Outcome.refused(problems);
                }
            }
        }
        return Outcome.accepted(state);
    }

    private Outcome<State> run(Hook hook, State state, boolean dryRun, Duration within)
            throws InterruptedException {
        var input = JsonWriter.write(StateTree.of(state));
        if (input.length() > ManifestReader.MAX_CHARACTERS) {
            return refused(
                    hook,
                    "cannot be asked: the desired state has %d characters, of which it gets at most %d"
                            .formatted(input.length(), ManifestReader.MAX_CHARACTERS),
                    "make the desired state smaller, or start the server without hooks");
        }
        Processes.Finished finished;
        try {
            finished =
                    processes.run(
                            new Processes.Command(
                                    List.of(hook.program().toString()),
                                    new TreeMap<>(Map.of(DRY_RUN, Boolean.toString(dryRun))),
                                    input,
                                    within,
                                    true));
        } catch (IOException e) {
            return refused(
                    hook,
                    "failed: " + e.getMessage(),
                    "repair " + hook.program() + ", or start the server without it");
        }
        int signal = finished.exitCode() - KILLED;
        if (signal > 0 && signal <= MAX_SIGNAL) {
            return refused(
                    hook,
                    "was killed (exit code %d, signal %d): %s"
                            .formatted(finished.exitCode(), signal, words(finished.errors())),
                    "find out what killed it, such as a lack of memory, or repair "
                            + hook.program());
        }
        if (finished.exitCode() != 0) {
            return refused(
                    hook,
                    "refuses the update (exit code %d): %s"
                            .formatted(finished.exitCode(), words(finished.errors())),
                    "change the update, or ask whoever runs the server about this hook");
        }
        return finished.output().isBlank() ? Outcome.accepted(state) : read(hook, finished);
    }

    private static Outcome<State> read(Hook hook, Processes.Finished finished) {
        return switch (ManifestReader.read("output", finished.output())) {
            case Outcome.Accepted<Manifest>(var manifest) -> {
                for (var warning : manifest.warnings()) {
                    LOG.atWarn()
                            .addKeyValue("hook", hook.name())
                            .addKeyValue("place", warning.where())
                            .addKeyValue("remedy", warning.remedy())
                            .log("of the output of a mutating hook: " + warning.what());
                }
                yield Outcome.accepted(manifest.state());
            }
            case Outcome.Refused<Manifest>(var problems) ->
                    Outcome.refused(
                            problems.stream()
                                    .map(problem ->
                                            new Problem(
                                                    where(hook) + ": " + problem.where(),
                                                    problem.what(),
                                                    "repair the hook: " + problem.remedy()))
                                    .toList());
        };
    }

    private static <T> Outcome<T> refused(Hook hook, String what, String remedy) {
        return Outcome.refused(where(hook), what, remedy);
    }

    private static String where(Hook hook) {
        return "mutating hook \"" + hook.name() + "\"";
    }

    /** What it says on its standard error, cut to what fits an answer. */
    private static String words(String errors) {
        var text = errors.strip();
        if (text.isEmpty()) {
            return "it does not say why";
        }
        return text.length() > MAX_WORDS ? text.substring(0, MAX_WORDS) + "..." : text;
    }
}
