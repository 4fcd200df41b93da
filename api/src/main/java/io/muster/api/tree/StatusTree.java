package io.muster.api.tree;

import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.Drained;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import io.muster.api.state.WorkloadUsage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The parts of the tree that tell what is: workload states and agents. */
final class StatusTree {
    private static final String WORKLOAD_STATES = "workloadStates";
    private static final String CHANGED_AT = "changedAt";
    private static final String CPU_MILLIS = "cpuMillis";
    private static final String MEMORY_BYTES = "memoryBytes";

    /** What an agent's workloads use; there only if a mask names it. */
    static final String USAGE = "usage";

    private StatusTree() {}

    static Node.Entries ofWorkloadStates(List<WorkloadState> states) {
        var agents = new TreeMap<String, SortedMap<String, SortedMap<String, Node>>>();
        for (var state : states) {
            var instance = state.instance();
            agents.computeIfAbsent(instance.agent(), _ -> new TreeMap<>())
                    .computeIfAbsent(instance.workload().value(), _ -> new TreeMap<>())
                    .put(instance.id(), of(state));
        }
        var tree = new LinkedHashMap<String, Node>();
        agents.forEach((agent, workloads) -> {
            var ofAgent = new LinkedHashMap<String, Node>();
            workloads.forEach((workload, ids) -> ofAgent.put(workload, new Node.Entries(ids)));
            tree.put(agent, new Node.Entries(ofAgent));
        });
        return new Node.Entries(tree);
    }

    private static Node.Entries of(WorkloadState state) {
        var entries = new LinkedHashMap<String, Node>();
        entries.put("state", new Node.Text(state.phase().state()));
        entries.put("subState", new Node.Text(state.phase().subState()));
        entries.put("additionalInfo", new Node.Text(state.state().additionalInfo()));
        if (!state.changedAt().equals(Revision.ZERO)) {
            entries.put(CHANGED_AT, new Node.Whole(state.changedAt().value()));
        }
        return new Node.Entries(entries);
    }

    static Node.Entries ofAgents(SortedMap<AgentName, AgentAttributes> agents) {
        var tree = new LinkedHashMap<String, Node>();
        agents.forEach((name, attributes) -> tree.put(name.value(), of(attributes)));
        return new Node.Entries(tree);
    }

    private static Node.Entries of(AgentAttributes attributes) {
        var entries = new LinkedHashMap<String, Node>();
        attributes
                .status()
                .ifPresent(status -> {
                    var load = new LinkedHashMap<String, Node>();
                    load.put("cpuUsage", new Node.Whole(status.cpuPercent()));
                    load.put("freeMemory", new Node.Whole(status.freeMemoryBytes()));
                    entries.put("status", new Node.Entries(load));
                });
        if (!attributes.tags().isEmpty()) {
            var tags = new LinkedHashMap<String, Node>();
            attributes.tags().forEach((key, value) -> tags.put(key, new Node.Text(value)));
            entries.put("tags", new Node.Entries(tags));
        }
        if (!attributes.usage().isEmpty()) {
            entries.put(USAGE, of(attributes.usage()));
        }
        if (attributes.drained()) {
            entries.put(Drained.KEY, new Node.Text(Drained.YES));
        }
        if (attributes.away()) {
            entries.put(Drained.AWAY, new Node.Text(Drained.YES));
        }
        return new Node.Entries(entries);
    }

    private static Node.Entries of(List<WorkloadUsage> usage) {
        var workloads = new TreeMap<String, SortedMap<String, Node>>();
        for (var each : usage) {
            var figures = new LinkedHashMap<String, Node>();
            figures.put(CPU_MILLIS, new Node.Whole(each.cpuMillis()));
            figures.put(MEMORY_BYTES, new Node.Whole(each.memoryBytes()));
            workloads
                    .computeIfAbsent(each.instance().workload().value(), _ -> new TreeMap<>())
                    .put(each.instance().id(), new Node.Entries(figures));
        }
        var tree = new LinkedHashMap<String, Node>();
        workloads.forEach((workload, ids) -> tree.put(workload, new Node.Entries(ids)));
        return new Node.Entries(tree);
    }

