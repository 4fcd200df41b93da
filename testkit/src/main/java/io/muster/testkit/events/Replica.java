package io.muster.testkit.events;

import io.muster.api.request.Response.AlteredFields;
import io.muster.api.tree.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state as a subscriber knows it who hears of everything.
 *
 * <p>Strict: what is said to come must not be there, what is said to change or go must be, and a
 * change must change something. So an event that was lost, doubled or told out of order shows.
 */
public final class Replica {
    private Node.Entries tree;

    /** Begins with a snapshot. */
    public Replica(Node.Entries snapshot) {
        this.tree = snapshot;
    }

    /** Returns the state as it is known. */
    public Node.Entries tree() {
        return tree;
    }

    /**
     * Takes an event.
     *
     * @param state what it carries
     * @throws AssertionError if it does not fit what is known
     */
    public void hear(Node.Entries state, AlteredFields altered) {
        for (var path : altered.removed()) {
            var gone = find(tree, path);
            var left = find(state, path);
            require(gone.isPresent(), "gone, but was not there", path);
            require(isNothing(left), "gone, and has a value", path);
            set(path, left);
        }
        for (var path : altered.updated()) {
            var was = find(tree, path);
            var is = find(state, path);
            require(was.isPresent(), "changed, but was not there", path);
            require(is.isPresent(), "changed, and has no value", path);
            require(!was.equals(is), "changed, but is the same", path);
            set(path, is);
        }
        for (var path : altered.added()) {
            var was = find(tree, path);
            require(isNothing(was), "new, but was there", path);
            require(find(state, path).isPresent(), "new, and has no value", path);
            set(path, find(state, path));
        }
    }

    /** A list that is empty is as good as none. */
    private static boolean isNothing(Optional<Node> node) {
        return node.isEmpty() || node.get().equals(new Node.Items(List.of()));
    }

    private static void require(boolean holds, String what, String path) {
        if (!holds) {
            throw new AssertionError("%s is said to be %s".formatted(path, what));
        }
    }

    private static List<String> keys(String path) {
        return List.of(path.split("\\.", -1));
    }

    private static Optional<Node> find(Node tree, String path) {
        Node node = tree;
        for (var key : keys(path)) {
            var child = node instanceof Node.Entries(var entries) ? entries.get(key) : null;
            if (child == null) {
                return Optional.empty();
            }
            node = child;
        }
        return Optional.of(node);
    }

    private void set(String path, Optional<Node> value) {
        tree = (Node.Entries) with(tree, keys(path), value);
    }

    private static Node with(@Nullable Node node, List<String> path, Optional<Node> value) {
        var entries =
                new LinkedHashMap<String, Node>(
                        node instanceof Node.Entries(var known)
                                ? known
                                : Node.Entries.NONE.entries());
        var key = path.getFirst();
        if (path.size() > 1) {
            entries.put(key, with(entries.get(key), path.subList(1, path.size()), value));
        } else if (value.isPresent()) {
            entries.put(key, value.get());
        } else {
            entries.remove(key);
        }
        return new Node.Entries(entries);
    }
}
