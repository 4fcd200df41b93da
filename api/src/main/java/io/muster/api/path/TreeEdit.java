package io.muster.api.path;

import io.muster.api.tree.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** Changed copies of trees. An empty answer means that the path leads through no map. */
final class TreeEdit {
    private TreeEdit() {}

    /** Finds the node at a path. */
    static Optional<Node> find(Node tree, List<String> path) {
        var node = tree;
        for (var key : path) {
            if (!(node instanceof Node.Entries(var entries))) {
                return Optional.empty();
            }
            var child = entries.get(key);
            if (child == null) {
                return Optional.empty();
            }
            node = child;
        }
        return Optional.of(node);
    }

    /** The same with a value at a path; missing maps on the way are made. */
    static Optional<Node> with(Node tree, List<String> path, Node value) {
        if (path.isEmpty()) {
            return Optional.of(value);
        }
        if (!(tree instanceof Node.Entries(var entries))) {
            return Optional.empty();
        }
        var child = entries.getOrDefault(path.getFirst(), Node.Entries.NONE);
        return with(child, path.subList(1, path.size()), value)
                .map(changed -> put(tree, path.getFirst(), changed));
    }

    /**
     * The same without the key at a path; the map that holds it must be there, the key need not.
     */
    static Optional<Node> without(Node tree, List<String> path) {
        if (!(tree instanceof Node.Entries(var entries))) {
            return Optional.empty();
        }
        var key = path.getFirst();
        if (path.size() == 1) {
            var others = new LinkedHashMap<>(entries);
            others.remove(key);
            return Optional.of(new Node.Entries(others));
        }
        var child = entries.get(key);
        return child == null
                ? Optional.empty()
                : without(child, path.subList(1, path.size()))
                        .map(changed -> put(tree, key, changed));
    }

    private static Node put(Node tree, String key, Node value) {
        var entries = new LinkedHashMap<>(((Node.Entries) tree).entries());
        entries.put(key, value);
        return new Node.Entries(entries);
    }
}
