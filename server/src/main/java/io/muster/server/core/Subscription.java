package io.muster.server.core;

import io.muster.api.path.FieldMask;
import java.util.List;

/**
 * Somebody's wish to hear what changes.
 *
 * @param since number of the last event that it knew when it was made
 * @param lease until when it lives without being renewed, in monotonic nanoseconds
 */
record Subscription(Asker asker, List<FieldMask> masks, long since, long lease) {
    Subscription until(long nanos) {
        return new Subscription(asker, masks, since, nanos);
    }
}
