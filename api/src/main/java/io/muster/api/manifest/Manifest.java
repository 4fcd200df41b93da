package io.muster.api.manifest;

import io.muster.api.outcome.Problem;
import io.muster.api.state.State;
import java.util.List;

/**
 * A manifest that was read.
 *
 * @param warnings what has no effect or will not be read for ever, such as unknown keys
 */
public record Manifest(State state, List<Problem> warnings) {
    /** Copies the list. */
    public Manifest {
        warnings = List.copyOf(warnings);
    }
}
