package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.CompleteState;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadState;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;

/**
 * The part of a view that a change concerns, as a tree.
 *
 * <p>The difference of two such trees is that of the whole views. For that it is not enough that
 * they hold what changes: a map that is not there while it is empty comes and goes with its first
 * and last entry. So of each such map an entry that does not change is there as well, if there is
 * one.
 */
final class Excerpt {
    private final View view;
    private final ChangeSet changes;

    private Excerpt(View view, ChangeSet changes) {
        this.view = view;
        this.changes = changes;
    }

    static Node.Entries of(View view, ChangeSet changes) {
        var excerpt = new Excerpt(view, changes);
        return StateTree.of(
                new CompleteState(
                        excerpt.desired(),
                        excerpt.states(),
                        excerpt.agents(),
                        excerpt.effective()));
    }

    private State desired() {
        var workloads = new TreeMap<WorkloadName, Workload>();
        for (var name : changes.workloads) {
            put(workloads, name, view.wish().written().workloads().get(name));
        }
        var all = view.wish().written().configs();
        var configs = new TreeMap<String, ConfigItem>();
        for (var name : changes.configs) {
            put(configs, name, all.get(name));
        }
        if (!changes.configs.isEmpty()) {
            first(all, changes.configs).ifPresent(name -> put(configs, name, all.get(name)));
        }
        return State.of(workloads, configs);
    }

    private State effective() {
        var workloads = new TreeMap<WorkloadName, Workload>();
        for (var name : changes.workloads) {
            var placed = view.wish().workloads().get(name);
            put(workloads, name, placed == null ? null : placed.assigned().workload());
        }
        return State.of(workloads, Map.of());
    }

    private SortedMap<AgentName, AgentAttributes> agents() {
        var agents = new TreeMap<AgentName, AgentAttributes>();
        for (var name : changes.agents) {
            view.agent(name).ifPresent(attributes -> agents.put(name, attributes));
        }
        return agents;
    }

    private List<WorkloadState> states() {
        var chosen = new TreeSet<InstanceName>();
        var agents = new TreeSet<String>();
        for (var instance : changes.states) {
            var ofAgent = view.board().of(instance.agent());
            chosen.add(instance);
            if (agents.add(instance.agent())) {
                first(ofAgent, changes.states).ifPresent(chosen::add);
            }
            sibling(instance, ofAgent::lowerKey).ifPresent(chosen::add);
            sibling(instance, ofAgent::higherKey).ifPresent(chosen::add);
        }
        var states = new ArrayList<WorkloadState>();
        chosen.forEach(instance -> view.board().find(instance).ifPresent(states::add));
        return states;
    }

    /** Finds another instance of the same workload that does not change: they stand together. */
    private Optional<InstanceName> sibling(
            InstanceName of, UnaryOperator<@Nullable InstanceName> next) {
        for (var key = next.apply(of); key != null; key = next.apply(key)) {
            if (!key.workload().equals(of.workload())) {
                return Optional.empty();
            }
            if (!changes.states.contains(key)) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    /** Finds an entry that does not change. */
    private static <K> Optional<K> first(PSortedMap<K, ?> map, Set<K> changing) {
        for (var key : map.keySet()) {
            if (!changing.contains(key)) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    private static <K, V> void put(Map<K, V> map, K key, @Nullable V value) {
        if (value != null) {
            map.put(key, value);
        }
    }
}
