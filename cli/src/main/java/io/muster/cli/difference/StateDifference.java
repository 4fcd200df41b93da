package io.muster.cli.difference;

import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.State;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** What differs between two desired states. */
public final class StateDifference {
    private final List<Item> items = new ArrayList<>();

    /** A workload or config that differs. */
    private record Item(
            String kind, String name, boolean was, boolean is, List<FieldChange> fields) {
        String verb() {
            return !was ? "added" : !is ? "deleted" : "changed";
        }

        String sign() {
            return !was ? "+" : !is ? "-" : "~";
        }
    }

    /** Compares. */
    public StateDifference(State before, State after) {
        var workloads = new TreeSet<WorkloadName>(before.workloads().keySet());
        workloads.addAll(after.workloads().keySet());
        for (var name : workloads) {
            add(
                    "workload",
                    name.value(),
                    Optional.ofNullable(before.workloads().get(name)).map(StateTree::of),
                    Optional.ofNullable(after.workloads().get(name)).map(StateTree::of));
        }
        var configs = new TreeSet<String>(before.configs().keySet());
        configs.addAll(after.configs().keySet());
        for (var name : configs) {
            add(
                    "config",
                    name,
                    Optional.ofNullable(before.configs().get(name)).map(StateTree::of),
                    Optional.ofNullable(after.configs().get(name)).map(StateTree::of));
        }
    }

    private void add(
            String kind,
            String name,
            Optional<? extends Node> before,
            Optional<? extends Node> after) {
        if (!before.equals(after)) {
            items.add(
                    new Item(
                            kind,
                            name,
                            before.isPresent(),
                            after.isPresent(),
                            FieldChange.between(before.map(n -> n), after.map(n -> n))));
        }
    }

    /** Says whether nothing differs. */
    public boolean isEmpty() {
        return items.isEmpty();
    }

    /** Returns it for people; a line begins with a sign, or with blanks. */
    public List<String> lines() {
        var lines = new ArrayList<String>();
        for (var item : items) {
            lines.add("%s %s %s %s".formatted(item.sign(), item.kind(), item.name(), item.verb()));
            for (var field : item.fields()) {
                field.lines().forEach(line -> lines.add("    " + line));
            }
        }
        return lines;
    }

    /** Returns it for programs. */
    public Node.Entries tree(Revision from, Revision to) {
        var tree = new LinkedHashMap<String, Node>();
        tree.put("from", new Node.Whole(from.value()));
        tree.put("to", new Node.Whole(to.value()));
        for (var kind : List.of("workload", "config")) {
            var of = new TreeMap<String, Node>();
            for (var item : items) {
                if (item.kind().equals(kind)) {
                    var entries = new LinkedHashMap<String, Node>();
                    entries.put("change", new Node.Text(item.verb()));
                    entries.put("fields", Trees.fields(item.fields()));
                    of.put(item.name(), new Node.Entries(entries));
                }
            }
            tree.put(kind + "s", new Node.Entries(of));
        }
        return new Node.Entries(tree);
    }
}
