package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.name.Names;
import io.muster.api.name.WorkloadName;
import io.muster.api.path.FieldMask;
import io.muster.api.path.MaskReader;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.CompleteState;
import io.muster.api.state.Phase;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadState;
import io.muster.api.state.WorkloadUsage;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/** Makes trees of what is asked for. */
final class Reading {
    private static final String DESIRED_STATE = "desiredState";
    private static final String EFFECTIVE_STATE = "effectiveState";
    private static final String WORKLOAD_STATES = "workloadStates";
    private static final String AGENTS = "agents";
    private static final String USAGE = "usage";
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

    /**
     * Returns the agents that are there or drained, as far as the selection reaches them, and what
     * their workloads use where a mask names that: it can be more than all the rest.
     */
    static SortedMap<AgentName, AgentAttributes> agents(ServerState state, Selection selection) {
        var agents = new TreeMap<AgentName, AgentAttributes>();
        selection
                .of(state.agents(), Reading::agent, AGENTS)
                .forEach((name, agent) ->
                        Attendance.of(name, agent, state.ledger().committed())
                                .map(shown ->
                                        agent.isThere()
                                                        && selection.names(
                                                                AGENTS, name.value(), USAGE)
                                                ? shown.using(
                                                        usage(state, agent.session().orElseThrow()))
                                                : shown)
                                .ifPresent(attributes -> agents.put(name, attributes)));
        PSortedMap<AgentName, Boolean> drained = TreePMap.empty();
        for (var name : state.ledger().committed().drained()) {
            drained = drained.plus(name, true);
        }
        selection
                .of(drained, Reading::agent, AGENTS)
                .forEach((name, _) ->
                        Attendance.of(name, state.agents().get(name), state.ledger().committed())
                                .ifPresent(shown -> agents.putIfAbsent(name, shown)));
        return agents;
    }

    /** Of workloads that have ended since they were measured, nothing is known. */
    private static List<WorkloadUsage> usage(ServerState state, Agent.Session session) {
        return session.usage().stream()
                .filter(each ->
                        state.board()
                                .find(each.instance())
                                .filter(found -> found.phase() == Phase.RUNNING_OK)
                                .isPresent())
                .toList();
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
