package io.muster.server.hook;

import io.muster.api.manifest.JsonWriter;
import io.muster.api.manifest.Manifest;
import io.muster.api.manifest.ManifestReader;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.shell.Processes;
import io.muster.api.state.State;
import io.muster.api.tree.StateTree;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs the hooks one after the other: each gets the desired state as JSON on its standard input, in
 * the form of a manifest, and writes it to its standard output as JSON or YAML, changed or not.
 * Nothing written means unchanged; an exit code other than 0 refuses the update.
 *
 * <p>Any thread, one call at a time.
 */
public final class MutatingHooks {
    /** The environment variable that tells a hook that nothing is going to be stored. */
    static final String DRY_RUN = "MUSTER_DRY_RUN";

    private static final int MAX_WORDS = 1000;

    private final List<Hook> hooks;
    private final Processes processes;

    /** Runs these, the lowest priority first, and those of one priority in the order given. */
    public MutatingHooks(List<Hook> hooks, Processes processes) {
        this.hooks = hooks.stream().sorted(Comparator.comparingInt(Hook::priority)).toList();
        this.processes = processes;
    }

    /**
     * Lets the hooks change a desired state. Blocks, for the sum of their timeouts at most.
     *
     * @param dryRun whether it is not going to be stored
     * @return what they made of it, or why the update is to be refused, naming the hook
     */
    public Outcome<State> mutate(State wanted, boolean dryRun) throws InterruptedException {
        var state = wanted;
        for (var hook : hooks) {
            switch (run(hook, state, dryRun)) {
                case Outcome.Accepted<State>(var changed) -> state = changed;
                case Outcome.Refused<State>(var problems) -> {
                    return Outcome.refused(problems);
                }
            }
        }
        return Outcome.accepted(state);
    }

    private Outcome<State> run(Hook hook, State state, boolean dryRun) throws InterruptedException {
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
                                    hook.timeout()));
        } catch (IOException e) {
            return refused(
                    hook,
                    "failed: " + e.getMessage(),
                    "repair " + hook.program() + ", or start the server without it");
        }
        if (finished.exitCode() != 0) {
            return refused(
                    hook,
                    "refuses the update (exit code %d): %s"
                            .formatted(finished.exitCode(), words(finished.errors())),
                    "do as it says");
        }
        return finished.output().isBlank() ? Outcome.accepted(state) : read(hook, finished);
    }

    private static Outcome<State> read(Hook hook, Processes.Finished finished) {
        return switch (ManifestReader.read("output", finished.output())) {
            case Outcome.Accepted<Manifest>(var manifest) -> Outcome.accepted(manifest.state());
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
