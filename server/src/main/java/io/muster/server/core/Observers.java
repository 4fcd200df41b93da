package io.muster.server.core;

/**
 * Who looks on, and what is kept for them.
 *
 * @param audience the subscriptions
 * @param events the last ones
 * @param logs who reads the logs of which workloads
 */
record Observers(Audience audience, EventLog events, LogReaders logs) {
    Observers with(Audience other) {
        return new Observers(other, events, logs);
    }

    Observers with(EventLog other) {
        return new Observers(audience, other, logs);
    }

    Observers with(LogReaders other) {
        return new Observers(audience, events, other);
    }
}
