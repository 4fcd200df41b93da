package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.name.Names;
import io.muster.api.name.WorkloadName;
import io.muster.api.path.FieldMask;
import io.muster.api.path.MaskReader;
import io.muster.api.request.Response.AlteredFields;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.CompleteState;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadState;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/** Makes trees of what is asked for, and of what changed. */
final class Reading {
    private static final String DESIRED_STATE = "desiredState";
    private static final String EFFECTIVE_STATE = "effectiveState";
    private static final String WORKLOAD_STATES = "workloadStates";
    private static final String AGENTS = "agents";
    private static final String WORKLOADS = "workloads";
    private static final String CONFIGS = "configs";

    private Reading() {}

    /** Returns what the masks choose of the state. */
    static Node.Entries read(ServerState state, List<FieldMask> masks) {
        var selection = new Selection(masks);
        return MaskReader.read(StateTree.of(complete(state, selection)), masks);
    }

    /** Returns at least what the selection reaches. */
    static CompleteState complete(ServerState state, Selection selection) {
        var wish = state.ledger().committed();
        var workloads =
                selection.of(wish.written().workloads(), Reading::name, DESIRED_STATE, WORKLOADS);
        var configs = selection.of(wish.written().configs(), Optional::of, DESIRED_STATE, CONFIGS);
        var effective = new TreeMap<WorkloadName, Workload>();
        selection
                .of(wish.workloads(), Reading::name, EFFECTIVE_STATE, WORKLOADS)
                .forEach((name, placed) -> effective.put(name, placed.assigned().workload()));
        var states = new ArrayList<WorkloadState>();
        selection
                .of(state.board().byAgent(), Optional::of, WORKLOAD_STATES)
                .values()
                .forEach(each -> states.addAll(each.values()));
        return new CompleteState(
                new State(persistent(workloads), persistent(configs)),
                states,
                agents(state, selection),
                new State(TreePMap.from(effective), TreePMap.empty()));
    }

    /** Returns the agents that are there, as far as the selection reaches them. */
    static SortedMap<AgentName, AgentAttributes> agents(ServerState state, Selection selection) {
        var agents = new TreeMap<AgentName, AgentAttributes>();
        selection
                .of(state.agents(), Reading::agent, AGENTS)
                .forEach((name, agent) ->
                        agent.session().ifPresent(s -> agents.put(name, s.attributes())));
        return agents;
    }

    /** Returns what the masks choose of what changed. */
    static Node.Entries read(ChangeSet changes, List<FieldMask> masks) {
        var written = new TreeMap<WorkloadName, Workload>();
        var effective = new TreeMap<WorkloadName, Workload>();
        changes.workloads.forEach((name, altered) ->
                altered.value()
                        .ifPresent(placed -> {
                            written.put(name, placed.written());
                            effective.put(name, placed.assigned().workload());
                        }));
        var configs = new TreeMap<String, ConfigItem>();
        changes.configs.forEach(
                (name, altered) -> altered.value().ifPresent(item -> configs.put(name, item)));
        var states = new ArrayList<WorkloadState>();
        changes.states.values().forEach(altered -> altered.value().ifPresent(states::add));
        var agents = new TreeMap<AgentName, AgentAttributes>();
        changes.agents.forEach((name, altered) ->
                altered.value().ifPresent(attributes -> agents.put(name, attributes)));
        var tree =
                StateTree.of(
                        new CompleteState(
                                State.of(written, configs),
                                states,
                                agents,
                                State.of(effective, Map.of())));
        var concerned = new LinkedHashMap<String, Node>();
        tree.entries()
                .forEach((key, node) -> {
                    if (concerns(changes, key)) {
                        concerned.put(key, node);
                    }
                });
        return MaskReader.read(new Node.Entries(concerned), masks);
    }

    private static boolean concerns(ChangeSet changes, String part) {
        return switch (part) {
            case DESIRED_STATE -> !changes.workloads.isEmpty() || !changes.configs.isEmpty();
            case EFFECTIVE_STATE -> !changes.workloads.isEmpty();
            case WORKLOAD_STATES -> !changes.states.isEmpty();
            default -> !changes.agents.isEmpty();
        };
    }

    /** Returns the paths that changed and that the masks reach; empty if there are none. */
    static Optional<AlteredFields> altered(ChangeSet changes, List<FieldMask> masks) {
        var selection = new Selection(masks);
        var paths = new TreeMap<ChangeSet.Kind, List<String>>();
        changes.workloads.forEach((name, altered) -> {
            note(paths, selection, altered, DESIRED_STATE, WORKLOADS, name.value());
            note(paths, selection, altered, EFFECTIVE_STATE, WORKLOADS, name.value());
        });
        changes.configs.forEach(
                (name, altered) -> note(paths, selection, altered, DESIRED_STATE, CONFIGS, name));
        changes.states.forEach((instance, altered) ->
                note(
                        paths,
                        selection,
                        altered,
                        WORKLOAD_STATES,
                        instance.agent(),
                        instance.workload().value(),
                        instance.id()));
        changes.agents.forEach(
                (name, altered) -> note(paths, selection, altered, AGENTS, name.value()));
        return paths.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new AlteredFields(
                                paths.getOrDefault(ChangeSet.Kind.ADDED, List.of()),
                                paths.getOrDefault(ChangeSet.Kind.UPDATED, List.of()),
                                paths.getOrDefault(ChangeSet.Kind.REMOVED, List.of())));
    }

    private static void note(
            Map<ChangeSet.Kind, List<String>> paths,
            Selection selection,
            ChangeSet.Altered<?> altered,
            String... path) {
        if (selection.reaches(path)) {
            paths.computeIfAbsent(altered.kind(), _ -> new ArrayList<>())
                    .add(String.join(".", path));
        }
    }

    private static Optional<WorkloadName> name(String text) {
        return Names.isName(text) ? Optional.of(new WorkloadName(text)) : Optional.empty();
    }

    private static Optional<AgentName> agent(String text) {
        return Names.isName(text) ? Optional.of(new AgentName(text)) : Optional.empty();
    }

    private static <K extends Comparable<? super K>, V> PSortedMap<K, V> persistent(
            SortedMap<K, V> map) {
        return map instanceof PSortedMap<K, V> same ? same : TreePMap.from(map);
    }
}
