package io.muster.server.core;

import io.muster.api.difference.LeafChange;
import io.muster.api.name.AgentName;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.request.ImageOrder;
import io.muster.api.request.UpdatePlan;
import io.muster.api.request.UpdatePlan.Action;
import io.muster.api.request.UpdatePlan.AgentState;
import io.muster.api.request.UpdatePlan.PlannedConfig;
import io.muster.api.request.UpdatePlan.PlannedField;
import io.muster.api.request.UpdatePlan.PlannedTags;
import io.muster.api.request.UpdatePlan.PlannedWorkload;
import io.muster.api.state.Phase;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadState;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Tells what a plan would do, and why. */
final class Forecast {
    /** The longest value of a field that is told, in characters. */
    static final int MAX_VALUE = 64 << 10;

    /** How much is told of all values together. */
    static final int MAX_VALUES = 1 << 20;

    /** How many characters are told of workloads that need images. */
    static final int MAX_IMAGE_TEXT = 4 << 20;

    private final ServerState state;
    private final Plan plan;
    private final Set<WorkloadName> anew;
    private int told;

    private Forecast(ServerState state, Plan plan) {
        this.state = state;
        this.plan = plan;
        this.anew =
                plan.workloads().stream()
                        .filter(WorkloadChange::starts)
                        .map(WorkloadChange::name)
                        .collect(Collectors.toSet());
    }

    static UpdatePlan of(ServerState state, Plan plan) {
        return new Forecast(state, plan).tell();
    }

    private UpdatePlan tell() {
        var changes =
                plan.workloads().stream()
                        .collect(
                                Collectors.toMap(
                                        WorkloadChange::name,
                                        Function.identity(),
                                        (first, _) -> first,
                                        TreeMap::new));
        var names = new TreeSet<>(plan.named());
        names.addAll(changes.keySet());
        var workloads = new ArrayList<PlannedWorkload>();
        for (var name : names) {
            var change = changes.get(name);
            if (change != null) {
                workloads.add(changed(change));
            } else {
                var placed = plan.after().workloads().get(name);
                if (placed != null) {
                    workloads.add(workload(name, Action.NOTHING, placed, placed, List.of()));
                }
            }
        }
        return new UpdatePlan(
                plan.before().revision(),
                workloads,
                plan.configs().stream().map(this::config).toList(),
                plan.tags().keySet().stream().map(this::tags).toList(),
                plan.ignored(),
                plan.agents(),
                List.of());
    }

    /**
     * Tells what the workloads that the update names would need images for, where they are given to
     * agents.
     */
    static Outcome<List<ImageOrder>> images(Plan plan) {
        var orders = new ArrayList<ImageOrder>();
        long text = 0;
        for (var name : plan.named()) {
            var placed = plan.after().workloads().get(name);
            if (placed == null || placed.agent().isEmpty() || !placed.obstacle().isEmpty()) {
                continue;
            }
            var workload = effective(placed);
            text += workload.runtimeConfig().length();
            orders.add(
                    new ImageOrder(
                            placed.instance(),
                            workload.runtime(),
                            workload.runtimeConfig(),
                            workload.imagePullPolicy(),
                            false));
        }
        return text <= MAX_IMAGE_TEXT
                ? Outcome.accepted(orders)
                : Outcome.refused(
                        "runtimeConfigs",
                        "those of the %d workloads have %d characters, more than %d"
                                .formatted(orders.size(), text, MAX_IMAGE_TEXT),
                        "ask about fewer manifests at once");
    }

    /** Tells which tags the agent would have, edits over those that it was started with. */
    private PlannedTags tags(AgentName agent) {
        var own = TagPlanning.own(state, agent);
        var before = plan.before().tagsOf(agent).over(own);
        var after = plan.after().tagsOf(agent).over(own);
        var keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        var fields = new ArrayList<PlannedField>();
        for (var key : keys) {
            var was = Optional.ofNullable(before.get(key));
            var is = Optional.ofNullable(after.get(key));
            if (!was.equals(is)) {
                fields.add(field(key, was, is, false));
            }
        }
        return new PlannedTags(agent, fields);
    }

    private PlannedWorkload changed(WorkloadChange change) {
        var before = change.before();
        var after = change.after();
        var any = after.or(() -> before).orElseThrow();
        var action =
                before.isEmpty()
                        ? Action.CREATE
                        : after.isEmpty()
                                ? Action.DELETE
                                : change.starts() || startsAgain(before.get(), after.get())
                                        ? Action.REPLACE
                                        : Action.CHANGE_IN_PLACE;
        var fields =
                before.isPresent() && after.isPresent()
                        ? fields(before.get(), after.get())
                        : List.<PlannedField>of();
        return workload(
                change.name(),
                action,
                before.orElse(any),
                any,
                fields,
                waitsFor(change),
                restartedBy(change));
    }

