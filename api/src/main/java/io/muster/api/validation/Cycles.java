package io.muster.api.validation;

import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Problem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds cycles in dependencies. A new cycle goes through a changed workload, so the search begins
 * there and sees no more than what those depend on.
 */
public final class Cycles {
    private Cycles() {}

    /** Knows on what a workload depends; nothing for one that is not there. */
    @FunctionalInterface
    public interface Dependencies {
        /** Returns the workloads on which it depends, in order. */
        Collection<WorkloadName> of(WorkloadName name);
    }

    /**
     * Finds a cycle that can be reached from the workloads named.
     *
     * @return its members in order of dependence, the first one again at the end
     */
    public static Optional<List<WorkloadName>> find(
            Dependencies dependencies, Collection<WorkloadName> from) {
        var done = new HashSet<WorkloadName>(); // everything reachable from these is free of cycles
        for (var start : from) {
            if (!done.contains(start)) {
                var cycle = search(dependencies, start, done);
                if (cycle.isPresent()) {
                    return cycle;
                }
            }
        }
        return Optional.empty();
    }

    /** A depth-first search without recursion: a chain may be as long as there are workloads. */
    private static Optional<List<WorkloadName>> search(
            Dependencies dependencies, WorkloadName start, Set<WorkloadName> done) {
        var path = new ArrayList<WorkloadName>(List.of(start));
        var onPath = new HashSet<WorkloadName>(path);
        var open =
                new ArrayDeque<
                        Iterator<
                                WorkloadName>>(); // what is left to visit, one per step of the path
        open.push(dependencies.of(start).iterator());
        while (!open.isEmpty()) {
            if (!open.element().hasNext()) {
                open.pop();
                var left = path.removeLast();
                onPath.remove(left);
                done.add(left);
                continue;
            }
            var next = open.element().next();
            if (onPath.contains(next)) {
                var cycle = new ArrayList<>(path.subList(path.indexOf(next), path.size()));
                cycle.add(next);
                return Optional.of(cycle);
            }
            if (!done.contains(next)) {
                path.add(next);
                onPath.add(next);
                open.push(dependencies.of(next).iterator());
            }
        }
        return Optional.empty();
    }

    /** What is wrong with a cycle. */
    public static Problem problem(List<WorkloadName> cycle) {
        return new Problem(
                "desiredState.workloads." + cycle.getFirst() + ".dependencies",
                "is part of a cycle: "
                        + cycle.stream()
                                .map(WorkloadName::value)
                                .collect(Collectors.joining(" -> ")),
                "remove one of these dependencies");
    }
}
