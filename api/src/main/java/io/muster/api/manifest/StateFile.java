package io.muster.api.manifest;

import io.muster.api.outcome.Problem;
import io.muster.api.tree.Node;
import java.util.List;

/**
 * A file with a state, or a part of one, that was read.
 *
 * @param state a tree with the keys of a complete state
 * @param warnings what has no effect or will not be read for ever, such as unknown keys
 */
public record StateFile(Node.Entries state, List<Problem> warnings) {
    /** Copies the list. */
    public StateFile {
        warnings = List.copyOf(warnings);
    }
}
