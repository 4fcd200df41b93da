package io.muster.server.core;

import io.muster.api.difference.Difference;
import io.muster.api.name.Revision;
import io.muster.api.request.Response.EventPosition;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * The last events, for those who come back. Persistent.
 *
 * @param kept by number, without gaps
 * @param last number that an event had
 * @param weight of those that are kept, in bytes, roughly
 */
record EventLog(PSortedMap<Long, Event> kept, long last, long weight) {
    /**
     * An event.
     *
     * @param revision of the desired state after it
     */
    record Event(
            long number, Instant time, Revision revision, Difference difference, long weight) {}

    static EventLog startingAt(long number) {
        return new EventLog(TreePMap.empty(), number, 0);
    }

    /** The same with one more; the oldest go when there are too many, or they hold too much. */
    EventLog with(Event event, ServerSettings settings) {
        var next = kept.plus(event.number(), event);
        long held = weight + event.weight();
        while (!next.isEmpty()
                && (next.size() > settings.events().count() || held > settings.events().size())) {
            var oldest = next.firstEntry().getValue();
            next = next.minus(oldest.number());
            held -= oldest.weight();
        }
        return new EventLog(next, event.number(), held);
    }

    /** Returns the events after a position, in order; empty if some are not kept any more. */
    Optional<Collection<Event>> since(long epoch, EventPosition from) {
        long oldest = kept.isEmpty() ? last + 1 : kept.firstKey();
        return from.epoch() == epoch && from.sequence() >= oldest - 1 && from.sequence() <= last
                ? Optional.of(kept.tailMap(from.sequence(), false).values())
                : Optional.empty();
    }

    /** Forgets them all: their numbers belong to another epoch. */
    EventLog forgotten() {
        return startingAt(last);
    }
}
