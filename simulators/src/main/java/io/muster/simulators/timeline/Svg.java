package io.muster.simulators.timeline;

import java.util.Locale;

/** Writes numbers and texts of drawings. */
final class Svg {
    /** About the width of a letter of 12 pixels. */
    static final int LETTER = 7;

    private Svg() {}

    static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    static String cut(String text, int pixels) {
        int room = pixels / LETTER;
        return text.length() <= room ? text : text.substring(0, room - 1) + "…";
    }

    static String escaped(String text) {
        var safe = new StringBuilder();
        text.codePoints()
                .map(point -> Character.isISOControl(point) ? ' ' : point)
                .forEach(point -> {
                    switch (point) {
                        case '<' -> safe.append("&lt;");
                        case '>' -> safe.append("&gt;");
                        case '&' -> safe.append("&amp;");
                        case '"' -> safe.append("&quot;");
                        default -> safe.appendCodePoint(point);
                    }
                });
        return safe.toString();
    }
}
