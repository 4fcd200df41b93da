package io.muster.agent.runtime.container;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The containers with other traits than the usual ones, by id. Of thousands the oldest are
 * forgotten, and count as usual. Any thread.
 */
final class KnownTraits {
    /** More than a node runs at a time. */
    private static final int BOUND = 4096;

    private final SequencedMap<String, Traits> traits = new LinkedHashMap<>();

    synchronized void note(String id, Traits its) {
        if (!its.equals(Traits.USUAL)
                && traits.putIfAbsent(id, its) == null
                && traits.size() > BOUND) {
            traits.pollFirstEntry();
        }
    }

    synchronized Traits of(String id) {
        return traits.getOrDefault(id, Traits.USUAL);
    }

    synchronized void forget(String id) {
        traits.remove(id);
    }
}
