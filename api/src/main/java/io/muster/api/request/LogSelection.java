package io.muster.api.request;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which lines of a log.
 *
 * @param follow go on with what is written from now on
 * @param tail only the last so many of what is there; empty for all
 * @param since only what was written from then on
 * @param until only what was written before
 */
public record LogSelection(
        boolean follow, OptionalInt tail, Optional<Instant> since, Optional<Instant> until) {
    /** All that is there. */
    public static final LogSelection ALL =
            new LogSelection(false, OptionalInt.empty(), Optional.empty(), Optional.empty());

    /** Checks the number. */
    public LogSelection {
        if (tail.isPresent() && tail.getAsInt() < 0) {
            throw new IllegalArgumentException(
                    "the last %d lines; use 0 or more, or leave it out for all"
                            .formatted(tail.getAsInt()));
        }
    }

    /** The same, and what is written from now on. */
    public LogSelection following() {
        return new LogSelection(true, tail, since, until);
    }

    /** The same, without what is written from now on. */
    public LogSelection ending() {
        return new LogSelection(false, tail, since, until);
    }

    /** The same, but only the last lines. */
    public LogSelection last(int lines) {
        return new LogSelection(follow, OptionalInt.of(lines), since, until);
    }

    /** The same with all lines, not only the last. */
    public LogSelection whole() {
        return new LogSelection(follow, OptionalInt.empty(), since, until);
    }

    /** What comes of the same after {@code time}, when all before it has been told. */
    public LogSelection after(Instant time) {
        return new LogSelection(follow, OptionalInt.empty(), Optional.of(time), until);
    }
}
