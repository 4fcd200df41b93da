package io.muster.simulators;

import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.Workload;
import java.util.Map;
import java.util.Set;

/**
 * What workloads that depend on each other may wait for when all has come to rest.
 *
 * @param wished the workloads, as acknowledged
 * @param uncertain those of which it is not known what is wished
 * @param alive the instances that run
 * @param old those of them that are to be made anew, by the same name
 */
record Ties(
        Map<WorkloadName, Workload> wished,
        Set<WorkloadName> uncertain,
        Set<InstanceName> alive,
        Set<InstanceName> old) {
    /** Says whether a wished instance that does not run may be waiting. */
    boolean mayWaitToStart(InstanceName instance) {
        var workload = wished.get(instance.workload());
        if (workload == null) {
            return false;
        }
        boolean behindAnother =
                alive.stream()
                        .anyMatch(each ->
                                each.workload().equals(instance.workload())
                                        && each.agent().equals(instance.agent())
                                        && mayWaitToStop(each));
        return behindAnother
                || workload.dependencies().entrySet().stream()
                        .anyMatch(each ->
                                !each.getValue().lasts()
                                        || uncertain.contains(each.getKey())
                                        || !runsAsWished(each.getKey()));
    }

    /**
     * Says whether an instance may be waiting for dependents to end. What those needed that are
     * wished no more is not known here: one of them that has to wait itself may need any other.
     */
    boolean mayWaitToStop(InstanceName instance) {
        return isNeeded(instance)
                || !uncertain.isEmpty() // it may be one of those that need it
                || alive.stream()
                        .anyMatch(each ->
                                !each.equals(instance)
                                        && !wished.containsKey(each.workload())
                                        && isNeeded(each));
    }

    /** Says whether an instance of a drained node may be waiting for dependents elsewhere. */
    boolean mayWaitForDrain(InstanceName instance) {
        return mayWaitToStop(instance)
                || wished.entrySet().stream()
                        .anyMatch(each -> {
                            var dependency =
                                    each.getValue().dependencies().get(instance.workload());
                            return dependency != null
                                    && dependency.lasts()
                                    && isAlive(each.getKey());
                        });
    }

    private boolean isNeeded(InstanceName instance) {
        var on = instance.workload();
        boolean update = wished.containsKey(on);
        return wished.entrySet().stream()
                .anyMatch(each -> {
                    var dependency = each.getValue().dependencies().get(on);
                    return dependency != null
                            && dependency.lasts()
                            && (!update || dependency.onUpdate() != OnUpdate.IGNORE)
                            && isAlive(each.getKey());
                });
    }

    private boolean runsAsWished(WorkloadName name) {
        var workload = wished.get(name);
        if (workload == null) {
            return false;
        }
        var instance = InstanceName.of(name, workload.runtimeConfig(), workload.agent());
        return alive.contains(instance)
                && !old.contains(instance)
                && !mayWaitToBeRestarted(workload, instance);
    }

    /**
     * Restarted with what it needs, it would be the same instance; others may keep it from that.
     */
    private boolean mayWaitToBeRestarted(Workload workload, InstanceName instance) {
        return isNeeded(instance)
                && workload.dependencies().values().stream()
                        .anyMatch(each -> each.onUpdate() == OnUpdate.RESTART);
    }

    private boolean isAlive(WorkloadName name) {
        return alive.stream().anyMatch(each -> each.workload().equals(name));
    }
}
