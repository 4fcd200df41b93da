package io.muster.api.manifest;

import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * Reads manifests, of version v1 and of v0.1 with a warning.
 *
 * <p>Tells all that is wrong at once, each problem with file, line, column and path. A key that is
 * not known is a warning: it has no effect, but a manifest may have been written for more than one
 * system. It is told with the problems if one that is known is near: that may be missing. What
 * could hurt whoever reads it is refused: more than {@value #MAX_CHARACTERS} characters, 64 levels,
 * 1000 aliases, or aliases that stand for more than 16 million characters.
 */
public final class ManifestReader {
    /** The longest text that is read, in characters. */
    public static final int MAX_CHARACTERS = 1 << 20;

    private ManifestReader() {}

    /**
     * Reads a manifest.
     *
     * @param file its name, for messages
     */
    public static Outcome<Manifest> read(String file, String text) {
        return read(file, text, Optional.empty());
    }

    /**
     * Reads a manifest for one agent.
     *
     * @param file its name, for messages
     * @param agent takes the place of the agent of every workload, which then need not have any
     */
    public static Outcome<Manifest> read(String file, String text, Optional<String> agent) {
        var reading = part(file, text, agent);
        return reading.problems().isEmpty()
                ? Outcome.accepted(
                        new Manifest(reading.state(), reading.warnings(), reading.places()))
                : Outcome.refused(reading.refusal());
    }

    /**
     * Reads as much of a manifest as can be read, so that the rest can be checked together with
     * what is wrong with it.
     *
     * @param file its name, for messages
     * @param agent takes the place of the agent of every workload, which then need not have any
     */
    public static ManifestReading part(String file, String text, Optional<String> agent) {
        if (text.length() > MAX_CHARACTERS) {
            return ManifestReading.none(
                    file,
                    new Problem(
                            file,
                            "has %d characters, of which at most %d are read"
                                    .formatted(text.length(), MAX_CHARACTERS),
                            "split it into several files"));
        }
        var positions = new Positions(file);
        YamlTree.Parsed parsed;
        try {
            parsed =
                    YamlTree.read(
                            text,
                            positions,
                            "write apiVersion: v1 and workloads, or leave the file out");
        } catch (YamlTree.Refusal e) {
            return ManifestReading.none(file, e.problem());
        }
        var tree =
                agent.map(name -> withAgent(parsed.tree(), name, positions)).orElse(parsed.tree());
        var reading = StateTree.manifest(tree, positions);
        var problems = new ArrayList<Problem>(parsed.problems());
        problems.addAll(reading.problems());
        return new ManifestReading(
                reading.state(),
                reading.unread(),
                problems,
                reading.warnings(),
                reading.misspelt(),
                new FieldPlaces(tree, positions));
    }

    private static Node withAgent(Node tree, String agent, Positions positions) {
        if (!(tree instanceof Node.Entries root)
                || !(root.entries().get("workloads") instanceof Node.Entries workloads)) {
            return tree;
        }
        var changed = new LinkedHashMap<String, Node>();
        workloads
                .entries()
                .forEach((name, node) ->
                        changed.put(
                                name,
                                node instanceof Node.Entries workload
                                        ? with(workload, "agent", new Node.Text(agent), positions)
                                        : node));
        var all = new Node.Entries(changed);
        positions.copy(workloads, all);
        return with(root, "workloads", all, positions);
    }

    private static Node with(Node.Entries map, String key, Node value, Positions positions) {
        var entries = new LinkedHashMap<>(map.entries());
        entries.put(key, value);
        var changed = new Node.Entries(entries);
        positions.copy(map, changed);
        return changed;
    }
}
