package io.muster.tests.bench;

import java.util.Locale;
import java.util.Optional;

/**
 * One measured value, and what it is held against, measured in the same run.
 *
 * @param unit of both values
 * @param reference what was measured beside it
 * @param goal what the ratio should not exceed
 */
record Figure(
        String name,
        double value,
        String unit,
        String reference,
        double referenceValue,
        Optional<Double> goal) {
    double ratio() {
        return value / referenceValue;
    }

    String json() {
        return String.format(
                Locale.ROOT,
                "{\"name\": \"%s\", \"value\": %.4f, \"unit\": \"%s\", \"reference\": \"%s\","
                        + " \"referenceValue\": %.4f, \"ratio\": %.3f%s}",
                name,
                value,
                unit,
                reference,
                referenceValue,
                ratio(),
                goal.map(most -> String.format(Locale.ROOT, ", \"goal\": %.3f", most)).orElse(""));
    }
}
