package io.muster.simulators;

import io.muster.api.bus.Publication;
import io.muster.api.codec.LinkCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.link.Addressee;
import io.muster.api.link.DesiredState;
import io.muster.api.link.Report;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Lineage;
import io.muster.api.name.NodeId;
import io.muster.api.name.StateVersion;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Mark;
import io.muster.api.runtime.Order;
import io.muster.api.state.CompleteState;
import io.muster.api.state.LostContact;
import io.muster.api.topic.AgentChannel;
import io.muster.api.topic.Topics;
import io.muster.testkit.runtime.FakeMachine.Resident;
import io.muster.transport.LogTerms;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What must hold after every event. Counts how often each was looked at. */
public final class Invariants {
    /** The promises that are looked at. */
    public enum Promise {
        /** What was acknowledged is in the store of each server that starts. */
        ACKNOWLEDGED_SURVIVES,
        /** Nothing starts before what it needs to be running has run. */
        CONDITIONS_HELD,
        /** At most one live instance of a workload on a node. */
        ONE_LIVE_INSTANCE,
        /** Nothing starts before what it needs has run as it was wished then. */
        PRESENT_CONDITIONS_HELD,
        /** Agents are told of nothing that was not stored. */
        PUBLISHED_IS_STORED,
        /** What runs is not ended before the image of what replaces it is there. */
        SUCCESSOR_IS_PREPARED,
        /** What runs is not ended under what needs it, in the orderly lives of some plans. */
        NEEDED_IS_KEPT,
        /** A disk that refused something has it in the end. */
        DISKS_CATCH_UP,
        /** What is listed in the end is wished, or there. */
        NOTHING_LISTED_IN_VAIN,
        /** An agent never works from an older desired state than before, its restarts included. */
        NEVER_BACKWARDS,
        /** Another server with another store changes nothing on a node that obeys the first. */
        FOREIGN_TOUCHES_NOTHING,
        /** An update that names a revision is taken at that revision only. */
        STALE_NEVER_WINS,
        /** What is asked about by a dry run runs nowhere, and is in no desired state. */
        DRY_RUN_CHANGES_NOTHING,
        /** A desired state of the past is what was acknowledged then. */
        HISTORY_IS_TRUE,
        /** A node whose agent was given a name that is taken starts nothing. */
        ONE_NODE_PER_NAME,
        /** A subscriber hears of each change once and in order, or gets a snapshot. */
        EVERY_CHANGE_ONCE,
        /** On a drained node nothing runs, in the end, but what others need. */
        DRAINED_GETS_EMPTY,
        /** Nothing is stopped while a dependent on the same node runs that needs it. */
        NEEDED_IS_NOT_STOPPED,
        /** After a single disturbance all is well within its time. */
        SOON_WELL,
        /** What is well, and not concerned by what happened, is the same process afterwards. */
        LEFT_ALONE,
        /** What has ended, and is not to be restarted, stays so until it is wished anew. */
        ENDED_FOR_GOOD,
        /** What nobody reads any more is not read. */
        LOGS_END,
        /**
         * For want of contact that alone is stopped which says so; it starts again: convergence.
         */
        LOST_CONTACT_STOPS_NO_OTHER
    }

    /** What is looked at in the orderly lives of some plans only. */
    static final Set<Promise> STRICT =
            Collections.unmodifiableSet(
                    EnumSet.of(
                            Promise.PRESENT_CONDITIONS_HELD,
                            Promise.PUBLISHED_IS_STORED,
                            Promise.SUCCESSOR_IS_PREPARED,
                            Promise.NEEDED_IS_KEPT,
                            Promise.DISKS_CATCH_UP,
                            Promise.NOTHING_LISTED_IN_VAIN));

    /** Begins the names of workloads that dry runs ask about, and nobody wishes. */
    static final String GHOST = "ghost";

    /** A lease, and the time that the last order or sign of life may be on its way. */
    static final Duration LOGS_END_WITHIN = LogTerms.LEASE.plusSeconds(40);

    private final Topics topics;
    private final List<SimulatedNode> nodes;
    private final List<SimulatedNode> namesakes;
    private final Map<String, Observed> observed = new TreeMap<>();
    private final Set<NodeId> holders = new HashSet<>();
    private final Set<String> released = new HashSet<>();
    private final Set<WorkloadName> everAlive = new HashSet<>();
    private final Set<Begun> begun = new HashSet<>();
    private final Set<InstanceName> guarded = new HashSet<>();
    private final Stops stops = new Stops();
    private final Set<String> confused = new HashSet<>();
    private @Nullable Lineage ours;
    private String broken = "";

