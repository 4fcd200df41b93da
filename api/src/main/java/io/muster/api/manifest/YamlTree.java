package io.muster.api.manifest;

import io.muster.api.outcome.Problem;
import io.muster.api.tree.Node;
import io.muster.api.tree.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * One YAML document as a tree, with the places of its nodes.
 *
 * <p>Made from the events of the parser, so that every node has its place and nothing is bigger
 * than was written: an alias shares the node of its anchor, and what all aliases together stand for
 * is bounded, since whoever walks the tree meets it again and again.
 */
final class YamlTree {
    static final int MAX_DEPTH = 64;
    static final int MAX_ALIASES = 1000;

    /** The most characters of text that a tree stands for, aliases counted as often as used. */
    static final long MAX_EXPANDED = 16L << 20;

    private static final int NODE_WEIGHT = 16;
    private static final int MAX_MESSAGE = 300;
    private static final int MAX_PROBLEMS = 100;
    private static final String TAG = "tag:yaml.org,2002:";

    private final ParserImpl parser;
    private final Positions positions;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Anchored> anchors = new HashMap<>();

    /** Anchors of what is being read. */
    private final Set<String> open = new HashSet<>();

    private Positions.Place place = new Positions.Place(1, 1); // up to where the text was read
    private long expanded;
    private int aliases;
    private int moreProblems;

    private YamlTree(String text, Positions positions) {
        this.parser = new ParserImpl(new StreamReader(text), new LoaderOptions());
        this.positions = positions;
    }

    /** A tree, and what is wrong with it although it could be read. */
    record Parsed(Node tree, List<Problem> problems) {
        Parsed {
            problems = List.copyOf(problems);
        }
    }

    /** The text is no YAML, or not of the kind that is read here. */
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1;

        private final transient Problem problem;

        Refusal(Problem problem) {
            super(problem.toString());
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }

    private record Anchored(Node node, long weight) {}

    /**
     * Reads the one document of a text; others may be there if they are empty.
     *
     * @param fill what to do about a text that is empty
     */
    static Parsed read(String text, Positions positions, String fill) throws Refusal {
        try {
            return new YamlTree(text, positions).document(fill);
        } catch (MarkedYAMLException e) {
            throw new Refusal(
                    new Problem(
                            position(e, positions),
                            cut("is no YAML: " + complaint(e)),
                            "look at indentation, colons and quotes here and just above"));
        } catch (ReaderException e) {
            throw new Refusal(
                    new Problem(
                            positions.text(place(text, e.getPosition())),
                            "has the character U+%04X, which YAML does not allow"
                                    .formatted(e.getCodePoint()),
                            "remove it, or write it with an escape inside double quotes"));
        } catch (YAMLException e) {
            throw new Refusal(
                    new Problem(
                            positions.text(new Positions.Place(1, 1)),
                            "is no YAML: " + e.getMessage(),
                            "correct the text"));
        }
    }

    private Parsed document(String fill) throws Refusal {
        next(); // the stream starts
        Node found = null;
        while (!peek().is(Event.ID.StreamEnd)) {
            var start = next(); // the document starts
            if (peek() instanceof ScalarEvent scalar && meaning(scalar) == Origin.Scalar.NOTHING) {
                place = place(scalar.getStartMark());
                next();
                next();
                continue; // a line of dashes too many, or a document of comments
            }
            if (found != null) {
                problem(
                        start,
                        "holds a second document from here on",
                        "write each manifest to a file of its own");
                break; // the first one is looked at nevertheless
            }
            found = node(1);
            next(); // the document ends
        }
        if (found == null) {
            throw refusal(peek(), "is empty", fill);
        }
        return new Parsed(found, found());
    }

    private Node node(int depth) throws Refusal {
        var event = next();
        if (depth > MAX_DEPTH) {
            throw refusal(event, "lies deeper than %d levels".formatted(MAX_DEPTH), "nest less");
        }
        long before = expanded;
        spend(event, NODE_WEIGHT);
        if (event instanceof CollectionStartEvent start && start.getAnchor() != null) {
            open.add(start.getAnchor());
        }
        var node =
                switch (event) {
                    case AliasEvent alias -> alias(alias);
                    case ScalarEvent scalar -> scalar(scalar);
                    case MappingStartEvent mapping -> mapping(mapping, depth);
                    case SequenceStartEvent sequence -> sequence(sequence, depth);
                    default -> throw new IllegalStateException("no node: " + event);
                };
        if (!(event instanceof AliasEvent)) {
            var anchor = ((NodeEvent) event).getAnchor();
            if (anchor != null) {
                open.remove(anchor);
                anchors.put(anchor, new Anchored(node, expanded - before));
            }
        }
        return node;
    }

    private Node alias(AliasEvent alias) throws Refusal {
        var anchored = anchors.get(alias.getAnchor());
        if (open.contains(alias.getAnchor())) {
            throw refusal(
                    alias,
                    "*%s stands inside of what &%s marks, which would have no end"
                            .formatted(alias.getAnchor(), alias.getAnchor()),
                    "write out what is meant");
        }
        if (anchored == null) {
            throw refusal(
                    alias,
                    "*%s refers to no anchor above it".formatted(alias.getAnchor()),
                    "mark what is meant by &%s, further up".formatted(alias.getAnchor()));
        }
        aliases++;
        if (aliases > MAX_ALIASES) {
            throw refusal(
                    alias,
                    "is alias number %d; at most %d are read".formatted(aliases, MAX_ALIASES),
                    "write out what is meant");
        }
        spend(alias, anchored.weight());
        return anchored.node();
    }

