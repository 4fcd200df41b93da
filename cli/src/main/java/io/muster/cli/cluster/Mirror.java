package io.muster.cli.cluster;

import io.muster.api.request.Response.AlteredFields;
import io.muster.api.tree.Node;
import java.util.LinkedHashMap;
import java.util.List;

/** Keeps a tree like that of the server by what its events say. Pure. */
final class Mirror {
    private Mirror() {}

    /**
     * Returns the tree after an event.
     *
     * @param changes what the event carries: the fields that were added or updated, with their
     *     values
     */
    static Node.Entries after(Node.Entries before, Node.Entries changes, AlteredFields altered) {
        Node tree = before;
        for (var path : altered.removed()) {
            tree = without(tree, List.of(path.split("\\.", -1)));
        }
        for (var path : altered.updated()) {
            tree = without(tree, List.of(path.split("\\.", -1)));
        }
        return (Node.Entries) merged(tree, changes);
    }

    private static Node without(Node node, List<String> path) {
        if (!(node instanceof Node.Entries(var entries)) || path.isEmpty()) {
            return node;
        }
        var key = path.getFirst();
        var child = entries.get(key);
        if (child == null) {
            return node;
        }
        var rest = new LinkedHashMap<>(entries);
        if (path.size() == 1) {
            rest.remove(key);
        } else {
            rest.put(key, without(child, path.subList(1, path.size())));
        }
        return new Node.Entries(rest);
    }

    private static Node merged(Node below, Node above) {
        if (!(below instanceof Node.Entries(var old))
                || !(above instanceof Node.Entries(var fresh))) {
            return above;
        }
        var both = new LinkedHashMap<>(old);
        fresh.forEach((key, value) -> both.merge(key, value, Mirror::merged));
        return new Node.Entries(both);
    }
}
