package io.muster.api.tree;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A part of the state as keys and values, with the key names of the manifest.
 *
 * <p>A tree may be any part of a whole; only what is turned into domain records must be complete.
 * Key order is that of insertion and is what users see.
 */
public sealed interface Node {
    /** Keys and their nodes. */
    record Entries(Map<String, Node> entries) implements Node {
        /** No keys. */
        public static final Entries NONE = new Entries(Map.of());

        /** Copies the map, keeping its order. */
        public Entries {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }
    }

    /** A list. */
    record Items(List<Node> items) implements Node {
        /** Copies the list. */
        public Items {
            items = List.copyOf(items);
        }
    }

    /** A text. */
    record Text(String value) implements Node {}

    /** A whole number; only the status of agents and our own fields have them. */
    record Whole(long value) implements Node {}
}
