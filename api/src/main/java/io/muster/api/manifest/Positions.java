package io.muster.api.manifest;

import io.muster.api.tree.Node;
import io.muster.api.tree.Origin;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/** Where the nodes of one file were written. Equal nodes have places of their own. */
final class Positions implements Origin {
    private final String file;
    private final IdentityHashMap<Node, Place> nodes = new IdentityHashMap<>();
    private final IdentityHashMap<Node, Map<String, Place>> keys = new IdentityHashMap<>();
    private final IdentityHashMap<Node, Scalar> meanings = new IdentityHashMap<>();
    private final Set<Node> partial = Collections.newSetFromMap(new IdentityHashMap<>());

    Positions(String file) {
        this.file = file;
    }

    /** A line and a column, both from 1. */
    record Place(int line, int column) {}

    void add(Node node, Place place) {
        nodes.put(node, place);
    }

    void add(Node.Text text, Place place, Scalar meaning) {
        nodes.put(text, place);
        if (meaning != Scalar.TEXT) {
            meanings.put(text, meaning);
        }
    }

    void add(Node.Entries map, Place place, Map<String, Place> keysOfMap) {
        nodes.put(map, place);
        keys.put(map, keysOfMap);
    }

    /** Notes that a map lacks something that was written. */
    void addPartial(Node.Entries map) {
        partial.add(map);
    }

    /** Gives a changed copy of a map the places of the original. */
    void copy(Node.Entries original, Node.Entries changed) {
        if (partial.contains(original)) {
            partial.add(changed);
        }
        var place = nodes.get(original);
        if (place != null) {
            add(changed, place, keys.getOrDefault(original, Map.of()));
        }
    }

    /** Writes a place for a message. */
    String text(Place place) {
        return file + ":" + place.line() + ":" + place.column();
    }

    @Override
    public String place(Node node) {
        var place = nodes.get(node);
        return place == null ? file : text(place);
    }

    @Override
    public String place(Node.Entries map, String key) {
        var place = keys.getOrDefault(map, Map.of()).get(key);
        return place == null ? place(map) : text(place);
    }

    @Override
    public Scalar scalar(Node.Text text) {
        return meanings.getOrDefault(text, Scalar.TEXT);
    }

    @Override
    public boolean isWhole(Node.Entries map) {
        return !partial.contains(map);
    }
}
