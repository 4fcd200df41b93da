package io.muster.api.outcome;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Guesses what somebody meant who wrote a word that is not known. */
public final class Nearest {
    private Nearest() {}

    /**
     * Returns the known word with the fewest edits, unless that is more than a third of its letters
     * (at least two).
     */
    public static Optional<String> to(String word, Collection<String> known) {
        return known.stream()
                .filter(each -> edits(word, each) <= Math.max(2, each.length() / 3))
                .min(
                        Comparator.comparingInt((String each) -> edits(word, each))
                                .thenComparing(Comparator.naturalOrder()));
    }

    /**
     * Levenshtein's distance by rows, ignoring case; two letters in the wrong order are one edit.
     */
    private static int edits(String first, String second) {
        var a = first.toLowerCase(Locale.ROOT);
        var b = second.toLowerCase(Locale.ROOT);
        if (Math.abs(a.length() - b.length()) > 32 || b.length() > 256) {
            return Integer.MAX_VALUE;
        }
        var above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        var twoAbove = above;
        for (int i = 1; i <= a.length(); i++) {
            var row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(above[j - 1] + change, Math.min(above[j], row[j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], twoAbove[j - 2] + 1);
                }
            }
            twoAbove = above;
            above = row;
        }
        return above[b.length()];
    }
}
