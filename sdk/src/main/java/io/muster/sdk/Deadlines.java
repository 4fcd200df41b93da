package io.muster.sdk;

import java.time.Duration;

/** Lengths of waits. */
final class Deadlines {
    private static final Duration LONGEST = Duration.ofDays(365);

    private Deadlines() {}

    /** Nanoseconds to wait; a year for what is longer, so that no number is too large. */
    static long nanos(Duration within) {
        return (within.compareTo(LONGEST) < 0 ? within : LONGEST).toNanos();
    }

    /** As people write it: {@code 1.5 s}. */
    static String text(Duration within) {
        return within.toMillis() % 1000 == 0
                ? within.toSeconds() + " s"
                : within.toMillis() / 1000.0 + " s";
    }
}
