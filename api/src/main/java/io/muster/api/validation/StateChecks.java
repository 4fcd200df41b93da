package io.muster.api.validation;

import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.template.WorkloadTemplates;
import io.muster.api.tree.Unread;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Checks a state that was read as a whole: templates, agents and cycles. */
public final class StateChecks {
    private StateChecks() {}

    /**
     * What was found.
     *
     * @param problems would be refused everywhere
     * @param missing configs that are named and not there, which a cluster may have; templates that
     *     need them were not filled in
     */
    public record Found(List<Problem> problems, List<Problem> missing) {
        /** Copies the lists. */
        public Found {
            problems = List.copyOf(problems);
            missing = List.copyOf(missing);
        }
    }

    /** Checks all of a state. Paths are those of a complete state, from {@code desiredState} on. */
    public static Found check(State state) {
        return check(state, Unread.NOTHING);
    }

    /**
     * Checks as much of a state as is known.
     *
     * @param unread what is not; of what follows from that, nothing is said
     */
    public static Found check(State state, Unread unread) {
        var problems = new ArrayList<Problem>();
        var missing = new ArrayList<Problem>();
        state.workloads()
                .forEach((name, workload) -> {
                    var found = check(name, workload, state.configs(), unread);
                    problems.addAll(found.problems());
                    missing.addAll(found.missing());
                });
        cycles(state, state.workloads().keySet()).forEach(problems::add);
        return new Found(problems, missing);
    }

    /**
     * Checks one workload, apart from cycles.
     *
     * @param configs all that are known, by name
     */
    public static Found check(
            WorkloadName name, Workload workload, Map<String, ConfigItem> configs, Unread unread) {
        boolean knowsNames = !unread.drawing().contains(name);
        boolean whole = knowsNames;
        var missing = new ArrayList<Problem>();
        for (var entry : workload.configs().entrySet()) {
            var config = entry.getValue();
            if (!configs.containsKey(config)) {
                whole = false;
                if (!unread.mayHave(config)) {
                    missing.add(WorkloadTemplates.missingConfig(name, entry.getKey(), config));
                }
            }
        }
        if (!whole) {
            return new Found(
                    WorkloadTemplates.problems(name, workload, configs, knowsNames), missing);
        }
        return RenderedWorkload.of(name, workload, configs)
                        instanceof Outcome.Refused<Workload>(var why)
                ? new Found(why, missing)
                : new Found(List.of(), missing);
    }

    /** Tells the cycles in dependencies that can be reached from the workloads named. */
    public static List<Problem> cycles(State state, Collection<WorkloadName> from) {
        return Cycles.find(name -> dependencies(state, name), from).stream()
                .map(Cycles::problem)
                .toList();
    }

    private static Collection<WorkloadName> dependencies(State state, WorkloadName name) {
        var workload = state.workloads().get(name);
        return workload == null ? List.of() : workload.dependencies().keySet();
    }
}
