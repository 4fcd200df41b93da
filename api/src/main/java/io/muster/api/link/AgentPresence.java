package io.muster.api.link;

import io.muster.api.name.NodeId;
import io.muster.api.name.StateVersion;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An agent announces itself (at connect, when the server is new, and slowly again to repair what a
 * broker lost), or its will says that it is gone.
 *
 * @param instance of the agent process, random
 * @param nonce of the connection; a will counts only with the current one
 * @param version of the program
 * @param seen the highest desired state seen
 * @param factsEpoch of the last facts seen, 0 if none
 * @param factsSequence of the last facts seen
 * @param reportSequence of the last report sent, 0 if none
 * @param refused it was refused the name, touches nothing, and asks again
 * @param node that the agent runs on; empty if it does not tell
 * @param stopped it is gone because it was asked to stop, and no accident
 */
public record AgentPresence(
        boolean online,
        String instance,
        String nonce,
        String version,
        SortedMap<String, String> tags,
        List<String> runtimes,
        Optional<StateVersion> seen,
        long factsEpoch,
        long factsSequence,
        long reportSequence,
        boolean refused,
        Optional<NodeId> node,
        boolean stopped) {
    /** Copies the collections. */
    public AgentPresence {
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
        runtimes = List.copyOf(runtimes);
    }

    /** That of an agent which is not refused, and does not tell its node. */
    public AgentPresence(
            boolean online,
            String instance,
            String nonce,
            String version,
            SortedMap<String, String> tags,
            List<String> runtimes,
            Optional<StateVersion> seen,
            long factsEpoch,
            long factsSequence,
            long reportSequence) {
        this(
                online,
                instance,
                nonce,
                version,
                tags,
                runtimes,
                seen,
                factsEpoch,
                factsSequence,
                reportSequence,
                false,
                Optional.empty(),
                false);
    }

    /** The same of one that was refused. */
    public AgentPresence asRefused() {
        return with(true, node, stopped);
    }

    /** The same from a node that is told. */
    public AgentPresence from(NodeId other) {
        return with(refused, Optional.of(other), stopped);
    }

    /** What the will says. */
    public static AgentPresence gone(String instance, String nonce) {
        return new AgentPresence(
                false, instance, nonce, "", new TreeMap<>(), List.of(), Optional.empty(), 0, 0, 0);
    }

    /** What an agent says when it is asked to stop. */
    public static AgentPresence stopped(String instance, String nonce) {
        return gone(instance, nonce).with(false, Optional.empty(), true);
    }

    private AgentPresence with(boolean isRefused, Optional<NodeId> otherNode, boolean isStopped) {
        return new AgentPresence(
                online,
                instance,
                nonce,
                version,
                tags,
                runtimes,
                seen,
                factsEpoch,
                factsSequence,
                reportSequence,
                isRefused,
                otherNode,
                isStopped);
    }
}
