package io.muster.cli.table;

import java.util.ArrayList;
import java.util.List;

/**
 * Text as a terminal shows it: how many columns it takes, and how it is cut or broken to fit.
 *
 * <p>Texts from a cluster may hold anything a workload printed. Only what {@link #printable} has
 * gone over may reach a terminal: control characters would be orders to it.
 */
public final class TextWidth {
    private static final String ELLIPSIS = "...";

    /**
     * First and last of the blocks of East Asian and pictorial characters, which terminals show
     * twice as wide.
     */
    private static final int[] WIDE = {
        0x1100, 0x115F, 0x2E80, 0x303E, 0x3041, 0xA4CF, 0xA960, 0xA97F, 0xAC00, 0xD7A3, 0xF900,
        0xFAFF, 0xFE30, 0xFE6F, 0xFF00, 0xFF60, 0xFFE0, 0xFFE6, 0x1F300, 0x1F64F, 0x1F680, 0x1F6FF,
        0x1F900, 0x1F9FF, 0x20000, 0x3FFFD
    };

    private TextWidth() {}

    /**
     * Makes one harmless line of a text: trimmed, line breaks replaced by commas, other control
     * characters by blanks, marks that change the direction of writing left out.
     */
    public static String printable(String text) {
        var line = new StringBuilder(text.length());
        text.strip()
                .lines()
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .forEach(each -> line.append(separator(line)).append(each));
        var harmless = new StringBuilder(line.length());
        line.codePoints()
                .forEach(point -> {
                    switch (Character.getType(point)) {
                        case Character.CONTROL,
                                Character.LINE_SEPARATOR,
                                Character.PARAGRAPH_SEPARATOR,
                                Character.SURROGATE ->
                                harmless.append(' ');
                        case Character.FORMAT -> {}
                        default -> harmless.appendCodePoint(point);
                    }
                });
        return harmless.toString().strip();
    }

    private static String separator(StringBuilder line) {
        if (line.isEmpty()) {
            return "";
        }
        return ":;,".indexOf(line.charAt(line.length() - 1)) >= 0 ? " " : ", ";
    }

    /** Returns how many columns a text takes. */
    public static int of(String text) {
        int columns = 0;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            columns += of(point);
            i += Character.charCount(point);
        }
        return columns;
    }

    private static int of(int point) {
        if (point < 0x300) {
            return 1;
        }
        return switch (Character.getType(point)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> isWide(point) ? 2 : 1;
        };
    }

    private static boolean isWide(int point) {
        for (int i = 0; i < WIDE.length && point >= WIDE[i]; i += 2) {
            if (point <= WIDE[i + 1]) {
                return true;
            }
        }
        return false;
    }

    /** Fills a text up with blanks; one that is longer stays as it is. */
    static String pad(String text, int columns) {
        return text + " ".repeat(Math.max(0, columns - of(text)));
    }

    /** Cuts a text to fit, hard. */
    static String crop(String text, int columns) {
        return text.substring(0, fitting(text, 0, columns));
    }

    /** Cuts a text to fit, and shows that by three dots. */
    public static String shorten(String text, int columns) {
        if (of(text) <= columns) {
            return text;
        }
        return columns <= ELLIPSIS.length()
                ? crop(text, columns)
                : crop(text, columns - ELLIPSIS.length()).stripTrailing() + ELLIPSIS;
    }

    /** Breaks a text into lines that fit: between words, or within one that is too long. */
    static List<String> wrap(String text, int columns) {
        var lines = new ArrayList<String>();
        int begin = 0;
        while (of(text.substring(begin)) > columns) {
            int next = begin + Character.charCount(text.codePointAt(begin));
            int end = Math.max(fitting(text, begin, columns), next);
            if (end == text.length()) {
                break; // one that is too wide for any line
            }
            int blank = text.charAt(end) == ' ' ? end : text.lastIndexOf(' ', end - 1);
            if (blank > begin) {
                end = blank;
            }
            lines.add(text.substring(begin, end).stripTrailing());
            begin = end;
            while (begin < text.length() && text.charAt(begin) == ' ') {
                begin++;
            }
        }
        lines.add(text.substring(begin));
        return lines;
    }

    /** Returns where to end a part that begins at {@code begin} and takes at most these columns. */
    private static int fitting(String text, int begin, int columns) {
        int end = begin;
        int used = 0;
        while (end < text.length()) {
            int point = text.codePointAt(end);
            used += of(point);
            if (used > columns) {
                break;
            }
            end += Character.charCount(point);
        }
        return end;
    }
}
