package io.muster.api.tree;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Brings a state that somebody wrote to the one shape that messages have: tags are a map, masks of
 * rules are called so, and what is unknown or holds nothing is left out. What has a wrong kind
 * stays as it is.
 */
final class PlainShape {
    private static final String MASKS = "filterMasks";
    private static final String OLD_MASKS = "filterMask"; // of v0.1
    private static final List<String> RULE_KEYS =
            Stream.concat(AccessReader.STATE_KEYS.stream(), AccessReader.LOG_KEYS.stream())
                    .distinct()
                    .toList();

    private final Origin origin;

    PlainShape(Origin origin) {
        this.origin = origin;
    }

    Node state(Node state) {
        return map(
                state,
                StateReader.KEYS,
                (key, value) -> key.equals("workloads") ? each(value, this::workload) : value);
    }

    private Node workload(Node workload) {
        return map(
                workload,
                WorkloadReader.KEYS,
                (key, value) ->
                        switch (key) {
                            case "tags" -> tags(value);
                            case "dependencies" ->
                                    each(value, each -> keys(each, WorkloadReader.DEPENDENCY_KEYS));
                            case "files" ->
                                    items(value, file -> keys(file, WorkloadReader.FILE_KEYS));
                            case "controlInterfaceAccess" ->
                                    map(
                                            value,
                                            AccessReader.KEYS,
                                            (_, rules) -> items(rules, this::rule));
                            default -> value;
                        });
    }

    private Node rule(Node rule) {
        if (!(keys(rule, RULE_KEYS) instanceof Node.Entries(var entries))) {
            return rule;
        }
        var renamed = new LinkedHashMap<String, Node>();
        entries.forEach((key, value) -> renamed.put(key.equals(OLD_MASKS) ? MASKS : key, value));
        return new Node.Entries(renamed);
    }

    private Node tags(Node tags) {
        if (!(tags instanceof Node.Items(var items))) {
            return each(tags, tag -> tag);
        }
        var map = new LinkedHashMap<String, Node>();
        for (var item : items) {
            if (item instanceof Node.Entries(var tag)
                    && tag.get("key") instanceof Node.Text(var key)) {
                var value = tag.get("value");
                if (value != null) {
                    map.put(key, value);
                }
            }
        }
        return new Node.Entries(map);
    }

    private Node keys(Node node, Collection<String> known) {
        return map(node, known, (_, value) -> value);
    }

    private Node map(Node node, Collection<String> known, BinaryValue below) {
        if (!(node instanceof Node.Entries(var entries))) {
            return node;
        }
        var kept = new LinkedHashMap<String, Node>();
        entries.forEach((key, value) -> {
            if (known.contains(key) && !isNothing(value)) {
                kept.put(key, below.of(key, value));
            }
        });
        return new Node.Entries(kept);
    }

    private Node each(Node node, UnaryOperator<Node> below) {
        if (!(node instanceof Node.Entries(var entries))) {
            return node;
        }
        var changed = new LinkedHashMap<String, Node>();
        entries.forEach((key, value) -> changed.put(key, below.apply(value)));
        return new Node.Entries(changed);
    }

    private static Node items(Node node, UnaryOperator<Node> below) {
        return node instanceof Node.Items(var items)
                ? new Node.Items(items.stream().map(below).toList())
                : node;
    }

    private boolean isNothing(Node node) {
        return node instanceof Node.Text text && origin.scalar(text) == Origin.Scalar.NOTHING;
    }

    private interface BinaryValue {
        Node of(String key, Node value);
    }
}
