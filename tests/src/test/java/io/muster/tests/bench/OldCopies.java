package io.muster.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * When an agent said in its log that its disk refused the newest desired state. If it ends then, it
 * starts again with the older one, until the server or the broker is there.
 */
record OldCopies(List<Period> periods) {
    private static final String SAID = "The offline copy is old and could not be written";
    private static final Duration BEFORE_IT_IS_SAID = Duration.ofSeconds(1);

    private record Period(Instant from, Instant to) {}

    /** Reads what the lives of an agent have logged. */
    static OldCopies in(Path log) throws IOException {
        var periods = new ArrayList<Period>();
        var from = Instant.MAX;
        for (var line : Files.readAllLines(log)) {
            boolean said = line.contains("in trouble") && line.contains(SAID);
            boolean over =
                    line.contains("no trouble any more")
                            || line.contains("agent: starting")
                            || (line.contains("in trouble") && !said);
            if (said && from.equals(Instant.MAX)) {
                from = at(line);
            } else if (over && !from.equals(Instant.MAX)) {
                periods.add(new Period(from, at(line)));
                from = Instant.MAX;
            }
        }
        periods.add(new Period(from, Instant.MAX));
        return new OldCopies(List.copyOf(periods));
    }

    private static Instant at(String line) {
        return Instant.parse(line.substring(0, line.indexOf(' ')));
    }

    boolean covers(Instant at) {
        return periods.stream()
                .anyMatch(period ->
                        at.plus(BEFORE_IT_IS_SAID).isAfter(period.from) && at.isBefore(period.to));
    }
}
