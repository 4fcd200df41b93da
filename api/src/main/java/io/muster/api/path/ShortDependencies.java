package io.muster.api.path;

import io.muster.api.tree.Node;
import java.util.LinkedHashMap;
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

    /** How far a way from the root leads towards a dependency. */
    enum Place {
        ROOT,
        STATE,
        WORKLOADS,
        WORKLOAD,
        DEPENDENCIES,
        DEPENDENCY,
        ELSEWHERE;

        Place below(String key) {
            return switch (this) {
                case ROOT -> STATES.contains(key) ? STATE : ELSEWHERE;
                case STATE -> key.equals(ShortDependencies.WORKLOADS) ? WORKLOADS : ELSEWHERE;
                case WORKLOADS -> WORKLOAD;
                case WORKLOAD ->
                        key.equals(ShortDependencies.DEPENDENCIES) ? DEPENDENCIES : ELSEWHERE;
                case DEPENDENCIES -> DEPENDENCY;
                case DEPENDENCY, ELSEWHERE -> ELSEWHERE;
            };
        }
    }

    /** What stands at a place: spelled out if that is a dependency. */
    static Node spelledOut(Node node, Place place) {
        return place == Place.DEPENDENCY ? spelledOut(node) : node;
    }

    private static Node spelledOut(Node dependency) {
        return dependency instanceof Node.Text
                ? new Node.Entries(Map.of(CONDITION, dependency))
                : dependency;
    }

    /** What stands at a place, with all dependencies in it spelled out. */
    static Node allSpelledOut(Node node, Place place) {
        return switch (place) {
            case DEPENDENCY -> spelledOut(node);
            case ELSEWHERE -> node;
            case ROOT, STATE, WORKLOADS, WORKLOAD, DEPENDENCIES ->
                    node instanceof Node.Entries(var entries)
                            ? new Node.Entries(allSpelledOut(entries, place))
                            : node;
        };
    }

    private static Map<String, Node> allSpelledOut(Map<String, Node> entries, Place place) {
        var all = new LinkedHashMap<String, Node>();
        entries.forEach((key, node) -> all.put(key, allSpelledOut(node, place.below(key))));
        return all;
    }
}
