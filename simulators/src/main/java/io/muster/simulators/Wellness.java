package io.muster.simulators;

import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.state.CompleteState;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import io.muster.api.tree.StateTree;
import io.muster.simulators.Invariants.Promise;
import io.muster.testkit.runtime.FakeMachine.Resident;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What must hold where one thing happens at a time, and somebody waits after each until all is
 * well: stricter than what can be promised when everything goes wrong at once.
 */
final class Wellness {
    /** How often somebody looks. */
    private static final Duration LOOKS_EVERY = Duration.ofMillis(250);

    /** However long runtimes are busy. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final SimulatedCluster cluster;
    private final Concern concern;

    /** What was alive when all was well, by host. */
    private final Map<String, Map<InstanceName, Resident>> remembered = new TreeMap<>();

    /** What the server has shown in this life. */
    private final Set<InstanceName> everListed = new HashSet<>();

    private int life;

    Wellness(SimulatedCluster cluster) {
        this.cluster = cluster;
        this.concern = new Concern(cluster);
    }

    Concern concern() {
        return concern;
    }

    /**
     * Waits until all is as it should be, and looks what was left alone.
     *
     * @param within from now on, and since runtimes were busy with what takes long or fails
     * @throws AssertionError if it is not within this time
     */
    void settle(Duration within) {
        var begun = cluster.elapsed();
        var most = begun.plus(LONGEST);
        for (var ailment = ailment(); ailment.isPresent(); ailment = ailment()) {
            var toil = cluster.toil().until();
            var end = (toil.compareTo(begun) > 0 ? toil : begun).plus(within);
            if (cluster.elapsed().compareTo(end.compareTo(most) < 0 ? end : most) >= 0) {
                throw new AssertionError(
                        "not well within %d s: %s%nserver says: %s%nwished: %s%n%s"
                                .formatted(
                                        within.toSeconds(),
                                        ailment.get(),
                                        cluster.server().state().map(CompleteState::workloadStates),
                                        cluster.client().acknowledged(),
                                        cluster.trace().tail(60)));
            }
            cluster.pass(LOOKS_EVERY);
        }
        isWell();
    }

    /** Returns something that is not as it should be. */
    private Optional<String> ailment() {
        if (cluster.client().isBusy()) {
            return Optional.of("an update has no answer");
        }
        var known = cluster.server().state();
        if (known.isEmpty()) {
            return Optional.of("there is no server");
        }
        return machines()
                .or(() -> listing(known.get()))
                .or(() -> agents(known.get()))
                .or(() -> observer(known.get()));
    }

    /** All is well: what was not concerned is as it was. */
    private void isWell() {
        var invariants = cluster.invariants();
        invariants.looked(Promise.SOON_WELL);
        for (var node : cluster.nodes()) {
            var now = alive(node);
            var before = remembered.put(node.host(), wellOf(now));
            if (before == null) {
                continue;
            }
            before.forEach((instance, resident) -> {
                if (concern.includes(node.host(), instance.workload())) {
                    return;
                }
                invariants.looked(Promise.LEFT_ALONE);
                if (!resident.equals(now.get(instance))) {
                    invariants.broken(
                            "%s was well, and not concerned; now there is %s"
                                    .formatted(resident, now.get(instance)));
                }
            });
        }
        concern.nobody();
    }

    /** Leaves out what is about to go, or waits for others. */
    private Map<InstanceName, Resident> wellOf(Map<InstanceName, Resident> alive) {
        var well = new TreeMap<InstanceName, Resident>();
        var wished = cluster.wished();
        for (var each : cluster.server().state().orElseThrow().workloadStates()) {
            var resident = alive.get(each.instance());
            boolean runs =
                    each.phase() == Phase.RUNNING_OK || each.phase() == Phase.AGENT_DISCONNECTED;
            if (resident != null
                    && runs
                    && wished.contains(each.instance())
                    && !cluster.isOld(resident)) {
                well.put(each.instance(), resident);
            }
        }
        return well;
    }

    private static Map<InstanceName, Resident> alive(SimulatedNode node) {
        var alive = new TreeMap<InstanceName, Resident>();
        for (var each : node.machine().residents()) {
            if (each.alive()) {
                alive.put(each.instance(), each);
            }
        }
        return alive;
    }

    private Set<InstanceName> alive() {
        var alive = new TreeSet<InstanceName>();
        cluster.nodes().stream()
                .filter(node -> !isAway(node))
                .forEach(node -> alive.addAll(alive(node).keySet()));
        return alive;
    }

    private boolean isIsolated(SimulatedNode node) {
        return cluster.broker().isFrozen(node.host());
    }

    private boolean isAway(SimulatedNode node) {
        return !node.isUp() || isIsolated(node);
    }

    private boolean isDrained(String agent) {
        return cluster.client().perhapsDrained().contains(new AgentName(agent));
    }

