package io.muster.cli.difference;

import io.muster.api.difference.LeafChange;
import io.muster.api.tree.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A field that differs.
 *
 * @param path below the workload or config
 * @param before empty if it was not there
 * @param after empty if it is not there
 */
record FieldChange(String path, Optional<String> before, Optional<String> after) {
    /** Returns the fields that differ, down to the last key. */
    static List<FieldChange> between(Optional<Node> before, Optional<Node> after) {
        return LeafChange.between(before, after).stream()
                .map(leaf -> new FieldChange(leaf.path(), leaf.before(), leaf.after()))
                .toList();
    }

    /** Returns it as lines that begin with "- ", "+ " or two blanks. */
    List<String> lines() {
        var label = path.isEmpty() ? "" : path + ": ";
        if (isLong(before) || isLong(after)) {
            var lines = new ArrayList<String>();
            lines.add("  " + (path.isEmpty() ? "value:" : path + ":"));
            LineDiff.of(before.orElse(""), after.orElse(""))
                    .forEach(line -> lines.add(line.substring(0, 2) + "  " + line.substring(2)));
            return lines;
        }
        var lines = new ArrayList<String>();
        before.ifPresent(text -> lines.add("- " + label + quoted(text)));
        after.ifPresent(text -> lines.add("+ " + label + quoted(text)));
        return lines;
    }

    private static boolean isLong(Optional<String> text) {
        return text.filter(value -> value.lines().count() > 1).isPresent();
    }

    private static String quoted(String text) {
        var line = text.stripTrailing();
        return line.isEmpty() ? "\"\"" : line;
    }
}
