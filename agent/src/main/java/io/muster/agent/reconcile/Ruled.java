package io.muster.agent.reconcile;

import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Observation.Exited;
import io.muster.api.runtime.Observation.Interrupted;
import io.muster.api.state.ControlInterfaceAccess;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A workload that is wished and may ask for something.
 *
 * @param instance that is wished
 * @param there whether it is there, and nobody is about to start it
 * @param ended whether it is there and does not run
 */
public record Ruled(
        InstanceName instance, ControlInterfaceAccess rules, boolean there, boolean ended) {
    /** Returns all there are. */
    public static SortedMap<WorkloadName, Ruled> of(AgentState state) {
        var found = new TreeMap<WorkloadName, Ruled>();
        for (var each : state.workloads().values()) {
            if (each.wish() instanceof Wish.Run run
                    && run.workload().controlInterfaceAccess().grantsAny()) {
                found.put(each.name(), of(each, run));
            }
        }
        return found;
    }

    private static Ruled of(Managed managed, Wish.Run run) {
        var keeper = managed.keeper();
        boolean starting =
                managed.doing() instanceof Doing.Working(_, var task, _, _)
                        && (task instanceof Task.Create || task instanceof Task.Restart);
        return new Ruled(
                run.instance(),
                run.workload().controlInterfaceAccess(),
                keeper.isPresent() && !starting,
                !starting
                        && keeper.filter(each ->
                                        each.seen() instanceof Exited
                                                || each.seen() instanceof Interrupted)
                                .isPresent());
    }

    /** Says whether an instance of this name is there, wished or not. */
    public static boolean isThere(AgentState state, InstanceName instance) {
        var managed = state.workloads().get(instance.workload());
        return managed != null
                && managed.there().stream()
                        .anyMatch(each -> each.instance().name().equals(instance));
    }
}
