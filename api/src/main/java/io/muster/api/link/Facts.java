package io.muster.api.link;

import io.muster.api.state.WorkloadState;
import java.util.List;

/**
 * The states of the foreign workloads that an agent's dependencies name; always all of them.
 *
 * @param epoch of the server
 * @param sequence counts the facts for this agent in this epoch; an older one is ignored
 */
public record Facts(long epoch, long sequence, List<WorkloadState> states) {
    /** Copies the list. */
    public Facts {
        states = List.copyOf(states);
    }
}
