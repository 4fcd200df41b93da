package io.muster.cli.difference;

import java.util.ArrayList;
import java.util.List;

/** What differs between two texts, line by line: "- " before what goes, "+ " before what comes. */
final class LineDiff {
    /** How many lines that stay are shown around a change. */
    private static final int CONTEXT = 2;

    /** Beyond this many comparisons the texts are shown one after the other. */
    private static final long MAX_CELLS = 4_000_000;

    private LineDiff() {}

    static List<String> of(String before, String after) {
        var old = before.lines().toList();
        var now = after.lines().toList();
        var all =
                (long) old.size() * now.size() > MAX_CELLS
                        ? oneAfterTheOther(old, now)
                        : merged(old, now);
        return nearChanges(all);
    }

    private static List<String> oneAfterTheOther(List<String> old, List<String> now) {
        var all = new ArrayList<String>();
        old.forEach(line -> all.add("- " + line));
        now.forEach(line -> all.add("+ " + line));
        return all;
    }

    /** Walks along the longest common subsequence. */
    private static List<String> merged(List<String> old, List<String> now) {
        var common = new int[old.size() + 1][now.size() + 1];
        for (int i = old.size() - 1; i >= 0; i--) {
            for (int j = now.size() - 1; j >= 0; j--) {
                common[i][j] =
                        old.get(i).equals(now.get(j))
                                ? common[i + 1][j + 1] + 1
                                : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        var all = new ArrayList<String>();
        int i = 0;
        int j = 0;
        while (i < old.size() || j < now.size()) {
            if (i < old.size() && j < now.size() && old.get(i).equals(now.get(j))) {
                all.add("  " + old.get(i));
                i++;
                j++;
            } else if (j == now.size()
                    || (i < old.size() && common[i + 1][j] >= common[i][j + 1])) {
                all.add("- " + old.get(i++));
            } else {
                all.add("+ " + now.get(j++));
            }
        }
        return all;
    }

    private static List<String> nearChanges(List<String> all) {
        var shown = new ArrayList<String>();
        int last = -1;
        for (int i = 0; i < all.size(); i++) {
            if (isNearChange(all, i)) {
                if (i > last + 1) {
                    shown.add("  ...");
                }
                shown.add(all.get(i));
                last = i;
            }
        }
        if (last < all.size() - 1) {
            shown.add("  ...");
        }
        return shown;
    }

    private static boolean isNearChange(List<String> all, int index) {
        int to = Math.min(all.size() - 1, index + CONTEXT);
        for (int i = Math.max(0, index - CONTEXT); i <= to; i++) {
            if (!all.get(i).startsWith("  ")) {
                return true;
            }
        }
        return false;
    }
}
