package io.muster.simulators;

import io.muster.api.bus.Publication;
import io.muster.api.codec.LinkCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.name.AgentName;
import io.muster.api.name.StateVersion;
import io.muster.api.topic.AgentChannel;
import io.muster.api.topic.Topics;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What must hold after every event. Counts how often each was looked at. */
public final class Invariants {
    /** The promises that are looked at. */
    public enum Promise {
        /** At most one live instance of a workload on a node. */
        ONE_LIVE_INSTANCE,
        /** An agent never works from an older desired state than before, its restarts included. */
        NEVER_BACKWARDS,
        /** An update that names a revision is taken at that revision only. */
        STALE_NEVER_WINS,
        /** What is asked about by a dry run runs nowhere, and is in no desired state. */
        DRY_RUN_CHANGES_NOTHING,
        /** A desired state of the past is what was acknowledged then. */
        HISTORY_IS_TRUE
    }

    /** Begins the names of workloads that dry runs ask about, and nobody wishes. */
    static final String GHOST = "ghost";

    private final Topics topics;
    private final List<SimulatedNode> nodes;
    private final Map<AgentName, StateVersion> observed = new TreeMap<>();
    private String broken = "";
    private final Map<Promise, Long> looks = new EnumMap<>(Promise.class);

    Invariants(Topics topics, List<SimulatedNode> nodes) {
        this.topics = topics;
        this.nodes = List.copyOf(nodes);
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
        looks.merge(Promise.ONE_LIVE_INSTANCE, 1L, Long::sum);
        for (var node : nodes) {
            var alive = new HashSet<String>();
            for (var resident : node.machine().residents()) {
                if (resident.instance().workload().value().startsWith(GHOST)) {
                    throw new AssertionError("a dry run started " + resident.instance());
                }
                if (resident.alive() && !alive.add(resident.instance().workload().value())) {
                    throw new AssertionError(
                            "two live instances of %s on %s"
                                    .formatted(resident.instance().workload(), node.name()));
                }
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
        if (about.isEmpty() || about.get().channel() != AgentChannel.REPORT) {
            return;
        }
        try {
            var now = LinkCodec.decodeReport(publication.payload()).observed();
            if (now.isPresent()) {
                looks.merge(Promise.NEVER_BACKWARDS, 1L, Long::sum);
                var before = observed.put(about.get().agent(), now.get());
                if (before != null
                        && before.comparableTo(now.get())
                        && now.get().isOlderThan(before)) {
                    throw new AssertionError(
                            "%s went back from %s to %s"
                                    .formatted(about.get().agent(), before, now.get()));
                }
            }
        } catch (MalformedMessage e) {
            throw new AssertionError("an agent published a broken report", e);
        }
    }
}
