package io.muster.server.core;

import io.muster.api.name.Revision;
import io.muster.api.state.State;
import java.util.Optional;

/**
 * What the mutating hooks look at. While they look at one proposal the others are held: nothing
 * that they have not seen gets between.
 *
 * @param now empty if they are idle
 * @param count of all that they were asked to look at
 */
record Mutation(Optional<Looking> now, long count) {
    static final Mutation NONE = new Mutation(Optional.empty(), 0);

    /**
     * What the hooks look at.
     *
     * @param base the revision that it was planned on
     * @param wanted the desired state with it, as the hooks got it
     */
    record Looking(Ledger.Held held, Revision base, State wanted) {}

    Mutation looking(Looking next) {
        return new Mutation(Optional.of(next), count + 1);
    }

    Mutation idle() {
        return new Mutation(Optional.empty(), count);
    }
}
