package io.muster.api.link;

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
        boolean refused) {
    /** Copies the collections. */
    public AgentPresence {
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
        runtimes = List.copyOf(runtimes);
    }

    /** That of an agent which was not refused. */
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
                false);
    }

    /** The same of one that was refused. */
    public AgentPresence asRefused() {
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
                true);
    }

    /** What the will says. */
    public static AgentPresence gone(String instance, String nonce) {
        return new AgentPresence(
                false, instance, nonce, "", new TreeMap<>(), List.of(), Optional.empty(), 0, 0, 0);
    }
}
