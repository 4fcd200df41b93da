package io.muster.simulators;

import io.muster.api.bus.Payload;
import io.muster.api.bus.Publication;
import io.muster.api.codec.LinkCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.DesiredState;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.StateVersion;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Mark;
import io.muster.api.runtime.Order;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.Workload;
import io.muster.api.topic.AgentChannel;
import io.muster.api.topic.Topics;
import io.muster.simulators.Invariants.Promise;
import io.muster.testkit.runtime.FakeMachine;
import io.muster.testkit.runtime.FakeMachine.Resident;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Looks for the grounds on which things are published, started and stopped: what was wished, what
 * is stored, what an agent has on its disk, and what others need.
 */
final class Grounds {
    private final Topics topics;
    private final Invariants invariants;
    private final SimulatedStore store;

    /** Returns what is wished as far as the client knows; empty while too much goes wrong. */
    private final Supplier<Optional<Map<WorkloadName, Workload>>> calmWishes;

    private final Map<AgentName, SimulatedNode> nodes = new TreeMap<>();

    /** As of when the instance of a workload was to be that was wished at a revision. */
    private final Map<Name, TreeMap<Revision, Revision>> wished = new HashMap<>();

    /** What was wished last of each instance. */
    private final Map<InstanceName, Workload> told = new HashMap<>();

    /** What each agent was told last. */
    private final Map<AgentName, DesiredState> last = new TreeMap<>();

    /** The last of those of which a process ran. */
    private final Map<Name, Revision> ran = new HashMap<>();

    private final Set<Begun> begun = new HashSet<>();

    /** What was not wished there at some time since it was started last. */
    private final Set<Place> deleted = new HashSet<>();

    /** The instances that could be started at once, and were not yet. */
    private final Map<WorkloadName, Set<InstanceName>> prepared = new HashMap<>();

    private record Name(Lineage lineage, WorkloadName workload) {}

    private record Place(AgentName agent, WorkloadName workload) {}

    private record Begun(InstanceName instance, Mark mark) {}

    Grounds(
            Topics topics,
            Invariants invariants,
            SimulatedStore store,
            Supplier<Optional<Map<WorkloadName, Workload>>> calmWishes) {
        this.topics = topics;
        this.invariants = invariants;
        this.store = store;
        this.calmWishes = calmWishes;
    }

    /** Looks at what is done on a node. */
    void watch(SimulatedNode node) {
        nodes.put(node.name(), node);
        node.machine().watch(new MachineWatch());
    }

    /** Looks at what somebody has published. */
    void published(Publication publication) {
        var about = topics.agentTopic(publication.topic());
        if (about.isEmpty()
                || about.get().channel() != AgentChannel.DESIRED
                || publication.payload().size() == 0) {
            return;
        }
        try {
            wished(about.get().agent(), LinkCodec.decodeDesired(publication.payload()));
        } catch (MalformedMessage e) {
            throw new AssertionError("somebody published a broken message", e);
        }
    }

    private void wished(AgentName agent, DesiredState desired) {
        forget(agent, desired);
        for (var each : desired.workloads()) {
            wished.computeIfAbsent(
                            new Name(desired.version().lineage(), each.instance().workload()),
                            _ -> new TreeMap<>())
                    .put(desired.version().revision(), each.changedAt());
            told.put(each.instance(), each.workload());
            isStored(desired.version(), each);
        }
    }

    /** What was to be stopped meanwhile need not be there when something follows it. */
    private void forget(AgentName agent, DesiredState desired) {
        var now = names(desired);
        Optional.ofNullable(last.put(agent, desired)).stream()
                .flatMap(before -> names(before).stream())
                .filter(each -> !now.contains(each))
                .forEach(each -> deleted.add(new Place(agent, each)));
    }

    private static Set<WorkloadName> names(DesiredState desired) {
        return desired.workloads().stream()
                .map(each -> each.instance().workload())
                .collect(Collectors.toSet());
    }

    /** Agents are told what the store has, and never what it has refused. */
    private void isStored(StateVersion version, AssignedWorkload told) {
        if (!store.lineage().equals(Optional.of(version.lineage()))) {
            return; // somebody else's
        }
        invariants.looked(Promise.PUBLISHED_IS_STORED);
        if (!store.hasStored(told.instance(), told.changedAt())) {
            invariants.broken(
                    "%s of revision %s was published, and never stored"
                            .formatted(told.instance(), told.changedAt()));
        }
    }

