package io.muster.cli.command;

import io.muster.api.name.AgentName;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Nearest;
import io.muster.api.path.FieldMask;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateFields;
import io.muster.api.tree.StateTree;
import io.muster.cli.cluster.ClusterFailure;
import io.muster.cli.cluster.Connection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Notes what somebody named and is not there, with the nearest name that is.
 *
 * <p>To ask for it is no failure, since what is there comes and goes; but mostly it is a typing
 * error. The cluster is asked once more for the names that there are, and only then.
 */
final class Absent {
    private static final List<String> PARTS = StateFields.PARTS;

    /** More notes than this are counted. */
    private static final int MAX_NOTES = 100;

    /** The parts of which one may ask for one section without the others. */
    private static final Map<String, List<String>> SECTIONS =
            Map.of(
                    "desiredState", List.of("apiVersion", "workloads", "configs"),
                    "effectiveState", List.of("apiVersion", "workloads"));

    private static final List<String> READ_ONLY = List.of("workloadStates", "effectiveState");
    private static final String NEAREST = "; did you mean \"%s\"?";

    private Absent() {}

    /** Notes the masks to which nothing in an answer belongs. */
    static void masks(Call call, Connection connection, Node.Entries answer, List<FieldMask> masks)
            throws InterruptedException {
        for (var mask : masks) {
            if (!mask.segments().isEmpty() && find(answer, mask).isPresent()) {
                call.terminal()
                        .note(
                                "nothing is at \"%s\"%s"
                                        .formatted(mask, instead(call, connection, mask)));
            }
        }
    }

    /** Notes the masks with which nothing can be set. */
    static void fields(Call call, List<FieldMask> masks) {
        for (var mask : masks) {
            var path = mask.segments();
            var stray = StateFields.stray(path);
            if (stray.isPresent()) {
                var level = stray.get().level();
                call.terminal()
                        .note(
                                "\"%s\" is no field of a state, so nothing is set there%s"
                                        .formatted(
                                                mask,
                                                Nearest.to(path.get(level), stray.get().known())
                                                        .map(near -> replaced(mask, level, near))
                                                        .map(NEAREST::formatted)
                                                        .orElse("")));
            } else if (READ_ONLY.contains(path.getFirst())) {
                call.terminal()
                        .note("\"%s\" can only be read; nothing is set there".formatted(mask));
            }
        }
    }

    /** Notes workloads that are not there. */
    static void workloads(Call call, Connection connection, Collection<WorkloadName> names)
            throws InterruptedException {
        if (names.isEmpty() || call.terminal().isQuiet()) {
            return;
        }
        var all = FieldMask.of("desiredState", "workloads", FieldMask.ANY, "agent");
        var there = Trees.workloads(ask(call, connection, all));
        for (var name : names.stream().limit(MAX_NOTES).toList()) {
            call.terminal()
                    .note(
                            "there is no workload \"%s\"%s"
                                    .formatted(
                                            name,
                                            Nearest.to(name.value(), there)
                                                    .map(NEAREST::formatted)
                                                    .orElse("")));
        }
        if (names.size() > MAX_NOTES) {
            call.terminal()
                    .note(
                            "there are no workloads of %d more of these names"
                                    .formatted(names.size() - MAX_NOTES));
        }
    }

    /** Notes configs that are not there. */
    static void configs(Call call, Connection connection, Collection<String> names)
            throws InterruptedException {
        if (call.terminal().isQuiet()) {
            return;
        }
        var there = Trees.configs(ask(call, connection, FieldMask.of("desiredState", "configs")));
        for (var name : names) {
            if (!there.contains(name)) {
                call.terminal()
                        .note(
                                "there is no config \"%s\"%s"
                                        .formatted(
                                                name,
                                                Nearest.to(name, there)
                                                        .map(NEAREST::formatted)
                                                        .orElse("")));
            }
        }
    }

    /** Notes masks of agents that are not there, which therefore changed nothing. */
    static void agents(Call call, Connection connection, List<String> masks)
            throws InterruptedException {
        if (masks.isEmpty() || call.terminal().isQuiet()) {
            return;
        }
        var there =
                StateTree.agents(ask(call, connection, FieldMask.of("agents"))).keySet().stream()
                        .map(AgentName::value)
                        .toList();
        for (var mask : masks) {
            var name = mask.split("\\.", 3)[1];
            call.terminal()
                    .note(
                            "\"%s\" changes nothing: there is no agent \"%s\"%s"
                                    .formatted(
                                            mask,
                                            name,
                                            Nearest.to(name, there)
                                                    .map(NEAREST::formatted)
                                                    .orElse("")));
        }
    }

    private static String instead(Call call, Connection connection, FieldMask mask)
            throws InterruptedException {
        return call.terminal().isQuiet()
                ? ""
                : nearest(call, connection, mask).map(NEAREST::formatted).orElse("");
    }

    private static Optional<FieldMask> nearest(Call call, Connection connection, FieldMask mask)
            throws InterruptedException {
        var segments = mask.segments();
        var part = segments.getFirst();
        if (part.equals(FieldMask.ANY)) {
            return Optional.empty();
        }
        if (!PARTS.contains(part)) {
            return Nearest.to(part, PARTS).map(near -> replaced(mask, 0, near));
        }
        var section = SECTIONS.get(part);
        if (segments.size() == 1 || (section != null && segments.get(1).equals(FieldMask.ANY))) {
            return Optional.empty();
        }
        if (section != null && !section.contains(segments.get(1))) {
            return Nearest.to(segments.get(1), section).map(near -> replaced(mask, 1, near));
        }
        var above = new FieldMask(segments.subList(0, section == null ? 1 : 2));
        return find(ask(call, connection, above), mask)
                .flatMap(gap ->
                        Nearest.to(segments.get(gap.level()), gap.keys())
                                .map(near -> replaced(mask, gap.level(), near)));
    }

    private static FieldMask replaced(FieldMask mask, int level, String segment) {
        var segments = new ArrayList<>(mask.segments());
        segments.set(level, segment);
        return new FieldMask(segments);
    }

    /** Only for a note: without an answer, it names no other. */
    private static Node.Entries ask(Call call, Connection connection, FieldMask mask)
            throws InterruptedException {
        try {
            return connection.state(List.of(mask)).state();
        } catch (ClusterFailure e) {
            call.terminal().debug(() -> "names are not known: " + e.getMessage());
            return Node.Entries.NONE;
        }
    }

    /**
     * Where a mask leads to nothing.
     *
     * @param level of its segment that matches nothing
     * @param keys that there are at this place
     */
    private record Gap(int level, Collection<String> keys) {}

    private static Optional<Gap> find(Node.Entries tree, FieldMask mask) {
        var level = List.<Node>of(tree);
        for (int i = 0; i < mask.segments().size(); i++) {
            var segment = mask.segments().get(i);
            var next = new ArrayList<Node>();
            var keys = new TreeSet<String>();
            for (var node : level) {
                if (node instanceof Node.Entries(var entries)) {
                    boolean last = i == mask.segments().size() - 1;
                    entries.forEach((key, value) -> {
                        if (last || value instanceof Node.Entries) {
                            keys.add(key); // another one would lead to nothing either
                        }
                        if (segment.equals(FieldMask.ANY) || segment.equals(key)) {
                            next.add(value);
                        }
                    });
                }
            }
            if (next.isEmpty()) {
                return Optional.of(new Gap(i, keys));
            }
            level = next;
        }
        return Optional.empty();
    }
}
