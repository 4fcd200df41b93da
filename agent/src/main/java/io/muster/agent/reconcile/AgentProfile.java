package io.muster.agent.reconcile;

import io.muster.api.name.AgentName;
import io.muster.api.name.NodeId;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who an agent is. Fixed for the life of its process.
 *
 * @param node that it runs on
 * @param instance of the process, random
 * @param version of the program
 * @param runtimes the names of those it has, sorted
 */
public record AgentProfile(
        AgentName name,
        NodeId node,
        String instance,
        String version,
        SortedMap<String, String> tags,
        List<String> runtimes) {
    /** Copies the collections. */
    public AgentProfile {
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
        runtimes = runtimes.stream().sorted().distinct().toList();
    }
}
