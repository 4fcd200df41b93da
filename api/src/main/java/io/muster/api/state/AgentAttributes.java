package io.muster.api.state;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A connected agent.
 *
 * @param status empty until the first load report
 */
public record AgentAttributes(SortedMap<String, String> tags, Optional<Status> status) {
    /** Copies the tags. */
    public AgentAttributes {
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }

    /**
     * How busy the node is.
     *
     * @param cpuPercent of the whole node, 0 to 100
     * @param freeMemoryBytes memory that could be had without swapping
     */
    public record Status(int cpuPercent, long freeMemoryBytes) {}
}