    /** What a life of an agent worked from. */
    private record Observed(String instance, StateVersion version) {}

    /** What a start is for. */
    private record Begun(InstanceName instance, Mark mark) {}

    private final Map<Promise, Long> looks = new EnumMap<>(Promise.class);

    private final boolean ghosts;

    /** The list of namesakes grows. */
    Invariants(Topics topics, List<SimulatedNode> nodes, List<SimulatedNode> namesakes) {
        this(topics, nodes, namesakes, true);
    }

    private Invariants(
            Topics topics,
            List<SimulatedNode> nodes,
            List<SimulatedNode> namesakes,
            boolean ghosts) {
        this.ghosts = ghosts;
        this.topics = topics;
        this.nodes = List.copyOf(nodes);
        this.namesakes = namesakes;
    }

    /** Where nobody asks by dry runs, and workloads may have any name. */
    static Invariants withoutGhosts(
            Topics topics, List<SimulatedNode> nodes, List<SimulatedNode> namesakes) {
        return new Invariants(topics, nodes, namesakes, false);
    }

    /** Returns how often each promise was looked at. */
    public Map<Promise, Long> looks() {
        return Map.copyOf(looks);
    }

    /** Fails the run after this event: what a callback throws would go unheard. */
    void broken(String what) {
        if (broken.isEmpty()) {
            broken = what;
        }
    }

    /** Counts a look that was taken elsewhere. */
    void looked(Promise promise) {
        looks.merge(promise, 1L, Long::sum);
    }

    /**
     * Looks at the machines.
     *
     * @throws AssertionError if a promise is broken
     */
    void afterEvent() {
        if (!broken.isEmpty()) {
            throw new AssertionError(broken);
        }
        lookAtNamesakes();
        looks.merge(Promise.ONE_LIVE_INSTANCE, 1L, Long::sum);
        for (var node : nodes) {
            var alive = new HashSet<String>();
            for (var resident : node.machine().residents()) {
                if (ghosts && resident.instance().workload().value().startsWith(GHOST)) {
                    throw new AssertionError("a dry run started " + resident.instance());
                }
                if (resident.alive()) {
                    everAlive.add(resident.instance().workload());
                }
                if (resident.alive() && !alive.add(resident.instance().workload().value())) {
                    throw new AssertionError(
                            "two live instances of %s on %s"
                                    .formatted(resident.instance().workload(), node.name()));
                }
            }
        }
    }

    /** Looks at what a server has found in its store. */
    void opened(Optional<CompleteState> state, SimulatedClient client) {
        if (state.isPresent()) {
            looked(Promise.ACKNOWLEDGED_SURVIVES);
            client.contradiction(state.get().desiredState()).ifPresent(this::broken);
        }
    }

    /**
     * Looks at something that is about to be started. What was begun before for the same wish is
     * started again without a question, also if its dependencies were changed meanwhile: that alone
     * makes no other wish of it.
     */
    void starting(Order order) {
        var instance = order.instance();
        if (!begun.add(new Begun(instance, order.mark()))) {
            return;
        }
        order.workload()
                .dependencies()
                .forEach((on, dependency) -> {
                    looked(Promise.CONDITIONS_HELD);
                    if (dependency.lasts() && !everAlive.contains(on)) {
                        broken(
                                "%s starts, and %s, which it needs, has never run"
                                        .formatted(instance, on));
                    }
                });
    }

    /**
     * From now on it is not certain what an agent knows of what runs: its runtime failed it, or
     * somebody else did something to its instances.
     */
    void confuse(String host) {
        confused.add(host);
    }

    /** Looks at something that an agent begins to delete. */
    void stopping(SimulatedNode node, Resident resident) {
        if (!resident.alive()
                || confused.contains(node.host())
                || !namesakes.isEmpty()
                || node.hasStartedBehind()
                || node.disk().isBehind()) {
            return;
        }
        var others = new TreeSet<WorkloadName>();
        node.machine().residents().stream()
                .filter(Resident::alive)
                .forEach(each -> others.add(each.instance().workload()));
        others.remove(resident.instance().workload());
        switch (stops.judge(node.name(), resident, others)) {
            case Stops.Verdict.NobodyKnows _ -> {}
            case Stops.Verdict.Right(boolean mayHaveWaited) -> {
                if (mayHaveWaited) {
                    looked(Promise.NEEDED_IS_NOT_STOPPED);
                }
            }
            case Stops.Verdict.Needed(var by) ->
                    broken(
                            "%s stops %s, which is needed by %s, which runs"
                                    .formatted(node.name(), resident.instance(), by));
        }
    }