    /** Those that need what ends, and that the update itself does not end. */
    private List<WorkloadName> waitsFor(WorkloadChange change) {
        boolean ends = change.endsInstance() || (change.before().isPresent() && change.starts());
        if (!ends) {
            return List.of();
        }
        var at = change.before().map(Placed::agent).orElse("");
        return NeedLogic.of(plan.after(), change.name(), at).stream()
                .filter(each -> !each.gone() && !anew.contains(each.name()))
                .map(NeedLogic.Dependent::name)
                .filter(each -> NeedLogic.runs(state, each))
                .toList();
    }

    private List<WorkloadName> restartedBy(WorkloadChange change) {
        boolean byItself =
                change.before().isEmpty()
                        || change.after().isEmpty()
                        || !change.starts()
                        || Restart.isNeeded(
                                effective(change.before().get()), effective(change.after().get()));
        return byItself ? List.of() : List.copyOf(RestartPlanning.causes(plan, change));
    }

    private PlannedWorkload workload(
            WorkloadName name,
            Action action,
            Placed before,
            Placed after,
            List<PlannedField> fields) {
        return workload(name, action, before, after, fields, List.of(), List.of());
    }

    private PlannedWorkload workload(
            WorkloadName name,
            Action action,
            Placed before,
            Placed after,
            List<PlannedField> fields,
            List<WorkloadName> waitsFor,
            List<WorkloadName> restartedBy) {
        return new PlannedWorkload(
                name,
                action,
                action == Action.CREATE ? "" : before.agent(),
                action == Action.DELETE ? "" : after.agent(),
                agentState(after.agent()),
                action == Action.DELETE ? "" : after.obstacle(),
                fields,
                waitsFor,
                restartedBy,
                action != Action.DELETE && plan.after().isDrained(after.agent()));
    }

    private AgentState agentState(String name) {
        if (name.isEmpty()) {
            return AgentState.NONE;
        }
        var agent = state.agents().get(new AgentName(name));
        if (agent == null) {
            return AgentState.UNKNOWN;
        }
        return agent.isThere() ? AgentState.CONNECTED : AgentState.DISCONNECTED;
    }

    private PlannedConfig config(String name) {
        boolean was = plan.before().written().configs().containsKey(name);
        boolean is = plan.after().written().configs().containsKey(name);
        var users = new TreeSet<>(plan.before().configUsers().of(name));
        users.addAll(plan.after().configUsers().of(name));
        var fields = new ArrayList<PlannedField>();
        if (was && is) {
            for (var leaf :
                    LeafChange.between(tree(plan.before(), name), tree(plan.after(), name))) {
                fields.add(field(leaf.path(), leaf.before(), leaf.after(), false));
            }
        }
        return new PlannedConfig(
                name,
                !was ? Action.CREATE : is ? Action.CHANGE_IN_PLACE : Action.DELETE,
                List.copyOf(users),
                fields);
    }

    private static Optional<Node> tree(Wish wish, String config) {
        return Optional.ofNullable(wish.written().configs().get(config)).map(StateTree::of);
    }

    /** Compares what the agent has with what it would get, down to the last key. */
    private List<PlannedField> fields(Placed before, Placed after) {
        var fields = new ArrayList<PlannedField>();
        for (var leaf : LeafChange.between(Optional.of(tree(before)), Optional.of(tree(after)))) {
            fields.add(
                    field(
                            leaf.path(),
                            leaf.before(),
                            leaf.after(),
                            Restart.isNeededBy(
                                            leaf.path().split("[.\\[]", 2)[0],
                                            effective(before),
                                            effective(after))
                                    || (leaf.path().equals("restartPolicy")
                                            && startsAgain(before, after))));
        }
        return fields;
    }

    /** Says whether it has ended, and starts at once because of its new restart policy. */
    private boolean startsAgain(Placed before, Placed after) {
        var phase = state.board().find(before.instance()).map(WorkloadState::phase);
        return phase.filter(ended ->
                        !restarts(effective(before).restartPolicy(), ended)
                                && restarts(effective(after).restartPolicy(), ended))
                .isPresent();
    }

    private static boolean restarts(RestartPolicy policy, Phase ended) {
        return switch (ended) {
            case SUCCEEDED_OK -> policy == RestartPolicy.ALWAYS;
            case FAILED_EXEC_FAILED -> policy != RestartPolicy.NEVER;
            default -> false;
        };
    }

    private PlannedField field(
            String path, Optional<String> before, Optional<String> after, boolean restarts) {
        int length = before.map(String::length).orElse(0) + after.map(String::length).orElse(0);
        if (length > MAX_VALUE || told + length > MAX_VALUES) {
            return new PlannedField(path, Optional.empty(), Optional.empty(), restarts, true);
        }
        told += length;
        return new PlannedField(path, before, after, restarts, false);
    }

    /** As the agent gets it, with the names of the configs, which it does not get. */
    private static Node.Entries tree(Placed placed) {
        var entries = new TreeMap<>(StateTree.of(effective(placed)).entries());
        var configs = StateTree.of(placed.written()).entries().get("configs");
        if (configs != null) {
            entries.put("configs", configs);
        }
        return new Node.Entries(entries);
    }

    private static Workload effective(Placed placed) {
        return placed.assigned().workload();
    }
}