    private Optional<String> machines() {
        var alive = alive();
        var ties = cluster.ties(alive);
        var uncertain = cluster.client().uncertain();
        var wished = cluster.wished();
        for (var node : cluster.nodes()) {
            var here = alive(node);
            var missing = missingInIsolation(node, here.keySet());
            if (missing.isPresent()) {
                return missing;
            }
            if (isAway(node)) {
                continue;
            }
            for (var resident : here.values()) {
                var instance = resident.instance();
                boolean isWished = wished.contains(instance) && !isDrained(instance.agent());
                boolean mayStay =
                        isDrained(instance.agent())
                                ? ties.mayWaitForDrain(instance)
                                : ties.mayWaitToStop(instance);
                if (!isWished && !mayStay && !uncertain.contains(instance.workload())) {
                    return Optional.of("left: " + instance);
                }
                if (concern.hasEnded(resident)) {
                    return Optional.of("runs again, though it has ended: " + instance);
                }
                if (cluster.isOld(resident) && !mayStay) {
                    return Optional.of("to be made anew, and runs on: " + instance);
                }
            }
            for (var instance : wished) {
                boolean isHere = instance.agent().equals(node.name().value());
                if (isHere
                        && !here.containsKey(instance)
                        && !isDrained(instance.agent())
                        && !concern.hasEnded(instance.workload())
                        && !ties.mayWaitToStart(instance)) {
                    return Optional.of("missing: " + instance);
                }
            }
        }
        if (concern.hasEnds()) {
            cluster.invariants().looked(Promise.ENDED_FOR_GOOD);
        }
        return Optional.empty();
    }

    /**
     * What ran runs, though a node hears nothing and was restarted: unless it is drained, or its
     * disk did not take the newest wish.
     */
    private Optional<String> missingInIsolation(SimulatedNode node, Set<InstanceName> here) {
        var before = remembered.get(node.host());
        if (!isIsolated(node)
                || !node.isUp()
                || before == null
                || node.hasStartedBehind()
                || isDrained(node.name().value())) {
            return Optional.empty();
        }
        return before.keySet().stream()
                .filter(each -> !here.contains(each) && !concern.isWishedAnew(each.workload()))
                .findFirst()
                .map(each ->
                        "%s hears nothing; it had %s, and has %s"
                                .formatted(node.host(), each, here));
    }

    /** What is listed is what is there. */
    private Optional<String> listing(CompleteState known) {
        var uncertain = cluster.client().uncertain();
        var listed = new TreeMap<InstanceName, WorkloadState>();
        for (var each : known.workloadStates()) {
            if (listed.put(each.instance(), each) != null) {
                return Optional.of("listed twice: " + each.instance());
            }
        }
        if (cluster.server().lives() != life) {
            life = cluster.server().lives();
            everListed.clear();
        }
        everListed.addAll(listed.keySet());
        var wished = cluster.wished();
        for (var instance : wished) {
            if (!listed.containsKey(instance)) {
                return Optional.of("wished, and not listed: " + instance);
            }
        }
        var lives = new TreeSet<InstanceName>();
        for (var node : cluster.nodes()) {
            for (var instance : alive(node).keySet()) {
                lives.add(instance);
                var shown = listed.get(instance);
                if (shown == null && isAway(node) && !everListed.contains(instance)) {
                    continue; // what was deleted before this life of the server, nobody has told it
                }
                if (shown == null) {
                    return Optional.of("lives, and is not listed: " + instance);
                }
                if (isAway(node) == (shown.phase() == Phase.RUNNING_OK)
                        && shown.phase() != Phase.STOPPING_WAITING_TO_STOP) {
                    return Optional.of(
                            "%s lives on %s, and is listed as %s"
                                    .formatted(
                                            instance,
                                            isAway(node) ? "a node that is away" : "a node",
                                            shown));
                }
            }
        }
        for (var shown : listed.values()) {
            var instance = shown.instance();
            boolean isThere = !isAway(cluster.node(instance.agent()));
            if (isThere && shown.phase() == Phase.AGENT_DISCONNECTED) {
                return Optional.of("the agent is there, and listed is " + shown);
            }
            if (isThere && shown.phase() == Phase.RUNNING_OK && !lives.contains(instance)) {
                return Optional.of("does not live, and listed is " + shown);
            }
            if (isThere
                    && !wished.contains(instance)
                    && !lives.contains(instance)
                    && !uncertain.contains(instance.workload())) {
                return Optional.of("gone, and still listed: " + shown);
            }
        }
        return Optional.empty();
    }

    private Optional<String> agents(CompleteState known) {
        for (var node : cluster.nodes()) {
            var its = known.agents().get(node.name());
            boolean isListed = its != null && !its.away();
            if (isListed == isAway(node)) {
                return Optional.of(
                        "%s is %s, and listed is %s"
                                .formatted(node.name(), isAway(node) ? "away" : "there", its));
            }
        }
        return Optional.empty();
    }

    private Optional<String> observer(CompleteState known) {
        return Objects.equals(cluster.observer().tree(), Optional.of(StateTree.of(known)))
                ? Optional.empty()
                : Optional.of("the observer does not know everything");
    }
}
