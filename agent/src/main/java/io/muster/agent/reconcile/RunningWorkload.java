package io.muster.agent.reconcile;

import io.muster.api.name.InstanceName;
import io.muster.api.runtime.Observation;
import io.muster.api.shell.ProcessRef;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;

/**
 * An instance that ran when its runtime was looked at last.
 *
 * @param processes the main process of each of its containers; one, if it is no pod
 */
public record RunningWorkload(InstanceName instance, String runtime, List<ProcessRef> processes) {
    /** Copies the list. */
    public RunningWorkload {
        processes = List.copyOf(processes);
    }

    /** Returns all that an agent knows of, each name once: that which is as wished comes first. */
    public static List<RunningWorkload> of(AgentState state) {
        var running = new LinkedHashMap<InstanceName, RunningWorkload>();
        for (var workload : state.workloads().values()) {
            for (var each :
                    Stream.concat(workload.keeper().stream(), workload.there().stream()).toList()) {
                if (each.seen() instanceof Observation.Running(var processes)) {
                    var instance = each.instance();
                    running.putIfAbsent(
                            instance.name(),
                            new RunningWorkload(instance.name(), instance.runtime(), processes));
                }
            }
        }
        return List.copyOf(running.values());
    }
}
