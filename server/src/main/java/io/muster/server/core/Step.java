package io.muster.server.core;

import java.util.List;

/**
 * What comes of an event.
 *
 * @param effects in the order in which to perform them
 */
public record Step(ServerState next, List<Effect> effects) {
    /** Copies the list. */
    public Step {
        effects = List.copyOf(effects);
    }
}
