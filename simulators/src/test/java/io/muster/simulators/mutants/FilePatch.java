package io.muster.simulators.mutants;

import java.util.ArrayList;
import java.util.List;

/**
 * What a unified diff changes in one file.
 *
 * @param path from the root of the sources
 */
record FilePatch(String path, List<Hunk> hunks) {
    FilePatch {
        hunks = List.copyOf(hunks);
    }

    /**
     * One place that is changed.
     *
     * @param line where it begins, counted from 0; the lines may have moved since
     * @param before the lines as they are there
     * @param after the lines as they become
     */
    record Hunk(int line, List<String> before, List<String> after) {
        Hunk {
            before = List.copyOf(before);
            after = List.copyOf(after);
        }
    }

    /** Code that is not as the diff says it is. */
    static final class DoesNotApply extends Exception {
        private static final long serialVersionUID = 1;

        DoesNotApply(String what) {
            super(what);
        }
    }

    /**
     * Returns the changed lines. Lines that have moved are found, nearest first; lines that are not
     * there as they were are not guessed.
     */
    List<String> applyTo(List<String> lines) throws DoesNotApply {
        var changed = new ArrayList<>(lines);
        int shift = 0;
        for (var hunk : hunks) {
            int at = find(hunk, changed, hunk.line + shift);
            var place = changed.subList(at, at + hunk.before.size());
            place.clear();
            place.addAll(hunk.after);
            shift = at - hunk.line + hunk.after.size() - hunk.before.size();
        }
        return changed;
    }

    private int find(Hunk hunk, List<String> lines, int expected) throws DoesNotApply {
        for (int distance = 0; distance <= lines.size() + Math.abs(expected); distance++) {
            if (isAt(hunk, lines, expected + distance)) {
                return expected + distance;
            }
            if (isAt(hunk, lines, expected - distance)) {
                return expected - distance;
            }
        }
        throw new DoesNotApply(
                "%s has changed: nowhere in it are the lines\n%s"
                        .formatted(path, String.join("\n", hunk.before)));
    }

    private static boolean isAt(Hunk hunk, List<String> lines, int at) {
        return at >= 0
                && at + hunk.before.size() <= lines.size()
                && lines.subList(at, at + hunk.before.size()).equals(hunk.before);
    }
}
