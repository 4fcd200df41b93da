package io.muster.server.core;

import io.muster.api.link.AssignedWorkload;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Names;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.path.FieldMask;
import io.muster.api.path.MaskUpdate;
import io.muster.api.request.Request.UpdateState;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.store.Head;
import io.muster.api.store.StartupMark;
import io.muster.api.validation.RenderedWorkload;
import io.muster.api.validation.StateChecks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Turns an update into a plan: merge, validate, fill in templates, place, compare, look for cycles.
 * A refusal leaves no trace. The cost follows what changes: the workloads named, and those that
 * draw from a config that changes.
 */
final class Planning {
    private Planning() {}

    /** Plans an update by masks. */
    static Outcome<Plan> plan(
            Wish base, UpdateState update, Remains remains, ServerSettings settings) {
        var merged = MaskUpdate.merge(base.written(), update.newState(), update.masks());
        var touched = Touched.of(update.masks(), base.written(), merged.state());
        return merged.problems().isEmpty()
                ? compare(base, merged.state(), touched, remains, settings)
                : Outcome.refused(problems(base, merged, touched));
    }

    /** Tells what is wrong with an update that could be read in part, and with what it touches. */
    private static List<Problem> problems(Wish base, MaskUpdate.Merged merged, Touched touched) {
        var problems = new ArrayList<>(merged.problems());
        var concerned = new TreeSet<>(touched.workloads());
        touched.configs().forEach(name -> concerned.addAll(base.configUsers().of(name)));
        for (var name : concerned) {
            var workload = merged.state().workloads().get(name);
            if (workload != null) {
                var found =
                        StateChecks.check(
                                name, workload, merged.state().configs(), merged.unread());
                problems.addAll(found.problems());
                problems.addAll(found.missing());
            }
        }
        problems.addAll(StateChecks.cycles(merged.state(), concerned));
        return problems.subList(0, Math.min(problems.size(), PlanChecks.MAX_PROBLEMS));
    }

    /** Plans a whole desired state, as the mutating hooks made it. */
    static Outcome<Plan> plan(Wish base, State wanted, Remains remains, ServerSettings settings) {
        return compare(base, wanted, Touched.everything(base.written(), wanted), remains, settings);
    }

    /**
     * Plans the startup manifest: what it names is set, what its predecessor named and it does not
     * is deleted, and everything else is left alone.
     */
    static Outcome<Plan> plan(
            Wish base,
            State manifest,
            Optional<StartupMark> before,
            Remains remains,
            ServerSettings settings) {
        var merged = base.written();
        var workloads = new TreeSet<WorkloadName>(manifest.workloads().keySet());
        var configs = new TreeSet<String>(manifest.configs().keySet());
        for (var entry : manifest.workloads().entrySet()) {
            merged = merged.with(entry.getKey(), entry.getValue());
        }
        for (var entry : manifest.configs().entrySet()) {
            merged = merged.withConfig(entry.getKey(), entry.getValue());
        }
        if (before.isPresent()) {
            for (var name : before.get().workloads()) {
                if (workloads.add(name)) {
                    merged = merged.without(name);
                }
            }
            for (var name : before.get().configs()) {
                if (configs.add(name)) {
                    merged = merged.withoutConfig(name);
                }
            }
        }
        return compare(base, merged, new Touched(workloads, configs), remains, settings);
    }

    /**
     * Places what a store holds. It was validated before it was stored, though perhaps by rules of
     * an earlier version: what they let through stays, and its state says what is wrong with it.
     */
    static Wish load(Head head) {
        var wish = Wish.EMPTY.at(head.revision());
        for (var entry : head.configs().entrySet()) {
            wish = wish.withConfig(entry.getKey(), entry.getValue());
        }
        for (var entry : head.tags().entrySet()) {
            wish = wish.with(entry.getKey(), entry.getValue());
        }
        for (var agent : head.drained()) {
            wish = wish.drained(agent, true);
        }
        for (var entry : head.workloads().entrySet()) {
            var stored = entry.getValue();
            var placed =
                    switch (place(
                            entry.getKey(),
                            stored.workload(),
                            head.configs(),
                            _ -> stored.changedAt())) {
                        case Outcome.Accepted<Placed>(var accepted) -> accepted;
                        case Outcome.Refused<Placed>(var why) ->
                                obstructed(entry.getKey(), stored, why.getFirst());
                    };
            wish =
                    wish.with(
                            new WorkloadChange(
                                    entry.getKey(), Optional.empty(), Optional.of(placed)));
        }
        var dependants = wish.dependants();
        return wish.with(Departed.of(head, name -> !dependants.of(name).isEmpty()));
    }

