package io.muster.api.state;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** How long something takes, as people write it: {@code 90s}, {@code 1h30m}. */
public final class TimeSpan {
    /** What is such a text; the empty one is not, though it matches. */
    public static final String PATTERN =
            "(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,9})s)?";

    private static final Pattern PARTS = Pattern.compile(PATTERN);
    private static final long[] SECONDS = {86_400, 3_600, 60, 1};
    private static final String UNITS = "dhms";

    private TimeSpan() {}

    /** Reads it; empty if it is no such text. */
    public static Optional<Duration> read(String text) {
        var parts = PARTS.matcher(text);
        if (text.isEmpty() || !parts.matches()) {
            return Optional.empty();
        }
        var sum = Duration.ZERO;
        for (int i = 0; i < SECONDS.length; i++) {
            var number = parts.group(i + 1);
            if (number != null) {
                sum = sum.plusSeconds(Long.parseLong(number) * SECONDS[i]);
            }
        }
        return Optional.of(sum);
    }

    /** Writes it in as few parts as it has; parts of a second are left out. */
    public static String write(Duration time) {
        var text = new StringBuilder();
        long left = time.toSeconds();
        for (int i = 0; i < SECONDS.length; i++) {
            if (left >= SECONDS[i]) {
                text.append(left / SECONDS[i]).append(UNITS.charAt(i));
                left %= SECONDS[i];
            }
        }
        return text.isEmpty() ? "0s" : text.toString();
    }
}
