package io.muster.server.core;

import io.muster.api.name.WorkloadName;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * What one agent has of a desired state. Persistent: a changed copy costs what changed.
 *
 * @param workloads all of its workloads
 * @param dependants those of them that depend on others
 * @param burden how big its message is at most
 */
record Share(
        PSortedMap<WorkloadName, Placed> workloads,
        PSortedMap<WorkloadName, Placed> dependants,
        Burden burden) {
    static final Share NONE = new Share(TreePMap.empty(), TreePMap.empty(), Burden.NONE);

    /** The same with one workload more, which it does not have. */
    Share plus(WorkloadName name, Placed placed) {
        return new Share(
                workloads.plus(name, placed),
                placed.written().dependencies().isEmpty()
                        ? dependants
                        : dependants.plus(name, placed),
                burden.plus(placed));
    }

    /** The same without one of its workloads. */
    Share minus(WorkloadName name, Placed placed) {
        return new Share(workloads.minus(name), dependants.minus(name), burden.minus(placed));
    }

    /** The same with a message of which the size is known. */
    Share measured(int bytes) {
        return new Share(workloads, dependants, Burden.measured(bytes));
    }
}
