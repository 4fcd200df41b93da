package io.muster.transport;

import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Events that wait until the broker has taken those before them, in order for each subscriber, and
 * by turns among them. They wait as they are, not encoded: what many are told is there once.
 *
 * <p>Bounded; what finds no room is lost, which its subscriber notices by the numbers.
 */
final class Backlog {
    private final int bound;
    private final Map<Requester, ArrayDeque<Response>> waiting = new LinkedHashMap<>();
    private int size;

    Backlog(int bound) {
        this.bound = bound;
    }

    /** A response and who gets it. */
    record Entry(Requester requester, Response response) {}

    /** Says whether something waits for this requester, which must come first. */
    boolean holds(Requester requester) {
        return waiting.containsKey(requester);
    }

    /** Adds one behind all others of its requester; says whether there was room. */
    boolean add(Requester requester, Response response) {
        if (size >= bound) {
            return false;
        }
        waiting.computeIfAbsent(requester, _ -> new ArrayDeque<>()).add(response);
        size++;
        return true;
    }

    /** Takes the next; empty if nothing waits. */
    Optional<Entry> next() {
        var first = waiting.entrySet().stream().findFirst();
        if (first.isEmpty()) {
            return Optional.empty();
        }
        var requester = first.get().getKey();
        var queue = first.get().getValue();
        var response = queue.remove();
        size--;
        waiting.remove(requester);
        if (!queue.isEmpty()) {
            waiting.put(requester, queue); // behind the others
        }
        return Optional.of(new Entry(requester, response));
    }

    /** Forgets all: it was for a connection that is gone. */
    void clear() {
        waiting.clear();
        size = 0;
    }
}
