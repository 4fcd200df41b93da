package io.muster.cli.command;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads points in time, and how long something takes, as people write them. */
final class Times {
    private static final Pattern AGO =
            Pattern.compile("(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,9})s)?");

    private Times() {}

    /** Reads RFC 3339, or how long ago: {@code 10m}, {@code 1h30m}; empty if it is neither. */
    static Optional<Instant> read(String text, Instant now) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return length(text).map(now::minus);
        }
    }

    /** Reads how long something takes: {@code 90s}, {@code 1h30m}; empty if it is no such text. */
    static Optional<Duration> length(String text) {
        var parts = AGO.matcher(text);
        if (text.isEmpty() || !parts.matches()) {
            return Optional.empty();
        }
        var sum = Duration.ZERO;
        long[] seconds = {86_400, 3_600, 60, 1};
        for (int i = 0; i < seconds.length; i++) {
            var number = parts.group(i + 1);
            if (number != null) {
                sum = sum.plusSeconds(Long.parseLong(number) * seconds[i]);
            }
        }
        return Optional.of(sum);
    }
}
