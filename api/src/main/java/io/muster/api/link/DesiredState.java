package io.muster.api.link;

import io.muster.api.name.StateVersion;
import java.util.List;

/**
 * The complete wish for one agent, in one message.
 *
 * @param takeOver obey although the lineage is foreign
 * @param workloads sorted by workload name, one per name
 */
public record DesiredState(
        StateVersion version, boolean takeOver, List<AssignedWorkload> workloads) {
    /** Copies the list. */
    public DesiredState {
        workloads = List.copyOf(workloads);
    }
}
