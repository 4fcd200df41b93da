package io.muster.api.state;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An agent that is connected, or drained.
 *
 * @param status empty until the first load report
 * @param usage of its workloads; empty unless it was asked for
 * @param drained nothing runs there until that is taken back
 * @param away it is not connected; only drained agents are shown then
 */
public record AgentAttributes(
        SortedMap<String, String> tags,
        Optional<Status> status,
        List<WorkloadUsage> usage,
        boolean drained,
        boolean away) {
    /** Copies tags and usage. */
    public AgentAttributes {
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
        usage = List.copyOf(usage);
    }

    /** An agent of whose workloads' usage nobody asked. */
    public AgentAttributes(SortedMap<String, String> tags, Optional<Status> status) {
        this(tags, status, List.of());
    }

    /** A connected agent that is not drained. */
    public AgentAttributes(
            SortedMap<String, String> tags, Optional<Status> status, List<WorkloadUsage> usage) {
        this(tags, status, usage, false, false);
    }

    /** The same with what its workloads use. */
    public AgentAttributes using(List<WorkloadUsage> measured) {
        return new AgentAttributes(tags, status, measured, drained, away);
    }

    /** The same, drained or not. */
    public AgentAttributes drained(boolean now) {
        return new AgentAttributes(tags, status, usage, now, away);
    }

    /**
     * How busy the node is.
     *
     * @param cpuPercent of the whole node, 0 to 100
     * @param freeMemoryBytes memory that could be had without swapping
     */
    public record Status(int cpuPercent, long freeMemoryBytes) {}
}
