package io.muster.api.state;

import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;

/**
 * The execution state of one instance.
 *
 * @param changedAt the revision at which the workload was created or last changed in a way that
 *     needs a restart; conditions and waits accept the state only if it matches theirs
 */
public record WorkloadState(InstanceName instance, Revision changedAt, ExecutionState state) {
    /** Returns the phase of the state. */
    public Phase phase() {
        return state.phase();
    }
}
