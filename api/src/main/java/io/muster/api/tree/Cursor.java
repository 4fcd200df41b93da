package io.muster.api.tree;

import io.muster.api.name.Names;
import io.muster.api.outcome.Nearest;
import io.muster.api.outcome.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A node together with its path and place, and the list on which to complain about it.
 *
 * <p>What returns an {@link Optional} has complained when it returns nothing, unless it says
 * otherwise.
 */
final class Cursor {
    private static final int MAX_QUOTED = 80;

    private final Node node;
    private final @Nullable Cursor parent;
    private final String step; // from the parent, such as ".web" or "[3]"; the path at the root
    private final Origin origin;
    private final Findings findings;

    private Cursor(
            Node node, @Nullable Cursor parent, String step, Origin origin, Findings findings) {
        this.node = node;
        this.parent = parent;
        this.step = step;
        this.origin = origin;
        this.findings = findings;
    }

    static Cursor root(Node node, String path, Origin origin, Findings findings) {
        return new Cursor(node, null, path, origin, findings);
    }

    Node node() {
        return node;
    }

    /** Says whether nothing was written where a value could be. */
    boolean isNothing() {
        return node instanceof Node.Text text && origin.scalar(text) == Origin.Scalar.NOTHING;
    }

    /** The entries of a map, in their order. Nothing written is no entries. */
    Map<String, Cursor> entries() {
        var children = new LinkedHashMap<String, Cursor>();
        if (node instanceof Node.Entries(var entries)) {
            entries.forEach((key, value) -> children.put(key, child(value, "." + key)));
        } else if (!isNothing()) {
            problem("is " + kind() + " instead of a map", "write keys and values below it");
        }
        return children;
    }

    /** The items of a list. Nothing written is no items. */
    List<Cursor> items() {
        var children = new ArrayList<Cursor>();
        if (node instanceof Node.Items(var items)) {
            for (int i = 0; i < items.size(); i++) {
                children.add(child(items.get(i), "[" + i + "]"));
            }
        } else if (!isNothing()) {
            problem("is " + kind() + " instead of a list", "write \"- \" before each item");
        }
        return children;
    }

    /** The value of a key; nothing, without a complaint, if it is not there or has no value. */
    Optional<Cursor> get(String key) {
        if (node instanceof Node.Entries(var entries)) {
            var value = entries.get(key);
            if (value != null) {
                return Optional.of(child(value, "." + key)).filter(c -> !c.isNothing());
            }
        }
        return Optional.empty();
    }

    /** The text of a key that must be there. */
    Optional<String> required(String key, String remedy) {
        var value = get(key);
        if (value.isEmpty() && isWhole()) {
            problem(key + " is missing", remedy);
        }
        return value.flatMap(Cursor::text);
    }

    /** Says whether this is a map, and a key that it lacks is missing. */
    boolean isWhole() {
        return node instanceof Node.Entries map && origin.isWhole(map);
    }

    /** Says whether this is a map; nothing written is none here, and that is told, too. */
    boolean isMap(String remedy) {
        if (isNothing()) {
            problem("has no fields", remedy);
        } else {
            entries();
        }
        return node instanceof Node.Entries;
    }

    /** How many problems were found so far, anywhere. */
    int problems() {
        return findings.count();
    }

    /** The text. */
    Optional<String> text() {
        if (!(node instanceof Node.Text(var value))) {
            problem("is " + kind() + " instead of text", "write one text");
            return Optional.empty();
        }
        return switch (origin.scalar((Node.Text) node)) {
            case TEXT -> Optional.of(value);
            case NOTHING -> {
                problem("has no value", "write one; an empty text is \"\"");
                yield Optional.empty();
            }
            case NUMBER, TRUTH -> {
                problem(
                        "%s is %s instead of text".formatted(quoted(value), kind()),
                        "quote it: \"%s\"".formatted(shortened(value)));
                yield Optional.empty();
            }
        };
    }

    /** One of a few words. */
    <T> Optional<T> word(String what, Map<String, T> words) {
        var text = text();
        if (text.isPresent() && !words.containsKey(text.get())) {
            problem(
                    "%s is no %s".formatted(quoted(text.get()), what),
                    "use one of " + String.join(", ", words.keySet()));
        }
        return text.flatMap(word -> Optional.ofNullable(words.get(word)));
    }

    /** Checks the key by which this node is reached. */
    boolean keyIsName(String what, String key) {
        if (Names.isName(key)) {
            return true;
        }
        var complaint = complaint(key);
        findings.problem(
                new Problem(
                        whereKey(key),
                        "%s is no %s: %s".formatted(quoted(key), what, complaint[0]),
                        complaint[1]));
        return false;
    }

    /** Checks a text. */
    boolean isName(String what, String text) {
        if (Names.isName(text)) {
            return true;
        }
        var complaint = complaint(text);
        problem("%s is no %s: %s".formatted(quoted(text), what, complaint[0]), complaint[1]);
        return false;
    }

    private static String[] complaint(String text) {
        return Names.complaint(text).split("; ", 2);
    }

    /** Warns about keys that mean nothing here. */
    void knowsOnly(Collection<String> known) {
        if (!(node instanceof Node.Entries(var entries))) {
            return;
        }
        for (var entry : entries.entrySet()) {
            var key = entry.getKey();
            if (!known.contains(key)) {
                var child = child(entry.getValue(), "." + key);
                var where = child.whereKey(key);
                var what = "%s is unknown and has no effect".formatted(quoted(key));
                Nearest.to(key, known)
                        .ifPresentOrElse(
                                word ->
                                        findings.misspelt(
                                                new Problem(
                                                        where, what, "did you mean " + word + "?")),
                                () ->
                                        findings.warning(
                                                new Problem(
                                                        where,
                                                        what,
                                                        "known here: "
                                                                + String.join(", ", known))));
            }
        }
    }

    void problem(String what, String remedy) {
        findings.problem(new Problem(where(), what, remedy));
    }

    void warning(String what, String remedy) {
        findings.warning(new Problem(where(), what, remedy));
    }

    /** Quotes a value for a message. */
    static String quoted(String value) {
        return "\"" + shortened(value) + "\"";
    }

    private static String shortened(String value) {
        var line = value.length() > MAX_QUOTED ? value.substring(0, MAX_QUOTED) + "..." : value;
        return line.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
    }

    private Cursor child(Node value, String childStep) {
        return new Cursor(value, this, childStep, origin, findings);
    }

    private String kind() {
        return switch (node) {
            case Node.Entries _ -> "a map";
            case Node.Items _ -> "a list";
            case Node.Text text -> origin.scalar(text).words();
            case Node.Whole _ -> "a number";
        };
    }

    private String where() {
        return join(origin.place(node));
    }

    private String whereKey(String key) {
        return join(
                parent != null && parent.node instanceof Node.Entries map
                        ? origin.place(map, key)
                        : "");
    }

    private String join(String place) {
        var path = path();
        return place.isEmpty() ? path : path.isEmpty() ? place : place + ": " + path;
    }

    private String path() {
        var steps = new ArrayList<String>();
        for (var cursor = this; cursor != null; cursor = cursor.parent) {
            steps.add(shortened(cursor.step));
        }
        var path = String.join("", steps.reversed());
        return path.startsWith(".") ? path.substring(1) : path;
    }
}
