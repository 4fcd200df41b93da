package io.muster.api.difference;

import io.muster.api.path.FieldMask;
import io.muster.api.path.FieldPath;
import io.muster.api.path.MaskReader;
import io.muster.api.tree.Node;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The difference between two trees with the keys of a complete state, as subscribers ask for it by
 * masks.
 *
 * <p>What comes or goes is one difference, at the topmost key that only one of the trees has; what
 * has another value is one at each leaf, and a list is a leaf. A list that was empty comes, one
 * that becomes empty goes. A mask that ends above a difference, or at it, gets it as it is; a mask
 * that leads further gets the fields that are at its own end below.
 *
 * <p>Pure. The trees need hold no more than what may have changed; parts that are the same object
 * are not looked into. The cost follows the size of the trees, and is paid once for all masks.
 */
public final class Difference {
    /** What an entry of a map, a node or a segment of a path takes, in bytes, roughly. */
    private static final long KEY_WEIGHT = 32;

    /** The tree afterwards, cut down to what differs and what comes along with it. */
    private final Node.Entries after;

    private final List<Change> changes;

    private Difference(Node.Entries after, List<Change> changes) {
        this.after = after;
        this.changes = List.copyOf(changes);
    }

    private enum Kind {
        ADDED,
        UPDATED,
        REMOVED
    }

    /**
     * One difference.
     *
     * @param was what was there, and what could be reached below it
     * @param is what is there now
     */
    private record Change(FieldPath path, Kind kind, Node was, Node is) {}

    /** Compares. */
    public static Difference between(Node.Entries before, Node.Entries after) {
        var changes = new ArrayList<Change>();
        compare(FieldPath.ROOT, before, after, changes);
        var paths = changes.stream().map(change -> mask(change.path())).toList();
        return new Difference(
                paths.isEmpty() ? Node.Entries.NONE : MaskReader.read(after, paths), changes);
    }

    /** Says whether the trees are equal. */
    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /** Returns roughly how many bytes of memory it keeps. */
    public long weight() {
        long weight = weight(after);
        for (var change : changes) {
            weight += KEY_WEIGHT * change.path().segments().size();
            weight += weight(change.was()); // what is now is a part of the tree after it
        }
        return weight;
    }

    private static long weight(Node node) {
        return switch (node) {
            case Node.Entries(var entries) -> {
                long weight = KEY_WEIGHT;
                for (var entry : entries.entrySet()) {
                    weight += KEY_WEIGHT + entry.getKey().length() + weight(entry.getValue());
                }
                yield weight;
            }
            case Node.Items(var items) -> {
                long weight = KEY_WEIGHT;
                for (var item : items) {
                    weight += weight(item);
                }
                yield weight;
            }
            case Node.Text(var value) -> KEY_WEIGHT + value.length();
            case Node.Whole _ -> KEY_WEIGHT;
        };
    }

    @SuppressWarnings("ReferenceEquality") // what is the same needs no look inside
    private static void compare(FieldPath path, Node was, Node is, List<Change> changes) {
        if (was == is) {
            return;
        }
        if (was instanceof Node.Entries(var old) && is instanceof Node.Entries(var next)) {
            next.forEach((key, value) -> {
                var before = old.get(key);
                if (before == null) {
                    changes.add(new Change(path.child(key), Kind.ADDED, Node.Entries.NONE, value));
                } else {
                    compare(path.child(key), before, value, changes);
                }
            });
            old.forEach((key, value) -> {
                if (!next.containsKey(key)) {
                    changes.add(
                            new Change(path.child(key), Kind.REMOVED, value, Node.Entries.NONE));
                }
            });
        } else if (!was.equals(is)) {
            changes.add(new Change(path, kind(was, is), was, is));
        }
    }

    private static Kind kind(Node was, Node is) {
        if (was instanceof Node.Items(var old) && is instanceof Node.Items(var next)) {
            return old.isEmpty() ? Kind.ADDED : next.isEmpty() ? Kind.REMOVED : Kind.UPDATED;
        }
        return Kind.UPDATED;
    }

    private static FieldMask mask(FieldPath path) {
        return new FieldMask(path.segments());
    }

    /**
     * Chooses by masks; none choose everything.
     *
     * @return empty if nothing is left, so that there is nothing to tell
     */
    public Optional<Altered> seenBy(List<FieldMask> masks) {
        var added = new LinkedHashSet<FieldPath>();
        var updated = new LinkedHashSet<FieldPath>();
        var removed = new LinkedHashSet<FieldPath>();
        for (var mask : masks.isEmpty() ? List.of(FieldMask.of()) : masks) {
            for (var change : changes) {
                see(change, mask.segments(), added, updated, removed);
            }
        }
        if (added.isEmpty() && updated.isEmpty() && removed.isEmpty()) {
            return Optional.empty();
        }
        var all = new ArrayList<FieldMask>();
        Stream.of(added, updated, removed)
                .flatMap(Set::stream)
                .forEach(path -> all.add(mask(path)));
        return Optional.of(
                new Altered(
                        List.copyOf(added),
                        List.copyOf(updated),
                        List.copyOf(removed),
                        MaskReader.read(after, all)));
    }

    private static void see(
            Change change,
            List<String> mask,
            Set<FieldPath> added,
            Set<FieldPath> updated,
            Set<FieldPath> removed) {
        var path = change.path().segments();
        for (int i = 0; i < Math.min(mask.size(), path.size()); i++) {
            if (!fits(mask.get(i), path.get(i))) {
                return;
            }
        }
        if (mask.size() <= path.size()) {
            switch (change.kind()) {
                case ADDED -> added.add(change.path());
                case UPDATED -> updated.add(change.path());
                case REMOVED -> removed.add(change.path());
            }
        } else {
            var rest = mask.subList(path.size(), mask.size());
            below(change.path(), change.is(), rest, added);
            below(change.path(), change.was(), rest, removed);
        }
    }

    /** Finds the fields at the end of a mask. */
    private static void below(FieldPath path, Node node, List<String> mask, Set<FieldPath> found) {
        if (mask.isEmpty()) {
            found.add(path);
        } else if (node instanceof Node.Entries(Map<String, Node> entries)) {
            var rest = mask.subList(1, mask.size());
            if (mask.getFirst().equals(FieldMask.ANY)) {
                entries.forEach((key, child) -> below(path.child(key), child, rest, found));
            } else {
                var child = entries.get(mask.getFirst());
                if (child != null) {
                    below(path.child(mask.getFirst()), child, rest, found);
                }
            }
        }
    }

    private static boolean fits(String segment, String key) {
        return segment.equals(FieldMask.ANY) || segment.equals(key);
    }
}
