package io.muster.api.state;

import io.muster.api.name.WorkloadName;
import java.util.Map;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * A wish for a cluster: workloads, and the configs that their templates draw from.
 *
 * <p>The maps are persistent: a changed copy costs what changed, not what there is.
 *
 * @param configs by name
 */
public record State(
        PSortedMap<WorkloadName, Workload> workloads, PSortedMap<String, ConfigItem> configs) {
    /** The one version of the manifest that is written; older ones are read. */
    public static final String API_VERSION = "v1";

    /** Nothing is wished. */
    public static final State EMPTY = new State(TreePMap.empty(), TreePMap.empty());

    /** Takes ordinary maps. */
    public static State of(Map<WorkloadName, Workload> workloads, Map<String, ConfigItem> configs) {
        return new State(TreePMap.from(workloads), TreePMap.from(configs));
    }

    /** The same with this workload added or replaced. */
    public State with(WorkloadName name, Workload workload) {
        return new State(workloads.plus(name, workload), configs);
    }

    /** The same without this workload. */
    public State without(WorkloadName name) {
        return new State(workloads.minus(name), configs);
    }

    /** The same with this config added or replaced. */
    public State withConfig(String name, ConfigItem item) {
        return new State(workloads, configs.plus(name, item));
    }

    /** The same without this config. */
    public State withoutConfig(String name) {
        return new State(workloads, configs.minus(name));
    }
}
