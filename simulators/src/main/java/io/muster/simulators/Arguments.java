package io.muster.simulators;

import io.muster.api.program.ProgramFailure;
import java.time.Duration;
import java.util.regex.Pattern;

/** Checks what was given on the command line. */
final class Arguments {
    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})([smh])");

    private Arguments() {}

    /** Reads a time such as 90s, 30m or 8h. */
    static Duration time(String option, String text) throws ProgramFailure {
        var parts = TIME.matcher(text);
        if (!parts.matches()) {
            throw ProgramFailure.misuse(
                    "%s: \"%s\" is no time; write it like 90s, 30m or 8h".formatted(option, text));
        }
        long number = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    /** Refuses a number that is too small or too large. */
    static void within(String option, int given, int least, int most) throws ProgramFailure {
        if (given < least || given > most) {
            throw ProgramFailure.misuse(
                    "%s: %d is not from %d to %d; give another number"
                            .formatted(option, given, least, most));
        }
    }
}
