package io.muster.api.link;

import io.muster.api.name.Revision;
import io.muster.api.state.WorkloadState;
import java.util.List;

/**
 * The states of the foreign workloads that an agent's dependencies name, and whether foreign
 * workloads need what it is to stop; always all of them.
 *
 * @param epoch of the server
 * @param sequence counts the facts for this agent in this epoch; an older one is ignored
 * @param asOf the last revision that changed a workload of the agent that depends on foreign ones:
 *     of one that was changed later, these facts know nothing
 * @param needed one for each workload that is to stop and has foreign dependents
 */
public record Facts(
        long epoch, long sequence, Revision asOf, List<WorkloadState> states, List<Needed> needed) {
    /** Copies the lists. */
    public Facts {
        states = List.copyOf(states);
        needed = List.copyOf(needed);
    }

    /** Those of an agent that is to stop nothing on which foreign workloads depend. */
    public Facts(long epoch, long sequence, Revision asOf, List<WorkloadState> states) {
        this(epoch, sequence, asOf, states, List.of());
    }
}
