package io.muster.api.link;

import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.WorkloadState;
import java.util.List;

/**
 * Whether dependents on other agents still need a workload that is to stop.
 *
 * @param workload of the agent that is told
 * @param asOf the revision of the desired state that the agent was told last: it is no answer to
 *     what is wished later
 * @param by those that need it, {@value #MOST} at most; none if nobody does
 * @param more there are others
 */
public record Needed(WorkloadName workload, Revision asOf, List<WorkloadState> by, boolean more) {
    /** How many are named. */
    public static final int MOST = 5;

    /** Copies the list. */
    public Needed {
        by = List.copyOf(by);
    }
}
