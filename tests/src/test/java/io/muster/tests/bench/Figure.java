package io.muster.tests.bench;

import java.util.Locale;

/**
 * One measured value, and what it is held against, measured in the same run.
 *
 * @param unit of both values
 * @param reference what was measured beside it
 */
record Figure(String name, double value, String unit, String reference, double referenceValue) {
    double ratio() {
        return value / referenceValue;
    }

    String json() {
        return String.format(
                Locale.ROOT,
                "{\"name\": \"%s\", \"value\": %.4f, \"unit\": \"%s\", \"reference\": \"%s\","
                        + " \"referenceValue\": %.4f, \"ratio\": %.3f}",
                name,
                value,
                unit,
                reference,
                referenceValue,
                ratio());
    }
}
