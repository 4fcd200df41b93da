package io.muster.api.manifest;

import io.muster.api.outcome.Problem;
import io.muster.api.state.State;
import io.muster.api.tree.Node;
import io.muster.api.tree.Unread;
import java.util.List;
import java.util.stream.Stream;

/**
 * A manifest as far as it could be read.
 *
 * @param state a text that could not be read is empty in it
 * @param unread what is not known of the state
 * @param problems all that is wrong with it; if there are none, all could be read
 * @param warnings what has no effect or will not be read for ever, such as unknown keys
 * @param misspelt those of the warnings that may be behind problems
 * @param places where its fields were written
 */
public record ManifestReading(
        State state,
        Unread unread,
        List<Problem> problems,
        List<Problem> warnings,
        List<Problem> misspelt,
        Manifest.Places places) {
    /** Copies the lists. */
    public ManifestReading {
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
        misspelt = List.copyOf(misspelt);
    }

    /** A manifest of which nothing could be read. */
    public static ManifestReading none(String file, Problem problem) {
        return new ManifestReading(
                State.EMPTY,
                Unread.EVERYTHING,
                List.of(problem),
                List.of(),
                List.of(),
                new FieldPlaces(Node.Entries.NONE, new Positions(file)));
    }

    /** All problems, with the keys that may be behind them. */
    public List<Problem> refusal() {
        return Stream.concat(problems.stream(), misspelt.stream()).toList();
    }
}
