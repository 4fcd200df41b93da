package io.muster.server.core;

import io.muster.api.difference.Difference;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import java.util.TreeSet;

/**
 * What observers see change at once: one event. Names what changes, each at most once, between two
 * views.
 */
final class ChangeSet {
    final TreeSet<WorkloadName> workloads = new TreeSet<>();
    final TreeSet<String> configs = new TreeSet<>();
    final TreeSet<InstanceName> states = new TreeSet<>();
    final TreeSet<AgentName> agents = new TreeSet<>();
    private final View before;
    private View after;

    ChangeSet(View before) {
        this.before = before;
        this.after = before;
    }

    /** Takes what it has come to. */
    void end(View view) {
        after = view;
    }

    /** Returns the revision of the desired state afterwards. */
    Revision revision() {
        return after.wish().revision();
    }

    /** Returns the difference between the two views. Costs what changed. */
    Difference difference() {
        return Difference.between(Excerpt.of(before, this), Excerpt.of(after, this));
    }
}
