package io.muster.server.core;

import io.muster.api.link.AssignedWorkload;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.state.Workload;

/**
 * A workload of a desired state: as written, and as its agent gets it, with its templates filled
 * in.
 *
 * @param obstacle why it can be given to no agent, with a remedy; empty if it can. Only what a
 *     store holds from before a rule was made can have one, since an update would be refused
 */
record Placed(Workload written, AssignedWorkload assigned, String obstacle) {
    InstanceName instance() {
        return assigned.instance();
    }

    Revision changedAt() {
        return assigned.changedAt();
    }

    /** Returns the agent's name, empty for none. */
    String agent() {
        return assigned.instance().agent();
    }
}
