package io.muster.server;

import io.muster.api.outcome.Outcome;
import io.muster.api.state.State;

/** Changes desired states before they are stored, such as by hooks. */
public interface Mutator {
    /**
     * Changes one. Blocks; any thread, one call at a time.
     *
     * @param dryRun whether it is not going to be stored
     * @return what comes of it, or why it is to be refused
     */
    Outcome<State> mutate(State wanted, boolean dryRun) throws InterruptedException;
}
