package io.muster.simulators;

import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.Dependents;
import io.muster.api.link.DesiredState;
import io.muster.api.name.AgentName;
import io.muster.api.name.StateVersion;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.LostContact;
import io.muster.api.state.OnUpdate;
import io.muster.testkit.runtime.FakeMachine.Resident;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Judges what agents stop by what they were told: one that obeys any of the desired states that it
 * may be working from is right.
 */
final class Stops {
    private final Map<AgentName, List<DesiredState>> told = new TreeMap<>();

    /** Whether something may be stopped. */
    sealed interface Verdict {
        /** It cannot be judged: as far as is known it is as wished. */
        record NobodyKnows() implements Verdict {}

        /**
         * It may.
         *
         * @param mayHaveWaited it is one that others depend on
         */
        record Right(boolean mayHaveWaited) implements Verdict {}

        /** It is needed. */
        record Needed(WorkloadName by) implements Verdict {}
    }

    /** An agent is told what is wished. */
    void told(AgentName agent, DesiredState desired) {
        var all = told.computeIfAbsent(agent, _ -> new ArrayList<>());
        if (!all.contains(desired)) {
            all.add(desired);
        }
    }

    /** An agent works from this version, and never again from an older one. */
    void observed(AgentName agent, StateVersion version) {
        var all = told.getOrDefault(agent, new ArrayList<>());
        if (all.stream().anyMatch(each -> each.version().equals(version))) {
            all.removeIf(each -> each.version().isOlderThan(version));
        }
    }

    /**
     * Judges.
     *
     * @param others what else runs on the node
     */
    Verdict judge(AgentName agent, Resident stopped, Set<WorkloadName> others) {
        Optional<WorkloadName> needed = Optional.empty();
        for (var desired : told.getOrDefault(agent, List.of())) {
            if (mayStop(desired, stopped)) {
                var on = stopped.instance().workload();
                needed = others.stream().filter(each -> isNeeded(desired, on, each)).findFirst();
                if (needed.isEmpty()) {
                    return new Verdict.Right(hasDependents(desired, on));
                }
            }
        }
        return needed.<Verdict>map(Verdict.Needed::new).orElseGet(Verdict.NobodyKnows::new);
    }

    /** Says whether it is to go, and for no other reason than that it is not wished. */
    private static boolean mayStop(DesiredState desired, Resident resident) {
        var here = find(desired, resident.instance().workload());
        boolean isGuarded =
                here.filter(each -> each.workload().lostContact() instanceof LostContact.StopAfter)
                        .isPresent();
        boolean isWished =
                here.filter(each -> each.instance().equals(resident.instance()))
                        .filter(each ->
                                resident.mark()
                                        .filter(mark -> mark.changedAt().equals(each.changedAt()))
                                        .isPresent())
                        .isPresent();
        return !isGuarded && (!isWished || desired.drained());
    }

    private static Optional<AssignedWorkload> find(DesiredState desired, WorkloadName name) {
        return desired.workloads().stream()
                .filter(each -> each.instance().workload().equals(name))
                .findFirst();
    }

    private static Optional<Dependents> dependents(DesiredState desired, WorkloadName on) {
        return desired.dependents().stream().filter(each -> each.workload().equals(on)).findFirst();
    }

    private static boolean isNeeded(DesiredState desired, WorkloadName on, WorkloadName by) {
        var told = dependents(desired, on);
        boolean isUpdate =
                !desired.drained()
                        && (find(desired, on).isPresent()
                                || told.filter(Dependents::elsewhere).isPresent());
        return find(desired, by)
                .map(each -> each.workload().dependencies().get(on))
                .map(each -> each.lasts() && !(isUpdate && each.onUpdate() == OnUpdate.IGNORE))
                .orElseGet(() -> told.filter(each -> each.leaving().contains(by)).isPresent());
    }

    private static boolean hasDependents(DesiredState desired, WorkloadName on) {
        return dependents(desired, on).isPresent()
                || desired.workloads().stream()
                        .anyMatch(each -> each.workload().dependencies().containsKey(on));
    }
}
