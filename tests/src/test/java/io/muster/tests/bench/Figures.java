package io.muster.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The table of a run. */
final class Figures {
    private final List<Figure> all = new ArrayList<>();

    void add(String name, double value, String unit, String reference, double referenceValue) {
        all.add(new Figure(name, value, unit, reference, referenceValue, Optional.empty()));
    }

    /** Adds one whose ratio is wanted to be no more than a goal. */
    void add(
            String name,
            double value,
            String unit,
            String reference,
            double referenceValue,
            double goal) {
        all.add(new Figure(name, value, unit, reference, referenceValue, Optional.of(goal)));
    }

    void print() {
        boolean goals = all.stream().anyMatch(each -> each.goal().isPresent());
        System.out.printf(
                "%-48s %10s %-4s  %-28s %10s  %6s%s%n",
                "FIGURE",
                "VALUE",
                "",
                "REFERENCE, SAME RUN",
                "VALUE",
                "RATIO",
                goals ? "  GOAL" : "");
        for (var figure : all) {
            System.out.printf(
                    Locale.ROOT,
                    "%-48s %10.3f %-4s  %-28s %10.3f  %6.2f%s%n",
                    figure.name(),
                    figure.value(),
                    figure.unit(),
                    figure.reference(),
                    figure.referenceValue(),
                    figure.ratio(),
                    figure.goal().map("  %4.2f"::formatted).orElse(""));
        }
    }

    void write(Path file) throws IOException {
        var lines = all.stream().map(each -> "  " + each.json()).toList();
        Files.writeString(file, "[\n" + String.join(",\n", lines) + "\n]\n");
    }
}
