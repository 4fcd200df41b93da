package io.muster.server.core;

import io.muster.api.link.AssignedWorkload;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Names;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.path.FieldMask;
import io.muster.api.path.MaskUpdate;
import io.muster.api.request.Request.UpdateState;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.store.Head;
import io.muster.api.store.StartupMark;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Turns an update into a plan: merge, validate, place, compare, look for cycles. A refusal leaves
 * no trace.
 */
final class Planning {
    private Planning() {}

    /** Plans an update by masks. */
    static Outcome<Plan> plan(Wish base, UpdateState update, ServerSettings settings) {
        return MaskUpdate.apply(base.written(), update.newState(), update.masks())
                .then(merged ->
                        compare(
                                base,
                                merged,
                                Touched.of(update.masks(), base.written(), merged),
                                settings));
    }

    /**
     * Plans the startup manifest: what it names is set, what its predecessor named and it does not
     * is deleted, and everything else is left alone.
     */
    static Outcome<Plan> plan(
            Wish base, State manifest, Optional<StartupMark> before, ServerSettings settings) {
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
        return compare(base, merged, new Touched(workloads, configs), settings);
    }

    /** Places what a store holds; it was validated before it was stored. */
    static Wish load(Head head) {
        var wish = Wish.EMPTY.at(head.revision());
        for (var entry : head.configs().entrySet()) {
            wish = wish.withConfig(entry.getKey(), entry.getValue());
        }
        for (var entry : head.workloads().entrySet()) {
            var stored = entry.getValue();
            var placed = place(entry.getKey(), stored.workload(), stored.changedAt());
            if (placed instanceof Outcome.Accepted<Placed>(var accepted)) {
                wish =
                        wish.with(
                                new WorkloadChange(
                                        entry.getKey(), Optional.empty(), Optional.of(accepted)));
            } else {
                throw new IllegalStateException(
                        "stored although refused: " + entry.getKey() + ": " + placed);
            }
        }
        return wish;
    }

    private static Outcome<Plan> compare(
            Wish base, State merged, Touched touched, ServerSettings settings) {
        var checks = new PlanChecks(settings);
        var revision = base.revision().next();
        var changes = new ArrayList<WorkloadChange>();
        for (var name : touched.workloads()) {
            var before = Optional.ofNullable(base.workloads().get(name));
            var wanted = Optional.ofNullable(merged.workloads().get(name));
            if (!before.map(Placed::written).equals(wanted)) {
                wanted.ifPresent(workload -> checks.configsOf(name, workload, merged));
                var after =
                        wanted.flatMap(workload ->
                                checks.accepted(
                                        place(
                                                name,
                                                workload,
                                                changedAt(before, workload, revision))));
                changes.add(new WorkloadChange(name, before, after));
            }
        }
        var configs = new TreeSet<String>();
        for (var name : touched.configs()) {
            if (!Objects.equals(base.written().configs().get(name), merged.configs().get(name))) {
                configs.add(name);
            }
        }
        if (changes.isEmpty() && configs.isEmpty()) {
            return Outcome.accepted(new Plan(base, List.of(), configs));
        }
        var after = base.at(revision);
        for (var change : changes) {
            after = after.with(change);
        }
        for (var name : configs) {
            var item = merged.configs().get(name);
            after = item == null ? after.withoutConfig(name) : after.withConfig(name, item);
        }
        return checks.conclude(new Plan(after, changes, configs));
    }

    private static Outcome<Placed> place(WorkloadName name, Workload written, Revision changedAt) {
        return AgentAssignment.place(name, written)
                .then(placement -> {
                    var effective = written.withAgent(placement.agent());
                    var instance =
                            InstanceName.of(name, effective.runtimeConfig(), placement.agent());
                    return Outcome.accepted(
                            new Placed(
                                    written,
                                    new AssignedWorkload(instance, changedAt, effective),
                                    placement.obstacle()));
                });
    }

    private static Revision changedAt(Optional<Placed> before, Workload after, Revision revision) {
        return before.filter(placed -> !needsRestart(placed.written(), after))
                .map(Placed::changedAt)
                .orElse(revision);
    }

    /**
     * Says whether what runs has to be replaced. Tags, restart policy, dependencies and the content
     * of access rules change in place.
     */
    private static boolean needsRestart(Workload before, Workload after) {
        return !before.agent().equals(after.agent())
                || !before.runtime().equals(after.runtime())
                || !before.runtimeConfig().equals(after.runtimeConfig())
                || !before.configs().equals(after.configs())
                || !before.files().equals(after.files())
                || before.controlInterfaceAccess().isEmpty()
                        != after.controlInterfaceAccess().isEmpty();
    }

    /**
     * What an update may change.
     *
     * @param workloads by name
     * @param configs by name
     */
    private record Touched(SortedSet<WorkloadName> workloads, SortedSet<String> configs) {
        /**
         * Reads it from the masks where these name single workloads and configs, so that the cost
         * follows what changes; otherwise it is everything on either side.
         */
        static Touched of(List<FieldMask> masks, State base, State merged) {
            var workloads = new TreeSet<WorkloadName>();
            var configs = new TreeSet<String>();
            for (var mask : masks) {
                var keys = mask.segments();
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
