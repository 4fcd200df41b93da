package io.muster.api.validation;

import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.template.WorkloadTemplates;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

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
        var problems = new ArrayList<Problem>();
        var missing = new ArrayList<Problem>();
        state.workloads()
                .forEach((name, workload) -> {
                    var gone = missing(name, workload, state);
                    if (gone.isEmpty()
                            && RenderedWorkload.of(name, workload, state.configs())
                                    instanceof Outcome.Refused<Workload>(var why)) {
                        problems.addAll(why);
                    }
                    missing.addAll(gone);
                });
        Cycles.find(name -> dependencies(state, name), state.workloads().keySet())
                .forEach(cycle -> problems.add(Cycles.problem(cycle)));
        return new Found(problems, missing);
    }

    private static List<Problem> missing(WorkloadName name, Workload workload, State state) {
        return workload.configs().entrySet().stream()
                .filter(entry -> !state.configs().containsKey(entry.getValue()))
                .map(entry ->
                        WorkloadTemplates.missingConfig(name, entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Collection<WorkloadName> dependencies(State state, WorkloadName name) {
        var workload = state.workloads().get(name);
        return workload == null ? List.of() : workload.dependencies().keySet();
    }
}
