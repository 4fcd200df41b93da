package io.muster.api.path;

import java.util.ArrayList;
import java.util.List;

/**
 * Names one field of the state's tree, from the root.
 *
 * @param segments the keys; empty names the root
 */
public record FieldPath(List<String> segments) {
    /** The whole tree. */
    public static final FieldPath ROOT = new FieldPath(List.of());

    /** Copies the list. */
    public FieldPath {
        segments = List.copyOf(segments);
    }

    /** Names a field by its keys. */
    public static FieldPath of(String... segments) {
        return new FieldPath(List.of(segments));
    }

    /** Names a field below this one. */
    public FieldPath child(String key) {
        var longer = new ArrayList<>(segments);
        longer.add(key);
        return new FieldPath(longer);
    }

    @Override
    public String toString() {
        return String.join(".", segments);
    }
}
