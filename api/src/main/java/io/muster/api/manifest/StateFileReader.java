package io.muster.api.manifest;

import io.muster.api.codec.RequestCodec;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.request.Request;
import io.muster.api.tree.Node;
import io.muster.api.tree.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/**
 * Reads files with a complete state, or a part of one, as {@code get state} writes them: YAML, of
 * which JSON is a part.
 *
 * <p>What no update can change is left out of the tree: the states of workloads, the status of
 * agents, and the effective state. Whether the rest makes sense depends on the masks and on what is
 * there already; only that it holds keys and texts is looked at here.
 */
public final class StateFileReader {
    private static final Set<String> READ_ONLY = Set.of("workloadStates", "effectiveState");

    private final Positions positions;
    private final List<Problem> problems = new ArrayList<>();

    private StateFileReader(Positions positions) {
        this.positions = positions;
    }

    /**
     * Reads one.
     *
     * @param file its name, for messages
     */
    public static Outcome<Node.Entries> read(String file, String text) {
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
            parsed = YamlTree.read(text, positions);
        } catch (YamlTree.Refusal e) {
            return Outcome.refused(List.of(e.problem()));
        }
        var reader = new StateFileReader(positions);
        reader.problems.addAll(parsed.problems());
        var state = reader.state(parsed.tree());
        reader.checkKeys(state);
        return reader.problems.isEmpty()
                ? Outcome.accepted(state)
                : Outcome.refused(reader.problems);
    }

    /** Whether it has the keys and kinds of values that a message has room for. */
    private void checkKeys(Node.Entries state) {
        var desired = state.entries().get("desiredState");
        try {
            RequestCodec.encode(new Request("state", new Request.UpdateState(state, List.of())));
        } catch (IllegalArgumentException e) {
            var complaint = String.valueOf(e.getMessage()).split(": ", 2);
            var problem =
                    new Problem(
                            complaint[0],
                            complaint.length > 1 ? complaint[1] : "is no state",
                            "look for a typing error, or at what muster get state shows");
            problems.add(
                    desired == null
                            ? problem
                            : new FieldPlaces(desired, positions).located(problem));
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
                        case "desiredState" -> {
                            check(node, key);
                            parts.put(key, node);
                        }
                        case "agents" -> parts.put(key, agents(node));
                        default -> {
                            if (!READ_ONLY.contains(key)) {
                                problems.add(unknown(root, key));
                            }
                        }
                    }
                });
        return new Node.Entries(parts);
    }

    private Problem unknown(Node.Entries root, String key) {
        return new Problem(
                positions.place(root, key) + ": " + key,
                "is no part of a state",
                key.equals("workloads") || key.equals("configs") || key.equals("apiVersion")
                        ? "this is a manifest: use muster apply, or write it below desiredState"
                        : "the parts are desiredState, workloadStates, agents and effectiveState");
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
            if (agent instanceof Node.Entries(var attributes)) {
                var rest = new LinkedHashMap<>(attributes);
                rest.remove("status");
                rest.forEach((key, value) -> check(value, path + "." + key));
                agents.put(name, new Node.Entries(rest));
            } else {
                check(agent, path);
                agents.put(name, agent);
            }
        });
        return new Node.Entries(agents);
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
