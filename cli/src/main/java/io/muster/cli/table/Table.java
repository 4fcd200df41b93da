package io.muster.cli.table;

import java.util.ArrayList;
import java.util.List;

/**
 * Text in columns without any lines: each as wide as its widest cell, three blanks between them,
 * the last with the room that is left.
 *
 * @param rows as many cells in each as there are headers, all of them harmless to a terminal
 */
public record Table(List<String> headers, List<List<String>> rows) {
    private static final int GAP = 3;

    /** Copies the lists. */
    public Table {
        headers = List.copyOf(headers);
        rows = rows.stream().map(List::copyOf).toList();
    }

    /** What happens to a last column that is too long. */
    public enum Fit {
        /** It goes on in the next line. */
        WRAP,
        /** It is cut, and ends in three dots. */
        SHORTEN
    }

    /** Returns the lines, each at most {@code width} columns. */
    public List<String> lines(int width, Fit fit) {
        int last = headers.size() - 1;
        var widths = new int[last + 1];
        measure(headers, widths);
        rows.forEach(row -> measure(row, widths));
        int room = width;
        for (int i = 0; i < last; i++) {
            room -= widths[i] + GAP;
        }
        boolean fits = widths[last] <= room;
        boolean headerFits = TextWidth.of(headers.getLast()) <= room;
        var lines = new ArrayList<String>();
        lines.add(line(headers, headers.getLast(), widths));
        for (var row : rows) {
            if (fits || !headerFits) {
                lines.add(line(row, row.getLast(), widths));
            } else if (fit == Fit.SHORTEN) {
                lines.add(line(row, TextWidth.shorten(row.getLast(), room), widths));
            } else {
                wrap(row, room, widths, lines);
            }
        }
        if (!fits && !headerFits) {
            lines.replaceAll(line -> TextWidth.crop(line, width).stripTrailing());
        }
        return lines;
    }

    private static void measure(List<String> cells, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], TextWidth.of(cells.get(i)));
        }
    }

    private void wrap(List<String> row, int room, int[] widths, List<String> lines) {
        var parts = TextWidth.wrap(row.getLast(), room);
        lines.add(line(row, parts.getFirst(), widths));
        var empty = headers.stream().map(_ -> "").toList();
        for (var part : parts.subList(1, parts.size())) {
            lines.add(line(empty, part, widths));
        }
    }

    private static String line(List<String> cells, String last, int[] widths) {
        var line = new StringBuilder();
        for (int i = 0; i < widths.length - 1; i++) {
            line.append(TextWidth.pad(cells.get(i), widths[i])).append(" ".repeat(GAP));
        }
        return line.append(last).toString().stripTrailing();
    }
}
