package io.muster.simulators;

import io.muster.api.name.AgentName;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.LostContact;
import io.muster.api.state.Workload;
import io.muster.simulators.plan.Happening;
import io.muster.simulators.plan.Happening.Apply;
import io.muster.simulators.plan.Mishap;
import io.muster.simulators.plan.PlanText;
import io.muster.testkit.runtime.FakeMachine.Resident;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Does to a cluster what a plan says, and counts what really went wrong. */
final class Player {
    /** The version of workloads that do not go on without contact for long. */
    private static final int GUARDED = 4;

    private static final LostContact STOPS_SOON = new LostContact.StopAfter(Duration.ofSeconds(4));
    private static final Duration AGAIN = Duration.ofMillis(500);

    private final SimulatedCluster cluster;
    private final Map<Mishap, Long> mishaps = new EnumMap<>(Mishap.class);
    private final Misfortune misfortune;

    /** Agents that may have been deleted: who has such a name is not certain for a while. */
    private final TreeSet<AgentName> deleted = new TreeSet<>();

    Player(SimulatedCluster cluster) {
        this.cluster = cluster;
        this.misfortune = new Misfortune(cluster, this::count);
    }

    /** Returns how often each mishap befell something. */
    Map<Mishap, Long> mishaps() {
        return Map.copyOf(mishaps);
    }

    /** Says whether an instance of this workload was ever removed behind the agent's back. */
    boolean hasVanished(WorkloadName name) {
        return misfortune.hasVanished(name);
    }

    /** Says whether an agent was perhaps deleted at some time. */
    boolean mayHaveDeleted(AgentName agent) {
        return deleted.contains(agent);
    }

    /** Ends all that lasts, and all that was to come of what was ordered. */
    void heal() {
        misfortune.heal();
    }

    /** Does one thing; what lasts is ended when its time has come. */
    void perform(Happening happening) {
        cluster.trace().step(PlanText.of(happening));
        cluster.wellness().concern().before(happening);
        switch (happening) {
            case Happening.Order order -> perform(order);
            case Happening.Befall befall -> {
                switch (befall.mishap()) {
                    case RUNTIME_FAILS, RUNTIME_HANGS, PAUSE ->
                            cluster.invariants().confuse(befall.target());
                    default -> {}
                }
                if (misfortune.befalls(befall)) {
                    count(befall.mishap());
                }
            }
            case Happening.Settle _ -> {} // who plays the steps waits
            case Happening.Disturb(var fault, double rate, var lasting) -> {
                cluster.faults().worsen(fault, rate);
                cluster.in(lasting, () -> cluster.faults().ease(fault));
            }
        }
    }

    private void perform(Happening.Order order) {
        var client = cluster.client();
        switch (order) {
            case Apply apply -> client.apply(apply.name(), workload(apply));
            case Happening.ApplyIfUnchanged(var apply, int age) ->
                    client.applyIfUnchanged(apply.name(), workload(apply), age);
            case Happening.Delete(var name) -> client.delete(name);
            case Happening.AtOnce(var update) -> atOnce(update);
            case Happening.RollBack(int choice) -> client.rollBack(choice);
            case Happening.DryRun(int ghost, var apply) ->
                    client.dryRun(new WorkloadName(Invariants.GHOST + ghost), workload(apply));
            case Happening.Drain(var agent, var lasting) -> {
                if (client.drain(agent)) {
                    cluster.in(lasting, () -> undrain(agent));
                }
            }
            case Happening.DeleteAgent(var agent) -> {
                if (!cluster.hasNamesake()) { // for which the name would be free
                    deleted.add(agent);
                    client.deleteAgent(agent);
                }
            }
            case Happening.Preload(var agent, int count) -> client.preload(agent, count);
            case Happening.ReadLogs(int count) ->
                    cluster.reader().read(cluster.wished().stream().limit(count).toList());
            case Happening.StopReading(boolean dies) -> {
                if (dies) {
                    cluster.reader().die();
                } else {
                    cluster.reader().leave();
                }
            }
        }
    }

    /** Takes a drain back as soon as the client has time for that. */
    private void undrain(AgentName agent) {
        if (!cluster.client().undrain(agent)) {
            cluster.in(AGAIN, () -> undrain(agent));
        }
    }

    private void atOnce(Happening.Order update) {
        var client = cluster.client();
        switch (update) {
            case Apply apply -> client.applyAtOnce(apply.name(), workload(apply));
            case Happening.ApplyIfUnchanged(var apply, int age) ->
                    client.applyAtOnceIfUnchanged(apply.name(), workload(apply), age);
            case Happening.Delete(var name) -> client.deleteAtOnce(name);
            default -> throw new IllegalStateException("no update: " + update);
        }
    }

    /** Returns which instance such a mishap would befall. */
    Optional<Resident> victim(Happening.Befall befall) {
        return misfortune.resident(befall);
    }

    static String config(Apply apply) {
        return "version " + apply.version();
    }

    private static Workload workload(Apply apply) {
        return Workload.of(apply.agent().value(), SimulatedNode.RUNTIME, config(apply))
                .withRestartPolicy(apply.policy())
                .withDependencies(apply.needs())
                .withTags(
                        apply.tag() == 0
                                ? new TreeMap<>()
                                : new TreeMap<>(Map.of("tag", String.valueOf(apply.tag()))))
                .withLostContact(apply.version() == GUARDED ? STOPS_SOON : LostContact.KEEP);
    }

    private void count(Mishap mishap) {
        mishaps.merge(mishap, 1L, Long::sum);
    }
}
