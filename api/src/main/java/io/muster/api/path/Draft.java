package io.muster.api.path;

import io.muster.api.name.Names;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Problem;
import io.muster.api.path.ShortDependencies.Place;
import io.muster.api.state.State;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A desired state while masks are applied to it one after the other.
 *
 * <p>Only the workloads and configs that a mask names become trees and are validated again, so that
 * the cost follows the update and not the state.
 */
final class Draft {
    private static final String API_VERSION = "apiVersion";
    private static final String WORKLOADS = "workloads";
    private static final String CONFIGS = "configs";

    private final State base;
    private final Section workloads;
    private final Section configs;
    private Optional<Node> apiVersion = Optional.of(new Node.Text(State.API_VERSION));

    Draft(State base) {
        this.base = base;
        this.workloads =
                new Section(name ->
                        Names.isName(name)
                                ? Optional.ofNullable(base.workloads().get(new WorkloadName(name)))
                                        .map(StateTree::of)
                                : Optional.empty());
        this.configs =
                new Section(
                        name -> Optional.ofNullable(base.configs().get(name)).map(StateTree::of));
    }

    /** Sets the field at a path below desiredState; false if the path leads through no map. */
    boolean set(List<String> path, Node value) {
        if (path.isEmpty()) {
            return value instanceof Node.Entries state && replace(state);
        }
        var section = section(path.getFirst());
        if (section.isPresent()) {
            return section.get().set(path.subList(1, path.size()), value);
        }
        if (path.getFirst().equals(API_VERSION)) {
            apiVersion = Optional.of(value);
            return path.size() == 1;
        }
        return true; // not a field of a state: it means nothing
    }

    /**
     * Removes the field at a path below desiredState; false if there is no map that could have it.
     */
    boolean remove(List<String> path) {
        var section = section(path.getFirst());
        if (section.isPresent()) {
            return section.get().remove(path.subList(1, path.size()));
        }
        if (path.getFirst().equals(API_VERSION)) {
            apiVersion = Optional.empty();
        }
        return path.size() == 1;
    }

    /** Spells out the dependencies of a workload, if there is one, since a mask leads into them. */
    void spellOut(String workload) {
        workloads.change(workload, node -> ShortDependencies.allSpelledOut(node, Place.WORKLOAD));
    }

    private boolean replace(Node.Entries state) {
        var entries = state.entries();
        apiVersion = Optional.ofNullable(entries.get(API_VERSION));
        return workloads.set(List.of(), entries.getOrDefault(WORKLOADS, Node.Entries.NONE))
                && configs.set(List.of(), entries.getOrDefault(CONFIGS, Node.Entries.NONE));
    }

    private Optional<Section> section(String key) {
        return switch (key) {
            case WORKLOADS -> Optional.of(workloads);
            case CONFIGS -> Optional.of(configs);
            default -> Optional.empty();
        };
    }

    /**
     * Turns what was touched back into domain values, and joins it with the rest.
     *
     * @param before what is wrong already
     */
    MaskUpdate.Merged finish(List<Problem> before) {
        var touched = new LinkedHashMap<String, Node>();
        apiVersion.ifPresent(version -> touched.put(API_VERSION, version));
        touched.put(WORKLOADS, workloads.present());
        touched.put(CONFIGS, configs.present());
        var changed = StateTree.part(new Node.Entries(touched), "desiredState");
        var problems = new ArrayList<>(before);
        problems.addAll(changed.refusal());
        return new MaskUpdate.Merged(join(changed.state()), changed.unread(), problems);
    }

    private State join(State changed) {
        var state =
                new State(
                        workloads.replaced ? State.EMPTY.workloads() : base.workloads(),
                        configs.replaced ? State.EMPTY.configs() : base.configs());
        for (var name : workloads.absent()) {
            if (Names.isName(name)) {
                state = state.without(new WorkloadName(name));
            }
        }
        for (var name : configs.absent()) {
            state = state.withoutConfig(name);
        }
        return new State(
                state.workloads().plusAll(changed.workloads()),
                state.configs().plusAll(changed.configs()));
    }

    /** The workloads, or the configs: what the base has, and what was touched since. */
    private static final class Section {
        private final Function<String, Optional<? extends Node>> base;
        private final SortedMap<String, Optional<Node>> touched = new TreeMap<>();
        private boolean replaced;

        Section(Function<String, Optional<? extends Node>> base) {
            this.base = base;
        }

        boolean set(List<String> path, Node value) {
            if (path.isEmpty()) {
                if (!(value instanceof Node.Entries(var entries))) {
                    return false;
                }
                replaceBy(entries);
                return true;
            }
            var name = path.getFirst();
            var edited =
                    TreeEdit.with(
                            current(name).orElse(Node.Entries.NONE),
                            path.subList(1, path.size()),
                            value);
            edited.ifPresent(node -> touched.put(name, Optional.of(node)));
            return edited.isPresent();
        }

        boolean remove(List<String> path) {
            if (path.isEmpty()) {
                replaceBy(Map.of());
                return true;
            }
            var name = path.getFirst();
            if (path.size() == 1) {
                touched.put(name, Optional.empty());
                return true;
            }
            var edited =
                    current(name)
                            .flatMap(node -> TreeEdit.without(node, path.subList(1, path.size())));
            edited.ifPresent(node -> touched.put(name, Optional.of(node)));
            return edited.isPresent();
        }

        void change(String name, UnaryOperator<Node> change) {
            current(name).ifPresent(node -> touched.put(name, Optional.of(change.apply(node))));
        }

        private void replaceBy(Map<String, Node> entries) {
            replaced = true;
            touched.clear();
            entries.forEach((name, node) -> touched.put(name, Optional.of(node)));
        }

        private Optional<Node> current(String name) {
            var edited = touched.get(name);
            if (edited != null) {
                return edited;
            }
            return replaced ? Optional.empty() : base.apply(name).map(node -> node);
        }

        Node.Entries present() {
            var entries = new LinkedHashMap<String, Node>();
            touched.forEach((name, node) -> node.ifPresent(n -> entries.put(name, n)));
            return new Node.Entries(entries);
        }

        List<String> absent() {
            return touched.entrySet().stream()
                    .filter(entry -> entry.getValue().isEmpty())
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }
}
