package io.muster.server.core;

import io.muster.api.path.FieldMask;
import java.util.List;

/**
 * Somebody's wish to hear what changes.
 *
 * @param next position of its next message
 * @param lease until when it lives without being renewed, in monotonic nanoseconds
 */
record Subscription(Asker asker, List<FieldMask> masks, long next, long lease) {
    Subscription at(long sequence) {
        return new Subscription(asker, masks, sequence, lease);
    }

    Subscription until(long nanos) {
        return new Subscription(asker, masks, next, nanos);
    }
}