    static List<WorkloadState> workloadStates(Node.Entries complete) {
        var states = new ArrayList<WorkloadState>();
        below(complete, WORKLOAD_STATES)
                .forEach((agent, workloads) ->
                        entries(workloads)
                                .forEach((workload, ids) ->
                                        entries(ids)
                                                .forEach((id, state) ->
                                                        state(state)
                                                                .ifPresent(execution ->
                                                                        states.add(
                                                                                new WorkloadState(
                                                                                        new InstanceName(
                                                                                                new WorkloadName(
                                                                                                        workload),
                                                                                                id,
                                                                                                agent),
                                                                                        new Revision(
                                                                                                whole(
                                                                                                        state,
                                                                                                        CHANGED_AT)),
                                                                                        execution))))));
        states.sort((a, b) -> a.instance().compareTo(b.instance()));
        return Collections.unmodifiableList(states);
    }

    private static Optional<ExecutionState> state(Node node) {
        var info = text(node, "additionalInfo").orElse("");
        return text(node, "state")
                .flatMap(state -> text(node, "subState").flatMap(sub -> Phase.of(state, sub)))
                .map(phase -> new ExecutionState(phase, info));
    }

    static SortedMap<AgentName, AgentAttributes> agents(Node.Entries complete) {
        var agents = new TreeMap<AgentName, AgentAttributes>();
        below(complete, "agents")
                .forEach((name, node) -> {
                    var tags = new TreeMap<String, String>();
                    below(node, "tags")
                            .forEach((key, value) -> {
                                if (value instanceof Node.Text(var text)) {
                                    tags.put(key, text);
                                }
                            });
                    var status =
                            entries(node).containsKey("status")
                                    ? Optional.of(status(below(node, "status")))
                                    : Optional.<AgentAttributes.Status>empty();
                    agents.put(
                            new AgentName(name),
                            new AgentAttributes(
                                    tags,
                                    status,
                                    usage(name, below(node, USAGE)),
                                    isSet(node, Drained.KEY),
                                    isSet(node, Drained.AWAY)));
                });
        return agents;
    }

    private static boolean isSet(Node agent, String key) {
        return text(agent, key).filter(Drained.YES::equals).isPresent();
    }

    private static AgentAttributes.Status status(Map<String, Node> status) {
        var node = new Node.Entries(status);
        return new AgentAttributes.Status(
                Math.toIntExact(whole(node, "cpuUsage")), whole(node, "freeMemory"));
    }

    private static List<WorkloadUsage> usage(String agent, Map<String, Node> workloads) {
        var usage = new ArrayList<WorkloadUsage>();
        workloads.forEach((workload, ids) ->
                entries(ids)
                        .forEach((id, figures) ->
                                usage.add(
                                        new WorkloadUsage(
                                                new InstanceName(
                                                        new WorkloadName(workload), id, agent),
                                                Math.toIntExact(whole(figures, CPU_MILLIS)),
                                                whole(figures, MEMORY_BYTES)))));
        return usage;
    }

    static Node.Entries printable(Node.Entries complete) {
        if (!(complete.entries().get(WORKLOAD_STATES) instanceof Node.Entries states)) {
            return complete;
        }
        UnaryOperator<Node> ids = each(StatusTree::withoutChangedAt);
        var tree = new LinkedHashMap<>(complete.entries());
        tree.put(WORKLOAD_STATES, each(each(ids)).apply(states));
        return new Node.Entries(tree);
    }

    /** Changes every value of a map. */
    private static UnaryOperator<Node> each(UnaryOperator<Node> change) {
        return node -> {
            if (!(node instanceof Node.Entries(var entries))) {
                return node;
            }
            var changed = new LinkedHashMap<String, Node>();
            entries.forEach((key, value) -> changed.put(key, change.apply(value)));
            return new Node.Entries(changed);
        };
    }

    private static Node withoutChangedAt(Node state) {
        if (!(state instanceof Node.Entries(var entries)) || !entries.containsKey(CHANGED_AT)) {
            return state;
        }
        var others = new LinkedHashMap<>(entries);
        others.remove(CHANGED_AT);
        return new Node.Entries(others);
    }

    private static Map<String, Node> entries(Node node) {
        return node instanceof Node.Entries(var entries) ? entries : Map.of();
    }

    private static Map<String, Node> below(Node node, String key) {
        var child = entries(node).get(key);
        return child == null ? Map.of() : entries(child);
    }

    private static Optional<String> text(Node node, String key) {
        return entries(node).get(key) instanceof Node.Text(var value)
                ? Optional.of(value)
                : Optional.empty();
    }

    private static long whole(Node node, String key) {
        return entries(node).get(key) instanceof Node.Whole(var value) ? value : 0;
    }
}
