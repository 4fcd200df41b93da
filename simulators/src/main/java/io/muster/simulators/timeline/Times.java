package io.muster.simulators.timeline;

import java.time.Duration;
import java.util.List;

/** Writes virtual times, in the notation that scenarios are written in. */
final class Times {
    private static final List<Duration> STEPS =
            List.of(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(20),
                    Duration.ofMinutes(30),
                    Duration.ofHours(1),
                    Duration.ofHours(2),
                    Duration.ofHours(6),
                    Duration.ofHours(12),
                    Duration.ofDays(1));

    private Times() {}

    /** Returns a time to a tenth of a second, such as {@code 1m05.2s}. */
    static String exact(Duration time) {
        long tenths = Math.floorDiv(time.toMillis() + 50, 100);
        long minutes = tenths / 600;
        return minutes == 0
                ? "%d.%ds".formatted(tenths / 10, tenths % 10)
                : minutes < 60
                        ? "%dm%02d.%ds".formatted(minutes, tenths % 600 / 10, tenths % 10)
                        : "%dh%02dm%02d.%ds"
                                .formatted(
                                        minutes / 60, minutes % 60, tenths % 600 / 10, tenths % 10);
    }

    /** Returns a time of an axis, without what is nought, such as {@code 1m30s}. */
    static String round(Duration time) {
        var text = new StringBuilder();
        if (time.toHours() > 0) {
            text.append(time.toHours()).append('h');
        }
        if (time.toMinutesPart() > 0) {
            text.append(time.toMinutesPart()).append('m');
        }
        if (time.toSecondsPart() > 0 || text.isEmpty()) {
            text.append(time.toSecondsPart()).append('s');
        }
        return text.toString();
    }

    /** Returns the distance of the ticks of an axis on which at most so many have room. */
    static Duration tick(Duration whole, int most) {
        return STEPS.stream()
                .filter(step -> whole.toMillis() / step.toMillis() < most)
                .findFirst()
                .orElse(STEPS.getLast());
    }
}
