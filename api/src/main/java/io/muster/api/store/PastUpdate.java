package io.muster.api.store;

import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.AgentAction;
import io.muster.api.request.Requester;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.Workload;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * An update of the past, and the way back behind it. What it costs follows what it changed.
 *
 * @param revision of the desired state that it made
 * @param time when it was accepted; empty if that was not recorded
 * @param by who asked for it; empty with a time for the startup manifest
 * @param workloads that it changed, as they were before; empty if they were not there
 * @param configs that it changed, likewise
 * @param agents what it made of agents; there is no way back behind that
 */
public record PastUpdate(
        Revision revision,
        Optional<Instant> time,
        Optional<Requester> by,
        Map<WorkloadName, Optional<Workload>> workloads,
        Map<String, Optional<ConfigItem>> configs,
        Map<AgentName, AgentAction> agents) {
    /** Copies the maps. */
    public PastUpdate {
        workloads = Map.copyOf(workloads);
        configs = Map.copyOf(configs);
        agents = Map.copyOf(agents);
    }

    /** One that left agents as they were. */
    public PastUpdate(
            Revision revision,
            Optional<Instant> time,
            Optional<Requester> by,
            Map<WorkloadName, Optional<Workload>> workloads,
            Map<String, Optional<ConfigItem>> configs) {
        this(revision, time, by, workloads, configs, Map.of());
    }
}