    /** Looks at something that is about to be made. */
    void starting(Order order) {
        if (!begun.add(new Begun(order.instance(), order.mark()))) {
            return; // what had begun goes on without a question
        }
        var lineage = order.mark().lineage();
        order.workload()
                .dependencies()
                .forEach((on, dependency) -> {
                    var name = new Name(lineage, on);
                    var needed = asOf(name, order.mark().changedAt());
                    if (!dependency.lasts() || needed.isEmpty()) {
                        return;
                    }
                    invariants.looked(Promise.PRESENT_CONDITIONS_HELD);
                    var newest = ran.get(name);
                    if (newest == null || newest.compareTo(needed.get()) < 0) {
                        invariants.broken(
                                ("%s of revision %s starts, and needs %s as it is since revision"
                                                + " %s: what ran last is of %s")
                                        .formatted(
                                                order.instance(),
                                                order.mark().changedAt(),
                                                on,
                                                needed.get(),
                                                newest));
                    }
                });
    }

    /**
     * Returns as of when the instance of a workload had to be for what was wished at a revision;
     * what is wished again before it was stopped goes on as it was.
     */
    private Optional<Revision> asOf(Name name, Revision revision) {
        var its = wished.getOrDefault(name, new TreeMap<>());
        return Optional.ofNullable(its.floorKey(revision))
                .map(first -> Collections.min(its.tailMap(first).values()));
    }

    private final class MachineWatch implements FakeMachine.Watch {
        @Override
        public void prepared(Order order) {
            prepared.computeIfAbsent(order.instance().workload(), _ -> new HashSet<>())
                    .add(order.instance());
        }

        @Override
        public void started(Resident resident) {
            var instance = resident.instance();
            prepared.computeIfAbsent(instance.workload(), _ -> new HashSet<>()).remove(instance);
            deleted.remove(new Place(resident.agent(), instance.workload()));
            resident.mark()
                    .ifPresent(mark ->
                            ran.merge(
                                    new Name(mark.lineage(), instance.workload()),
                                    mark.changedAt(),
                                    (one, other) -> one.compareTo(other) > 0 ? one : other));
        }

        @Override
        public void stopping(Resident resident) {
            if (resident.alive()) {
                successorIsPrepared(resident);
                nobodyNeeds(resident);
            }
        }
    }

    /** What runs is not ended before its successor there can be started. */
    private void successorIsPrepared(Resident resident) {
        var instance = resident.instance();
        var node = nodes.get(resident.agent());
        var wish = node == null ? Optional.<DesiredState>empty() : copy(node);
        if (wish.isEmpty()
                || wish.get().drained()
                || deleted.contains(new Place(resident.agent(), instance.workload()))) {
            return;
        }
        var successor =
                wish.get().workloads().stream()
                        .map(AssignedWorkload::instance)
                        .filter(each -> each.workload().equals(instance.workload()))
                        .filter(each -> !each.equals(instance))
                        .findFirst();
        if (successor.isEmpty()) {
            return;
        }
        invariants.looked(Promise.SUCCESSOR_IS_PREPARED);
        if (prepared.getOrDefault(instance.workload(), Set.of()).isEmpty()) {
            invariants.broken(
                    "%s is stopped, and %s is not prepared".formatted(instance, successor.get()));
        }
    }

    private static Optional<DesiredState> copy(SimulatedNode node) {
        try {
            var bytes = node.disk().read(SimulatedNode.WISH);
            return bytes.isEmpty()
                    ? Optional.empty()
                    : Optional.of(LinkCodec.decodeDesired(Payload.of(bytes.get())));
        } catch (MalformedMessage e) {
            throw new AssertionError("an agent wrote something broken", e);
        }
    }

    /** What runs is not stopped under what needs it. */
    private void nobodyNeeds(Resident resident) {
        var wishes = calmWishes.get();
        if (wishes.isEmpty()) {
            return;
        }
        var on = resident.instance().workload();
        boolean isUpdate = wishes.get().containsKey(on);
        invariants.looked(Promise.NEEDED_IS_KEPT);
        for (var node : nodes.values()) {
            for (var dependent : node.machine().residents()) {
                if (dependent.alive() && needs(dependent.instance(), on, isUpdate, wishes.get())) {
                    invariants.broken(
                            "%s is stopped, and %s, which needs it, still runs"
                                    .formatted(resident.instance(), dependent.instance()));
                }
            }
        }
    }

    private boolean needs(
            InstanceName dependent,
            WorkloadName on,
            boolean isUpdate,
            Map<WorkloadName, Workload> wishes) {
        var its = told.get(dependent);
        var wish = wishes.get(dependent.workload());
        return its != null
                && needs(its, on, isUpdate)
                && (wish == null || needs(wish, on, isUpdate));
    }

    private static boolean needs(Workload dependent, WorkloadName on, boolean isUpdate) {
        var dependency = dependent.dependencies().get(on);
        return dependency != null
                && dependency.lasts()
                && (!isUpdate || dependency.onUpdate() != OnUpdate.IGNORE);
    }
}
