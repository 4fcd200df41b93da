package io.muster.server.core;

import io.muster.api.name.WorkloadName;
import java.util.List;
import java.util.SortedSet;

/**
 * What an update does to the desired state it was planned on.
 *
 * @param before what it was planned on
 * @param after the desired state with it; at the same revision if nothing changes
 * @param workloads those that change, by name
 * @param configs the names of those that change or go
 * @param named the workloads that the update names, changed or not
 */
record Plan(
        Wish before,
        Wish after,
        List<WorkloadChange> workloads,
        SortedSet<String> configs,
        SortedSet<WorkloadName> named) {
    Plan {
        workloads = List.copyOf(workloads);
    }

    boolean changesNothing() {
        return workloads.isEmpty() && configs.isEmpty();
    }
}