    private static Outcome<Plan> compare(
            Wish base, State merged, Touched touched, Remains remains, ServerSettings settings) {
        var checks = new PlanChecks(settings);
        var revision = base.revision().next();
        List<WorkloadChange> changes = new ArrayList<>();
        var configs = new TreeSet<String>();
        var concerned = new TreeSet<WorkloadName>();
        for (var name : touched.configs()) {
            if (!Objects.equals(base.written().configs().get(name), merged.configs().get(name))) {
                configs.add(name);
                concerned.addAll(base.configUsers().of(name));
            }
        }
        for (var name : touched.workloads()) {
            var before = Optional.ofNullable(base.workloads().get(name)).map(Placed::written);
            if (!before.equals(Optional.ofNullable(merged.workloads().get(name)))) {
                concerned.add(name);
            }
        }
        for (var name : concerned) {
            var before = Optional.ofNullable(base.workloads().get(name));
            var after =
                    Optional.ofNullable(merged.workloads().get(name))
                            .flatMap(workload ->
                                    checks.accepted(
                                            inUse(
                                                    place(
                                                            name,
                                                            workload,
                                                            merged.configs(),
                                                            rendered ->
                                                                    changedAt(
                                                                            name, before, rendered,
                                                                            revision, remains)),
                                                    before.isPresent()
                                                            && before.get()
                                                                    .written()
                                                                    .equals(workload)
                                                            && !merged.configs()
                                                                    .keySet()
                                                                    .containsAll(
                                                                            workload.configs()
                                                                                    .values()))));
            if (!after.equals(before)) { // what is drawn from a changed config may be the same
                changes.add(new WorkloadChange(name, before, after));
            }
        }
        if (changes.isEmpty() && configs.isEmpty() && checks.foundNothing()) {
            return Outcome.accepted(new Plan(base, base, List.of(), configs, touched.workloads()));
        }
        var after = base.at(revision);
        for (var change : changes) {
            after = after.with(change);
        }
        var restarts = new RestartPlanning(base, after, changes, remains);
        after = restarts.after();
        changes = restarts.changes();
        for (var name : configs) {
            var item = merged.configs().get(name);
            after = item == null ? after.withoutConfig(name) : after.withConfig(name, item);
        }
        return checks.conclude(
                new Plan(base, after, changes, configs, touched.workloads()), merged, concerned);
    }

    /** A workload that stays as it is misses a config: the config is what should stay. */
    private static Outcome<Placed> inUse(Outcome<Placed> placed, boolean deleted) {
        return deleted && placed instanceof Outcome.Refused<Placed>(var problems)
                ? Outcome.refused(
                        problems.stream()
                                .map(problem ->
                                        new Problem(
                                                problem.where(),
                                                problem.what() + " any more then",
                                                "keep the config, or first delete the workload or"
                                                        + " let it draw from another"))
                                .toList())
                : placed;
    }

    private static Outcome<Placed> place(
            WorkloadName name,
            Workload written,
            Map<String, ConfigItem> configs,
            Function<Workload, Revision> changedAt) {
        return RenderedWorkload.of(name, written, configs)
                .then(rendered -> {
                    var effective = rendered.withAgent(AgentAssignment.agentOf(rendered));
                    return Outcome.accepted(
                            placed(name, written, effective, changedAt.apply(effective), ""));
                });
    }

    private static Placed obstructed(WorkloadName name, Head.Stored stored, Problem why) {
        var nowhere = stored.workload().withAgent("");
        return placed(name, stored.workload(), nowhere, stored.changedAt(), why.toString());
    }

    private static Placed placed(
            WorkloadName name,
            Workload written,
            Workload effective,
            Revision changedAt,
            String obstacle) {
        var instance = InstanceName.of(name, effective.runtimeConfig(), effective.agent());
        return new Placed(written, new AssignedWorkload(instance, changedAt, effective), obstacle);
    }

    private static Revision changedAt(
            WorkloadName name,
            Optional<Placed> before,
            Workload effective,
            Revision revision,
            Remains remains) {
        return before.filter(placed -> !Restart.isNeeded(placed.assigned().workload(), effective))
                .map(Placed::changedAt)
                .or(() -> remains.untouched(name, effective))
                .orElse(revision);
    }

    /**
     * What an update may change.
     *
     * @param workloads by name
     * @param configs by name
     */
    private record Touched(SortedSet<WorkloadName> workloads, SortedSet<String> configs) {
        /** The parts of a state in which no update changes the desired state. */
        private static final Set<String> ELSEWHERE =
                Set.of("agents", "workloadStates", "effectiveState");

        /**
         * Reads it from the masks where these name single workloads and configs, so that the cost
         * follows what changes; otherwise it is everything on either side.
         */
        static Touched of(List<FieldMask> masks, State base, State merged) {
            var workloads = new TreeSet<WorkloadName>();
            var configs = new TreeSet<String>();
            for (var mask : masks) {
                var keys = mask.segments();
                if (!keys.isEmpty() && ELSEWHERE.contains(keys.getFirst())) {
                    continue; // such as tags of agents
                }
                if (keys.size() >= 3 && keys.get(0).equals("desiredState")) {
                    if (keys.get(1).equals("workloads") && Names.isName(keys.get(2))) {
                        workloads.add(new WorkloadName(keys.get(2)));
                        continue;
                    }
                    if (keys.get(1).equals("configs")) {
                        configs.add(keys.get(2));
                        continue;
                    }
                }
                return everything(base, merged);
            }
            return masks.isEmpty() ? everything(base, merged) : new Touched(workloads, configs);
        }

        private static Touched everything(State base, State merged) {
            var workloads = new TreeSet<WorkloadName>(base.workloads().keySet());
            workloads.addAll(merged.workloads().keySet());
            var configs = new TreeSet<String>(base.configs().keySet());
            configs.addAll(merged.configs().keySet());
            return new Touched(workloads, configs);
        }
    }
}
