package io.muster.api.codec;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times of day as they travel: whole microseconds. */
final class Times {
    private Times() {}

    static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    static Instant ofMicros(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
