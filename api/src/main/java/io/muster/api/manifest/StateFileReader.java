package io.muster.api.manifest;

import io.muster.api.codec.RequestCodec;
import io.muster.api.outcome.Nearest;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.request.Request;
import io.muster.api.state.Drained;
import io.muster.api.tree.Node;
import io.muster.api.tree.Origin;
import io.muster.api.tree.StateTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads files with a complete state, or a part of one, as {@code get state} writes them: YAML, of
 * which JSON is a part.
 *
 * <p>What no update can change is left out of the tree: the states of workloads, status and usage
 * of agents, and the effective state. Whether the rest makes sense depends on the masks and on what
 * is there already, so nothing is missing here; all else is checked as in a manifest, in the shapes
 * of both versions. A key that is not known is a warning, except where it may stand for a whole
 * part: a part that the file lacks is removed.
 */
public final class StateFileReader {
    private static final String DESIRED = "desiredState";
    private static final String TAGS = "tags";
    private static final Set<String> READ_ONLY = Set.of("workloadStates", "effectiveState");
    private static final Set<String> MEASURED = Set.of("status", "usage", Drained.AWAY);
    private static final List<String> PARTS =
            List.of(DESIRED, "workloadStates", "agents", "effectiveState");
    private static final List<String> SECTIONS = List.of("apiVersion", "workloads", "configs");

    private final Positions positions;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();
    private List<Problem> misspelt = List.of();

    private StateFileReader(Positions positions) {
        this.positions = positions;
    }

    /**
     * Reads one.
     *
     * @param file its name, for messages
     */
    public static Outcome<StateFile> read(String file, String text) {
        if (text.length() > ManifestReader.MAX_CHARACTERS) {
            return Outcome.refused(
                    file,
                    "has %d characters, of which at most %d are read"
                            .formatted(text.length(), ManifestReader.MAX_CHARACTERS),
                    "leave out what is not to be changed");
        }
        var positions = new Positions(file);
        YamlTree.Parsed parsed;
        try {
            parsed =
                    YamlTree.read(
                            text,
                            positions,
                            "write desiredState and below it what is to be set, as muster get state"
                                    + " shows it");
        } catch (YamlTree.Refusal e) {
            return Outcome.refused(List.of(e.problem()));
        }
        var reader = new StateFileReader(positions);
        reader.problems.addAll(parsed.problems());
        var state = reader.state(parsed.tree());
        if (reader.problems.isEmpty()) {
            reader.checkKeys(state, parsed.tree());
        }
        return reader.problems.isEmpty()
                ? Outcome.accepted(new StateFile(state, reader.warnings))
                : Outcome.refused(
                        Stream.concat(reader.problems.stream(), reader.misspelt.stream()).toList());
    }

    /** Whether a message has room for it; what is left to find here is rare. */
    private void checkKeys(Node.Entries state, Node written) {
        try {
            RequestCodec.encode(new Request("state", new Request.UpdateState(state, List.of())));
        } catch (IllegalArgumentException e) {
            var complaint = String.valueOf(e.getMessage()).split(": ", 2);
            var problem =
                    new Problem(
                            complaint[0],
                            complaint.length > 1 ? complaint[1] : "is no state",
                            "look for a typing error, or at what muster get state shows");
            var place = new FieldPlaces(written, positions).place(complaint[0]);
            problems.add(
                    new Problem(place + ": " + problem.where(), problem.what(), problem.remedy()));
        }
    }

    private Node.Entries state(Node tree) {
        if (!(tree instanceof Node.Entries root)) {
            problems.add(
                    new Problem(
                            positions.place(tree),
                            "is no state",
                            "write keys such as desiredState, as muster get state does"));
            return Node.Entries.NONE;
        }
        var parts = new LinkedHashMap<String, Node>();
        root.entries()
                .forEach((key, node) -> {
                    switch (key) {
                        case DESIRED -> parts.put(key, desired(node));
                        case "agents" -> parts.put(key, agents(node));
                        default -> {
                            if (!READ_ONLY.contains(key)) {
                                unknown(root, key);
                            }
                        }
                    }
                });
        return new Node.Entries(parts);
    }

