package io.muster.cli.difference;

import io.muster.api.tree.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

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
        var was = new TreeMap<String, String>();
        var is = new TreeMap<String, String>();
        before.ifPresent(node -> flatten("", node, was));
        after.ifPresent(node -> flatten("", node, is));
        var paths = new TreeSet<>(was.keySet());
        paths.addAll(is.keySet());
        var changes = new ArrayList<FieldChange>();
        for (var path : paths) {
            var change =
                    new FieldChange(
                            path,
                            Optional.ofNullable(was.get(path)),
                            Optional.ofNullable(is.get(path)));
            if (!change.before().equals(change.after())) {
                changes.add(change);
            }
        }
        return changes;
    }

    private static void flatten(String path, Node node, Map<String, String> into) {
        switch (node) {
            case Node.Entries(var entries) ->
                    entries.forEach((key, value) ->
                            flatten(path.isEmpty() ? key : path + "." + key, value, into));
            case Node.Items(var items) -> {
                for (int i = 0; i < items.size(); i++) {
                    flatten("%s[%d]".formatted(path, i), items.get(i), into);
                }
            }
            case Node.Text(var text) -> into.put(path, text);
            case Node.Whole(long number) -> into.put(path, Long.toString(number));
        }
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
