package io.muster.api.request;

import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An update that is remembered.
 *
 * @param revision of the desired state that it made
 * @param time when it was accepted, by the server's clock; empty if that was not recorded
 * @param by who asked for it; empty with a time for the startup manifest
 * @param agents what it made of agents
 */
public record HistoryEntry(
        Revision revision,
        Optional<Instant> time,
        Optional<Requester> by,
        Counts counts,
        SortedMap<AgentName, AgentAction> agents) {
    /** Copies the map. */
    public HistoryEntry {
        agents = Collections.unmodifiableSortedMap(new TreeMap<>(agents));
    }

    /** One that left agents as they were. */
    public HistoryEntry(
            Revision revision, Optional<Instant> time, Optional<Requester> by, Counts counts) {
        this(revision, time, by, counts, Collections.emptySortedMap());
    }

    /** How much an update changed. */
    public record Counts(
            int workloadsAdded, int workloadsChanged, int workloadsDeleted, int configsChanged) {
        /** Of an update of which only the result is known. */
        public static final Counts NONE = new Counts(0, 0, 0, 0);
    }

    /** Returns who made it, in words. */
    public String author() {
        return by.map(Requester::toString)
                .orElse(time.isPresent() ? "the startup manifest" : "somebody, not recorded");
    }
}