    private Node desired(Node node) {
        var reading = StateTree.fragment(node, DESIRED, positions);
        problems.addAll(reading.problems());
        warnings.addAll(reading.warnings());
        misspelt = reading.misspelt();
        if (node instanceof Node.Entries map) {
            for (var key : map.entries().keySet()) {
                if (!SECTIONS.contains(key)) {
                    Nearest.to(key, SECTIONS).ifPresent(near -> mistaken(map, DESIRED, key, near));
                }
            }
        }
        return StateTree.plain(node, positions);
    }

    /** Something may be removed that stands there under another name. */
    private void mistaken(Node.Entries map, String path, String key, String near) {
        problems.add(
                new Problem(
                        positions.place(map, key)
                                + ": "
                                + (path.isEmpty() ? key : path + "." + key),
                        "is no part of a state",
                        "did you mean " + near + "?"));
    }

    private void unknown(Node.Entries root, String key) {
        var near = Nearest.to(key, PARTS);
        if (SECTIONS.contains(key)) {
            problems.add(
                    new Problem(
                            positions.place(root, key) + ": " + key,
                            "is no part of a state",
                            "this is a manifest: use muster apply, or write it below"
                                    + " desiredState"));
        } else if (near.isPresent()) {
            mistaken(root, "", key, near.get());
        } else {
            warnings.add(
                    new Problem(
                            positions.place(root, key) + ": " + key,
                            "is no part of a state and has no effect",
                            "the parts are " + String.join(", ", PARTS)));
        }
    }

    /** Leaves of each agent what can be changed. */
    private Node agents(Node node) {
        if (!(node instanceof Node.Entries(var entries))) {
            check(node, "agents");
            return node;
        }
        var agents = new LinkedHashMap<String, Node>();
        entries.forEach((name, agent) -> {
            var path = "agents." + name;
            if (agent instanceof Node.Entries attributes) {
                agents.put(name, attributes(attributes, path));
            } else if (agent instanceof Node.Text text
                    && positions.scalar(text) == Origin.Scalar.NOTHING) {
                agents.put(name, Node.Entries.NONE);
            } else {
                check(agent, path);
                agents.put(name, agent);
            }
        });
        return new Node.Entries(agents);
    }

    private Node.Entries attributes(Node.Entries map, String path) {
        var kept = new LinkedHashMap<String, Node>();
        map.entries()
                .forEach((key, value) -> {
                    if (key.equals(TAGS) || key.equals(Drained.KEY)) {
                        check(value, path + "." + key);
                        kept.put(key, value);
                    } else if (!MEASURED.contains(key)) {
                        warnings.add(
                                new Problem(
                                        positions.place(map, key) + ": " + path + "." + key,
                                        "\"%s\" is unknown and has no effect".formatted(key),
                                        Nearest.to(key, List.of(TAGS))
                                                .map(near -> "did you mean " + near + "?")
                                                .orElse("only tags of agents can be set")));
                    }
                });
        return new Node.Entries(kept);
    }

    /** Every scalar of a state that can be changed is a text. */
    private void check(Node node, String path) {
        switch (node) {
            case Node.Entries(var entries) ->
                    entries.forEach((key, child) -> check(child, path + "." + key));
            case Node.Items(var items) -> {
                for (int i = 0; i < items.size(); i++) {
                    check(items.get(i), path + "[" + i + "]");
                }
            }
            case Node.Text text -> {
                var meaning = positions.scalar(text);
                if (meaning != Origin.Scalar.TEXT) {
                    problems.add(
                            new Problem(
                                    positions.place(text) + ": " + path,
                                    "is %s, not text".formatted(meaning.words()),
                                    meaning == Origin.Scalar.NOTHING
                                            ? "give it a value, or leave it out"
                                            : "write it in quotes: \"%s\""
                                                    .formatted(text.value())));
                }
            }
            case Node.Whole _ -> throw new IllegalStateException("a file holds texts: " + path);
        }
    }
}
