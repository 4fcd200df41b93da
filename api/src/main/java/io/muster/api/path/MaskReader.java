package io.muster.api.path;

import io.muster.api.path.ShortDependencies.Place;
import io.muster.api.tree.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Cuts out of a complete state what masks choose, in the order of the state and each field once.
 *
 * <p>What is not there is left out without a word, so that one question fits changing answers.
 * Lists are whole or not there. Two things come along unasked, because readers rely on them: the
 * {@code apiVersion} with any part of desiredState or effectiveState, and the two halves of an
 * execution state with each other, together with their {@code changedAt}.
 */
public final class MaskReader {
    private static final List<String> STATES = List.of("desiredState", "effectiveState");
    private static final String WORKLOAD_STATES = "workloadStates";
    private static final List<String> HALVES = List.of("state", "subState");
    private static final List<String> TOGETHER = List.of("state", "subState", "changedAt");
    private static final int STATE_LEVEL = 4; // workloadStates, agent, workload, id, then the state

    private MaskReader() {}

    /** Cuts. No masks choose everything. */
    public static Node.Entries read(Node.Entries complete, List<FieldMask> masks) {
        if (masks.isEmpty()) {
            return complete;
        }
        var chosen = new MaskTree();
        for (var mask : masks) {
            add(chosen, mask);
        }
        return cut(complete, Place.ROOT, List.of(chosen))
                .map(node -> (Node.Entries) node)
                .orElse(Node.Entries.NONE);
    }

    private static void add(MaskTree chosen, FieldMask mask) {
        var segments = mask.segments();
        chosen.add(segments);
        for (var state : STATES) {
            if (mask.toString().startsWith(state)) {
                chosen.add(List.of(state, "apiVersion"));
            }
        }
        if (segments.size() == STATE_LEVEL + 1
                && segments.getFirst().equals(WORKLOAD_STATES)
                && HALVES.contains(segments.getLast())) {
            for (var other : TOGETHER) {
                var path = new ArrayList<>(segments.subList(0, STATE_LEVEL));
                path.add(other);
                chosen.add(path);
            }
        }
    }

    /**
     * Cuts by all masks that lead here. The kind of a node stays as it is, but for dependencies
     * that masks only lead into.
     */
    private static Optional<Node> cut(Node node, Place place, List<MaskTree> masks) {
        if (masks.stream().anyMatch(MaskTree::endsHere)) {
            return Optional.of(node);
        }
        if (!(ShortDependencies.spelledOut(node, place) instanceof Node.Entries(var entries))) {
            return Optional.empty();
        }
        var chosen = new LinkedHashMap<String, Node>();
        entries.forEach((key, child) -> {
            var below = masks.stream().flatMap(mask -> mask.below(key)).toList();
            if (!below.isEmpty()) {
                cut(child, place.below(key), below).ifPresent(part -> chosen.put(key, part));
            }
        });
        return chosen.isEmpty() ? Optional.empty() : Optional.of(new Node.Entries(chosen));
    }
}
