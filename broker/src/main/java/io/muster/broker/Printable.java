package io.muster.broker;

/** Makes what a stranger sent fit for a line of a log. */
final class Printable {
    private static final int LONGEST = 160;

    private Printable() {}

    static String of(String text) {
        var shown = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
        return shown.replaceAll("[\\p{Cntrl}\"]", "?");
    }
}
