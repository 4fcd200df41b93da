package io.muster.server.core;

import io.muster.api.name.WorkloadName;
import java.util.Optional;

/** How an update changes one workload: from nothing, to nothing, or from one to another. */
record WorkloadChange(WorkloadName name, Optional<Placed> before, Optional<Placed> after) {
    /** Says whether an instance ends with the change: the old one, if any, is not the new one. */
    boolean endsInstance() {
        return before.isPresent()
                && (after.isEmpty() || !after.get().instance().equals(before.get().instance()));
    }

    /** Says whether what runs has to be started anew, or for the first time. */
    boolean starts() {
        return after.isPresent()
                && (before.isEmpty() || !after.get().changedAt().equals(before.get().changedAt()));
    }
}