    /**
     * Looks whether logs are read, or images got, for nobody.
     *
     * @param idle for how long nobody has wanted any
     */
    void logs(Duration idle) {
        if (idle.compareTo(LOGS_END_WITHIN) < 0) {
            return;
        }
        looked(Promise.LOGS_END);
        for (var node : nodes) {
            if (node.openLogs() > 0) {
                throw new AssertionError(
                        "%s reads logs, and nobody has wanted them for %s"
                                .formatted(node.name(), idle));
            }
        }
    }

    /** What a full disk did not take, nobody remembers. */
    private boolean mayHaveForgotten(String before, String instance) {
        return !before.equals(instance)
                && nodes.stream()
                        .filter(node -> node.host().equals(SimulatedNode.hostOf(instance)))
                        .anyMatch(SimulatedNode::hasStartedBehind);
    }

    /** The first lineage that anybody works from is the one that counts. */
    private void ofOurs(String host, StateVersion version) {
        if (nodes.stream().noneMatch(node -> node.host().equals(host))) {
            return;
        }
        looked(Promise.FOREIGN_TOUCHES_NOTHING);
        if (ours == null) {
            ours = version.lineage();
        }
        if (!version.lineage().equals(ours)) {
            throw new AssertionError(host + " works for another server: " + version);
        }
    }

    private boolean isOfOurNodes(String instance) {
        var host = SimulatedNode.hostOf(instance);
        return nodes.stream().anyMatch(node -> node.host().equals(host));
    }

    private void addressed(Addressee addressee) {
        if (addressee instanceof Addressee.Node(var id)) {
            holders.add(id);
        }
    }

    /** Says whether the server has ever given a name to this node. */
    boolean hasHeld(NodeId node) {
        return holders.contains(node);
    }

    /** From now on a namesake may have the name, because its holder is gone for good. */
    void release(SimulatedNode namesake) {
        released.add(namesake.host());
    }

    private void lookAtNamesakes() {
        for (var node : namesakes) {
            if (node.isUp() && !released.contains(node.host())) {
                looks.merge(Promise.ONE_NODE_PER_NAME, 1L, Long::sum);
                if (node.machine().starts() > 0) {
                    throw new AssertionError(
                            node.host() + " started something, but the name is another's");
                }
            }
        }
    }

    /** What was ever told to stop without contact, may say that it was stopped for it. */
    private void lookForLostContact(Report report) {
        for (var each : report.transitions()) {
            if (each.state().state().additionalInfo().contains("stopAfterLostContact")) {
                looked(Promise.LOST_CONTACT_STOPS_NO_OTHER);
                if (!guarded.contains(each.state().instance())) {
                    throw new AssertionError(
                            "%s was stopped for want of contact, and nobody has asked for that"
                                    .formatted(each.state().instance()));
                }
            }
        }
    }

    private void wished(DesiredState desired) {
        addressed(desired.addressee());
        for (var each : desired.workloads()) {
            if (each.workload().lostContact() instanceof LostContact.StopAfter) {
                guarded.add(each.instance());
            }
        }
    }

    /**
     * Looks at a message.
     *
     * @throws AssertionError if a promise is broken
     */
    void published(Publication publication) {
        var about = topics.agentTopic(publication.topic());
        if (about.isEmpty() || publication.payload().size() == 0) {
            return;
        }
        try {
            if (about.get().channel() == AgentChannel.DESIRED) {
                var desired = LinkCodec.decodeDesired(publication.payload());
                wished(desired);
                if (ours == null || desired.version().lineage().equals(ours)) {
                    stops.told(about.get().agent(), desired);
                }
            }
            if (about.get().channel() != AgentChannel.REPORT) {
                return;
            }
            var report = LinkCodec.decodeReport(publication.payload());
            lookForLostContact(report);
            var now = report.observed();
            if (now.isPresent()) {
                ofOurs(SimulatedNode.hostOf(report.instance()), now.get());
                if (isOfOurNodes(report.instance())) {
                    stops.observed(about.get().agent(), now.get());
                }
                looks.merge(Promise.NEVER_BACKWARDS, 1L, Long::sum);
                var before =
                        observed.put(
                                SimulatedNode.hostOf(report.instance()),
                                new Observed(report.instance(), now.get()));
                if (before != null
                        && !mayHaveForgotten(before.instance, report.instance())
                        && before.version.comparableTo(now.get())
                        && now.get().isOlderThan(before.version)) {
                    throw new AssertionError(
                            "%s went back from %s to %s"
                                    .formatted(report.instance(), before.version, now.get()));
                }
            }
        } catch (MalformedMessage e) {
            throw new AssertionError("somebody published a broken message", e);
        }
    }
}
