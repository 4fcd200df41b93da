package io.muster.server;

import io.muster.api.state.State;
import io.muster.server.core.HookVerdict;

/** Changes desired states before they are stored, such as by hooks. */
public interface Mutator {
    /**
     * Changes one. Blocks; any thread, one call at a time.
     *
     * @param dryRun whether it is not going to be stored
     * @return what comes of it and by whom, or why it is to be refused
     */
    HookVerdict mutate(State wanted, boolean dryRun) throws InterruptedException;
}