    private Node.Text scalar(ScalarEvent event) throws Refusal {
        var value = event.getValue();
        spend(event, value.length());
        var text = new Node.Text(value);
        positions.add(text, place(event.getStartMark()), meaning(event));
        return text;
    }

    private Origin.Scalar meaning(ScalarEvent event) {
        var tag = event.getTag();
        if (tag == null) {
            return event.isPlain() ? Scalars.meaning(event.getValue()) : Origin.Scalar.TEXT;
        }
        return switch (tag) {
            case "!", TAG + "str" -> Origin.Scalar.TEXT;
            case TAG + "null" -> Origin.Scalar.NOTHING;
            case TAG + "bool" -> Origin.Scalar.TRUTH;
            case TAG + "int", TAG + "float" -> Origin.Scalar.NUMBER;
            default -> {
                unknownTag(event, tag);
                yield Origin.Scalar.TEXT;
            }
        };
    }

    private Node.Entries mapping(MappingStartEvent start, int depth) throws Refusal {
        checkTag(start, start.getTag(), TAG + "map");
        var entries = new LinkedHashMap<String, Node>();
        var places = new HashMap<String, Positions.Place>();
        boolean merges = false;
        while (!peek().is(Event.ID.MappingEnd)) {
            var event = peek();
            var key = key();
            var value = node(depth + 1);
            if (isMerge(event)) {
                problem(
                        event,
                        "merge keys (<<) are not read: YAML 1.2 has none",
                        "write out the keys that are meant; the alias of a whole value (key: *name)"
                                + " is read");
                merges = true;
                continue;
            }
            var place = place(event.getStartMark());
            var first = places.putIfAbsent(key, place);
            if (first == null) {
                entries.put(key, value);
            } else {
                problem(
                        event,
                        "key \"%s\" is there twice, first on line %d".formatted(key, first.line()),
                        "keep one of them");
            }
        }
        next();
        var map = new Node.Entries(entries);
        positions.add(map, place(start.getStartMark()), places);
        if (merges) {
            positions.addPartial(map);
        }
        return map;
    }

    private String key() throws Refusal {
        var event = next();
        if (!(event instanceof ScalarEvent scalar)) {
            throw refusal(event, "a key is not plain text", "write a word before the colon");
        }
        spend(event, NODE_WEIGHT + scalar.getValue().length());
        if (scalar.getAnchor() != null) {
            anchors.put(
                    scalar.getAnchor(),
                    new Anchored(new Node.Text(scalar.getValue()), scalar.getValue().length()));
        }
        return scalar.getValue();
    }

    private static boolean isMerge(Event key) {
        return key instanceof ScalarEvent scalar
                && scalar.isPlain()
                && scalar.getValue().equals("<<");
    }

    private Node.Items sequence(SequenceStartEvent start, int depth) throws Refusal {
        checkTag(start, start.getTag(), TAG + "seq");
        var items = new ArrayList<Node>();
        while (!peek().is(Event.ID.SequenceEnd)) {
            items.add(node(depth + 1));
        }
        next();
        var list = new Node.Items(items);
        positions.add(list, place(start.getStartMark()));
        return list;
    }

    private void checkTag(Event event, @Nullable String tag, String known) {
        if (tag != null && !tag.equals("!") && !tag.equals(known)) {
            unknownTag(event, tag);
        }
    }

    private void unknownTag(Event event, String tag) {
        problem(event, "the tag %s has no meaning here".formatted(tag), "leave it out");
    }

    private Event next() throws Refusal {
        var event = peek();
        parser.getEvent();
        place = place(event.getEndMark());
        return event;
    }

    /** Looks at the next event. The parser is not good at escapes that are cut short. */
    private Event peek() throws Refusal {
        try {
            return parser.peekEvent();
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new Refusal(
                    new Problem(
                            positions.text(place),
                            cut("is no YAML from here on: " + e.getMessage()),
                            "look at the escapes (\\) inside double quotes"));
        }
    }

    private void spend(Event event, long weight) throws Refusal {
        expanded += weight;
        if (expanded > MAX_EXPANDED) {
            throw refusal(
                    event,
                    "stands for too much: more than %d characters".formatted(MAX_EXPANDED),
                    "use fewer aliases, or several files");
        }
    }

    private void problem(Event event, String what, String remedy) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(refusal(event, what, remedy).problem());
        } else {
            moreProblems++;
        }
    }

    /** A text of nothing else would make an answer longer than itself. */
    private List<Problem> found() {
        var found = new ArrayList<>(problems);
        if (moreProblems > 0) {
            found.add(
                    new Problem(
                            "", "%d more of them".formatted(moreProblems), "correct these first"));
        }
        return found;
    }

    private Refusal refusal(Event event, String what, String remedy) {
        return new Refusal(new Problem(positions.text(place(event.getStartMark())), what, remedy));
    }

    /** Words of the text may be as long as the text. */
    private static String cut(String message) {
        return message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) + "..." : message;
    }

    private static Positions.Place place(Mark mark) {
        return new Positions.Place(mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** Finds the place of a character that the parser does not even count. */
    private static Positions.Place place(String text, int codePoints) {
        int line = 1;
        int column = 1;
        for (int point : text.codePoints().limit(Math.max(0, codePoints)).toArray()) {
            line += point == '\n' ? 1 : 0;
            column = point == '\n' ? 1 : column + 1;
        }
        return new Positions.Place(line, column);
    }

    private static String position(MarkedYAMLException e, Positions positions) {
        var mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
        return positions.text(mark == null ? new Positions.Place(1, 1) : place(mark));
    }

    private static String complaint(MarkedYAMLException e) {
        return e.getContext() == null ? e.getProblem() : e.getProblem() + ", " + e.getContext();
    }
}
