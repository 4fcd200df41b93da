package io.muster.api.link;

import io.muster.api.name.WorkloadName;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who depends on a workload so that it is stopped only when they do not need it any more, as far as
 * the workloads of the same desired state do not say it themselves.
 *
 * @param workload that they depend on; of the agent, wished or not
 * @param elsewhere it is wished for another agent
 * @param foreign some are, or may still be, on other agents: {@link Facts} tell
 * @param leaving those that are wished no more, or elsewhere, and may still be on the same agent
 */
public record Dependents(
        WorkloadName workload,
        boolean elsewhere,
        boolean foreign,
        SortedSet<WorkloadName> leaving) {
    /** Copies the set. */
    public Dependents {
        leaving = Collections.unmodifiableSortedSet(new TreeSet<>(leaving));
    }

    /** Says whether there is nothing to tell. */
    public boolean isEmpty() {
        return !elsewhere && !foreign && leaving.isEmpty();
    }
}
