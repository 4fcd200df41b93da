package io.muster.api;

import io.muster.api.tree.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Writes trees in tests as lines of {@code path=value}. */
public final class Trees {
    private Trees() {}

    /**
     * Makes a tree. A value of {@code {}} is an empty map, one in brackets a list of texts, one
     * that starts with {@code #} a whole number, anything else a text.
     */
    public static Node.Entries of(String... lines) {
        var tree = Node.Entries.NONE;
        for (var line : lines) {
            int end = line.indexOf('=');
            var path = List.of(line.substring(0, end).split("\\.", -1));
            tree = put(tree, path, leaf(line.substring(end + 1)));
        }
        return tree;
    }

    private static Node.Entries put(Node.Entries tree, List<String> path, Node leaf) {
        var entries = new LinkedHashMap<>(tree.entries());
        var key = path.getFirst();
        if (path.size() == 1) {
            entries.put(key, leaf);
        } else {
            var below = (Node.Entries) entries.getOrDefault(key, Node.Entries.NONE);
            entries.put(key, put(below, path.subList(1, path.size()), leaf));
        }
        return new Node.Entries(entries);
    }

    private static Node leaf(String value) {
        if (value.equals("{}")) {
            return Node.Entries.NONE;
        }
        if (value.equals("[]")) {
            return new Node.Items(List.of());
        }
        if (value.startsWith("[")) {
            var texts = value.substring(1, value.length() - 1).split(", ", -1);
            return new Node.Items(List.of(texts).stream().<Node>map(Node.Text::new).toList());
        }
        return value.startsWith("#")
                ? new Node.Whole(Long.parseLong(value.substring(1)))
                : new Node.Text(value);
    }

    /** Lists a tree as lines of {@code path=value}, in its order. */
    public static List<String> lines(Node tree) {
        var lines = new ArrayList<String>();
        addLines(tree, "", lines);
        return lines;
    }

    private static void addLines(Node node, String path, List<String> lines) {
        switch (node) {
            case Node.Entries(var entries) when entries.isEmpty() -> lines.add(path + "={}");
            case Node.Entries(var entries) ->
                    entries.forEach((key, child) ->
                            addLines(child, path.isEmpty() ? key : path + "." + key, lines));
            case Node.Items(var items) ->
                    lines.add(path + "=" + items.stream().map(Trees::text).toList());
            case Node.Text(var value) -> lines.add(path + "=" + value);
            case Node.Whole(var value) -> lines.add(path + "=#" + value);
        }
    }

    private static String text(Node node) {
        return node instanceof Node.Text(var value) ? value : String.join(" ", lines(node));
    }
}
