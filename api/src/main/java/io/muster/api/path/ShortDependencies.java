package io.muster.api.path;

import io.muster.api.tree.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Dependencies that are nothing but a condition, and stand in trees as a text. Whether somebody
 * wrote it so is no difference, so a mask that leads into a dependency finds its condition in both
 * forms. (Ankaios knows the text alone, and no mask leads into it.)
 */
final class ShortDependencies {
    private static final String WORKLOADS = "workloads";
    private static final String CONDITION = "condition";
    private static final String DEPENDENCIES = "dependencies";
    private static final Set<String> STATES = Set.of("desiredState", "effectiveState");

    /** Of a dependency: state, workloads, name, dependencies, name. */
    private static final int LENGTH = 5;

    private ShortDependencies() {}

    /** Whether a mask, which may have wildcards, leads into a dependency. */
    static boolean areMetBy(FieldMask mask) {
        var segments = mask.segments();
        return segments.size() > LENGTH
                && STATES.contains(segments.getFirst())
                && Set.of(DEPENDENCIES, FieldMask.ANY).contains(segments.get(LENGTH - 2));
    }

    /** What stands at a path: spelled out if that is a dependency. */
    static Node spelledOut(Node node, List<String> path) {
        return path.size() == LENGTH
                        && STATES.contains(path.getFirst())
                        && path.get(1).equals(WORKLOADS)
                        && path.get(LENGTH - 2).equals(DEPENDENCIES)
                ? spelledOut(node)
                : node;
    }

    private static Node spelledOut(Node dependency) {
        return dependency instanceof Node.Text
                ? new Node.Entries(Map.of(CONDITION, dependency))
                : dependency;
    }

    /** A complete state, or part of one, with all of them spelled out. */
    static Node.Entries allSpelledOut(Node.Entries complete) {
        return each(complete, STATES, state -> spelledOutOfState(state));
    }

    private static Node spelledOutOfState(Node state) {
        return state instanceof Node.Entries entries
                ? each(entries, Set.of(WORKLOADS), ShortDependencies::ofWorkloads)
                : state;
    }

    private static Node ofWorkloads(Node workloads) {
        return workloads instanceof Node.Entries entries
                ? each(entries, entries.entries().keySet(), ShortDependencies::ofWorkload)
                : workloads;
    }

    /** A workload with all of them spelled out. */
    static Node ofWorkload(Node workload) {
        return workload instanceof Node.Entries entries
                ? each(entries, Set.of(DEPENDENCIES), ShortDependencies::ofDependencies)
                : workload;
    }

    private static Node ofDependencies(Node dependencies) {
        return dependencies instanceof Node.Entries entries
                ? each(entries, entries.entries().keySet(), ShortDependencies::spelledOut)
                : dependencies;
    }

    /** Changes a node. */
    private interface Change {
        Node of(Node node);
    }

    private static Node.Entries each(Node.Entries tree, Set<String> keys, Change change) {
        var entries = new LinkedHashMap<String, Node>();
        tree.entries()
                .forEach((key, node) ->
                        entries.put(key, keys.contains(key) ? change.of(node) : node));
        return new Node.Entries(entries);
    }
}
