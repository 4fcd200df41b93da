package io.muster.server.core;

import java.util.Optional;

/**
 * The connection to the broker. Times are in monotonic nanoseconds.
 *
 * @param since when there was one first; empty if there was none yet
 * @param connection counts them, 0 before the first
 * @param connected whether there is one now
 * @param graceEnds when agents that did not announce themselves are taken for gone; empty when that
 *     is done
 */
record Contact(Optional<Long> since, long connection, boolean connected, Optional<Long> graceEnds) {
    static final Contact NONE = new Contact(Optional.empty(), 0, false, Optional.empty());

    Contact made(long number, long now, long graceUntil) {
        return new Contact(Optional.of(since.orElse(now)), number, true, Optional.of(graceUntil));
    }

    Contact lost() {
        return new Contact(since, connection, false, Optional.empty());
    }

    Contact graceOver() {
        return new Contact(since, connection, connected, Optional.empty());
    }
}
