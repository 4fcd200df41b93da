package io.muster.broker;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The subscriptions, and their ends, that the broker has yet to answer, so that its answers can be
 * completed. One thread.
 */
final class Answers {
    /** The broker will say. */
    static final int OPEN = -1;

    /** So many may be unanswered. */
    private static final int MAX_UNANSWERED = 100;

    private final Map<Integer, List<Integer>> subscribing = new HashMap<>();
    private final Map<Integer, Integer> unsubscribing = new HashMap<>();

    /**
     * A subscription goes on to the broker.
     *
     * @param codes one for each filter that was asked for: the code of its refusal, or {@link
     *     #OPEN} if the broker decides
     * @return false if there are too many
     */
    boolean subscribing(int packetId, List<Integer> codes) {
        subscribing.put(packetId, codes);
        return subscribing.size() <= MAX_UNANSWERED;
    }

    /** Completes the broker's codes with those of the filters that it was not asked about. */
    List<Integer> subscribed(int packetId, List<Integer> codes) {
        var asked = Optional.ofNullable(subscribing.remove(packetId)).orElse(codes);
        var granted = codes.iterator();
        return asked.stream()
                .map(code -> code == OPEN && granted.hasNext() ? granted.next() : code)
                .toList();
    }

    boolean unsubscribing(int packetId, int filters) {
        unsubscribing.put(packetId, filters);
        return unsubscribing.size() <= MAX_UNANSWERED;
    }

    int unsubscribed(int packetId) {
        return Optional.ofNullable(unsubscribing.remove(packetId)).orElse(1);
    }
}
