package io.muster.api.difference;

import io.muster.api.tree.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A text or a number that differs between two trees, as people read differences: down to the last
 * key, places of a list in brackets ({@code allowRules[0].filterMasks[1]}).
 *
 * @param before empty if it is new
 * @param after empty if it is gone
 */
public record LeafChange(String path, Optional<String> before, Optional<String> after) {
    /** Returns all that differ, sorted by path; one side may be missing. */
    public static List<LeafChange> between(Optional<Node> before, Optional<Node> after) {
        var was = new TreeMap<String, String>();
        var is = new TreeMap<String, String>();
        before.ifPresent(node -> flatten("", node, was));
        after.ifPresent(node -> flatten("", node, is));
        var paths = new TreeSet<>(was.keySet());
        paths.addAll(is.keySet());
        var changes = new ArrayList<LeafChange>();
        for (var path : paths) {
            var change =
                    new LeafChange(
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
}
