package io.muster.cli.command;

import io.muster.api.state.TimeSpan;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/** Reads points in time as people write them. */
final class Times {
    private Times() {}

    /** Reads RFC 3339, or how long ago: {@code 10m}, {@code 1h30m}; empty if it is neither. */
    static Optional<Instant> read(String text, Instant now) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return TimeSpan.read(text).map(now::minus);
        }
    }
}
