package io.muster.simulators.scenario;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads times of scenarios: {@code 90s}, {@code 1m30s}, {@code 0.5s}, {@code 250ms}, {@code 2h}.
 */
public final class ScenarioTimes {
    /** What to do about what is none. */
    public static final String REMEDY = "write it like 90s, 1m30s, 0.5s or 2h";

    /** More would take long to simulate. */
    static final Duration LONGEST = Duration.ofDays(7);

    private static final Pattern TIME =
            Pattern.compile(
                    "(?=.)(?:([0-9]{1,4})h)?(?:([0-9]{1,5})m)?"
                            + "(?:([0-9]{1,6}(?:\\.[0-9]{1,3})?)s)?(?:([0-9]{1,9})ms)?");

    private ScenarioTimes() {}

    /** Returns the time that a text says; empty if it says none, or one that is too long. */
    public static Optional<Duration> parse(String text) {
        if (text.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        var parts = TIME.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        var seconds = parts.group(3) == null ? BigDecimal.ZERO : new BigDecimal(parts.group(3));
        var time =
                Duration.ofHours(whole(parts.group(1)))
                        .plusMinutes(whole(parts.group(2)))
                        .plusMillis(seconds.movePointRight(3).longValueExact())
                        .plusMillis(whole(parts.group(4)));
        return Optional.of(time).filter(each -> each.compareTo(LONGEST) <= 0);
    }

    /** Returns the shift that a text says: a time, or a minus and a time. */
    static Optional<Duration> parseShift(String text) {
        return text.startsWith("-") ? parse(text.substring(1)).map(Duration::negated) : parse(text);
    }

    private static long whole(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
