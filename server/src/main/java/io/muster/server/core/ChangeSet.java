package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.WorkloadState;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What observers see change at once: one event. Each path changes at most once in it. */
final class ChangeSet {
    /**
     * How something changed.
     *
     * @param value what it is now; empty if it is gone
     */
    record Altered<T>(Kind kind, Optional<T> value) {
        static <T> Altered<T> between(Optional<?> before, Optional<T> after) {
            return new Altered<>(
                    after.isEmpty() ? Kind.REMOVED : before.isEmpty() ? Kind.ADDED : Kind.UPDATED,
                    after);
        }
    }

    /** The kinds of changes. */
    enum Kind {
        ADDED,
        UPDATED,
        REMOVED
    }

    final Revision revision;
    final Map<WorkloadName, Altered<Placed>> workloads = new TreeMap<>();
    final Map<String, Altered<ConfigItem>> configs = new TreeMap<>();
    final Map<InstanceName, Altered<WorkloadState>> states = new TreeMap<>();
    final Map<AgentName, Altered<AgentAttributes>> agents = new TreeMap<>();

    ChangeSet(Revision revision) {
        this.revision = revision;
    }

    boolean isEmpty() {
        return workloads.isEmpty() && configs.isEmpty() && states.isEmpty() && agents.isEmpty();
    }
}
