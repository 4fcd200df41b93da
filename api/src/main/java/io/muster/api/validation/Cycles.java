package io.muster.api.validation;

import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Problem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Finds cycles in dependencies. A new cycle goes through a changed workload, so the search begins
 * there and sees no more than what those depend on.
 */
public final class Cycles {
    /** Nobody repairs more at once; a state of thousands of cycles would fill the answer. */
    static final int MOST = 10;

    private static final int MOST_NAMED = 20;

    private Cycles() {}

    /** Knows on what a workload depends; nothing for one that is not there. */
    @FunctionalInterface
    public interface Dependencies {
        /** Returns the workloads on which it depends, in order. */
        Collection<WorkloadName> of(WorkloadName name);
    }

    /**
     * Finds cycles that can be reached from the workloads named: at least one through each group of
     * workloads that wait for each other, {@value #MOST} at most.
     *
     * @return of each, its members in order of dependence, the first one again at the end
     */
    public static List<List<WorkloadName>> find(
            Dependencies dependencies, Collection<WorkloadName> from) {
        var found = new ArrayList<List<WorkloadName>>();
        var done = new HashSet<WorkloadName>(); // whatever can be reached from these was seen
        for (var start : from) {
            if (!done.contains(start)) {
                search(dependencies, start, done, found);
            }
        }
        return found;
    }

    /**
     * A depth-first search without recursion: a chain may be as long as there are workloads. Each
     * dependency on a workload of the path closes a cycle, and is not followed.
     */
    private static void search(
            Dependencies dependencies,
            WorkloadName start,
            Set<WorkloadName> done,
            List<List<WorkloadName>> found) {
        var path = new ArrayList<WorkloadName>();
        var onPath = new HashSet<WorkloadName>();
        var open = new ArrayDeque<Iterator<WorkloadName>>(); // what is left to visit, one per step
        path.add(start);
        onPath.add(start);
        open.push(dependencies.of(start).iterator());
        while (!open.isEmpty() && found.size() < MOST) {
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
                found.add(List.copyOf(cycle));
            } else if (!done.contains(next)) {
                path.add(next);
                onPath.add(next);
                open.push(dependencies.of(next).iterator());
            }
        }
    }

    /** What is wrong with a cycle. */
    public static Problem problem(List<WorkloadName> cycle) {
        return new Problem(
                "desiredState.workloads." + cycle.getFirst() + ".dependencies",
                "is part of a cycle: " + text(cycle),
                "remove one of these dependencies");
    }

    private static String text(List<WorkloadName> cycle) {
        var names = cycle.stream().map(WorkloadName::value).toList();
        if (names.size() <= MOST_NAMED) {
            return String.join(" -> ", names);
        }
        return "%s -> ... (%d more) -> %s"
                .formatted(
                        String.join(" -> ", names.subList(0, MOST_NAMED - 1)),
                        names.size() - MOST_NAMED,
                        names.getLast());
    }
}
