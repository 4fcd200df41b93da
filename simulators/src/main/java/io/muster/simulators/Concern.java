package io.muster.simulators;

import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.Phase;
import io.muster.api.state.RestartPolicy;
import io.muster.simulators.plan.Happening;
import io.muster.simulators.plan.Happening.Apply;
import io.muster.simulators.plan.Mishap;
import io.muster.testkit.runtime.FakeMachine.Resident;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whom it concerns what has happened since all was well, and what has ended for good. */
final class Concern {
    private final SimulatedCluster cluster;
    private final Set<WorkloadName> workloads = new HashSet<>();
    private final Set<String> hosts = new HashSet<>();
    private final Map<WorkloadName, End> ended = new HashMap<>();
    private boolean isEverybody = true;

    /**
     * What ended as its policy wishes.
     *
     * @param changedAt of which wish it was
     * @param witness the only one who knows, if nothing is left that tells
     * @param isSeen that one has seen for certain how it ended
     */
    private record End(Revision changedAt, Optional<Witness> witness, boolean isSeen) {
        boolean isKnown() {
            return witness.filter(each -> each.node.lives() != each.life).isEmpty();
        }
    }

    /** A life of an agent. */
    private record Witness(SimulatedNode node, int life) {}

    Concern(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    /** Says whether something happened to a workload, or to the node on which it is. */
    boolean includes(String host, WorkloadName name) {
        return isEverybody || hosts.contains(host) || workloads.contains(name);
    }

    /** Says whether a workload is wished anew, or ended otherwise. */
    boolean isWishedAnew(WorkloadName name) {
        return workloads.contains(name);
    }

    /** All is well: from now on. */
    void nobody() {
        workloads.clear();
        hosts.clear();
        isEverybody = false;
    }

    /** Says whether anything has ended for good. */
    boolean hasEnds() {
        return !ended.isEmpty();
    }

    /** Says whether a workload, as it is wished now, has ended as its policy wishes. */
    boolean hasEnded(WorkloadName name) {
        var end = ended.get(name);
        return end != null
                && end.isKnown()
                && cluster.client()
                        .begun(name)
                        .filter(each -> each.compareTo(end.changedAt) > 0)
                        .isEmpty();
    }

    /** Says whether an instance is of a wish that has certainly ended so. */
    boolean hasEnded(Resident resident) {
        var end = ended.get(resident.instance().workload());
        return end != null
                && end.isKnown()
                && end.isSeen
                && end.changedAt.equals(SimulatedCluster.changedAt(resident));
    }

    /** Notes whom it concerns that something is about to happen. */
    void before(Happening happening) {
        switch (happening) {
            case Happening.AtOnce(var order) -> before(order);
            case Apply apply -> before(apply);
            case Happening.ApplyIfUnchanged(var apply, _) -> before(apply);
            case Happening.Delete(var name) -> concern(name);
            case Happening.Drain(var agent, _) -> hosts.add(agent.value());
            case Happening.Befall befall -> before(befall);
            case Happening.RollBack _, Happening.DeleteAgent _ -> isEverybody = true;
            case Happening.Settle _,
                    Happening.Disturb _,
                    Happening.DryRun _,
                    Happening.Preload _,
                    Happening.ReadLogs _,
                    Happening.StopReading _ -> {}
        }
    }

    private void before(Apply apply) {
        var before = cluster.client().acknowledged().get(apply.name());
        boolean isNew =
                before == null
                        || workloads.contains(apply.name())
                        || !before.agent().equals(apply.agent().value())
                        || !before.runtimeConfig().equals(Player.config(apply));
        if (isNew) {
            concern(apply.name());
        }
    }

    private void before(Happening.Befall befall) {
        switch (befall.mishap()) {
            case POWER_CUT, POWER_CUT_AFTER_WRITE, POWER_CUT_BEFORE_WRITE ->
                    hosts.add(befall.target());
            case EXIT, VANISH, PAUSE ->
                    cluster.player().victim(befall).ifPresent(victim -> before(befall, victim));
            default -> {}
        }
    }

    private void before(Happening.Befall befall, Resident victim) {
        var name = victim.instance().workload();
        workloads.add(name);
        if (victim.alive()) {
            Optional.ofNullable(cluster.client().acknowledged().get(name))
                    .ifPresent(workload -> ends(befall, victim, workload.restartPolicy()));
        } else if (befall.mishap() == Mishap.VANISH && hasEnded(victim)) {
            ended.put(name, witnessed(befall, victim, isShownAsEnded(victim.instance())));
        }
    }

    private void ends(Happening.Befall befall, Resident victim, RestartPolicy policy) {
        var name = victim.instance().workload();
        if (befall.mishap() == Mishap.EXIT && !isRestarted(policy, befall.choice() % 2 == 0)) {
            ended.put(name, new End(SimulatedCluster.changedAt(victim), Optional.empty(), true));
        } else if (befall.mishap() == Mishap.VANISH && policy == RestartPolicy.NEVER) {
            ended.put(name, witnessed(befall, victim, true));
        }
    }

    private End witnessed(Happening.Befall befall, Resident victim, boolean isSeen) {
        var node = cluster.node(befall.target());
        return new End(
                SimulatedCluster.changedAt(victim),
                Optional.of(new Witness(node, node.lives())),
                isSeen);
    }

    private boolean isShownAsEnded(InstanceName instance) {
        return cluster.server().state().stream()
                .flatMap(state -> state.workloadStates().stream())
                .filter(each -> each.instance().equals(instance))
                .anyMatch(each ->
                        each.phase() == Phase.SUCCEEDED_OK
                                || each.phase() == Phase.FAILED_EXEC_FAILED);
    }

    private static boolean isRestarted(RestartPolicy policy, boolean success) {
        return switch (policy) {
            case ALWAYS -> true;
            case ON_FAILURE -> !success;
            case NEVER -> false;
        };
    }

    /** A workload is wished anew, and with it those that are restarted with it. */
    private void concern(WorkloadName name) {
        workloads.add(name);
        cluster.client()
                .acknowledged()
                .forEach((each, workload) -> {
                    var dependency = workload.dependencies().get(name);
                    if (dependency != null
                            && dependency.onUpdate() == OnUpdate.RESTART
                            && !workloads.contains(each)) {
                        concern(each);
                    }
                });
    }
}
