package io.muster.server.core;

import io.muster.api.name.WorkloadName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds cycles in dependencies. A new cycle goes through a changed workload, so the search begins
 * there and sees no more than what those depend on.
 */
final class Cycles {
    private Cycles() {}

    /**
     * Finds a cycle that can be reached from the workloads named.
     *
     * @return its members in order of dependence, the first one again at the end
     */
    static Optional<List<WorkloadName>> find(Wish wish, Collection<WorkloadName> from) {
        var done = new HashSet<WorkloadName>(); // everything reachable from these is free of cycles
        for (var start : from) {
            if (!done.contains(start)) {
                var cycle = search(wish, start, done);
                if (cycle.isPresent()) {
                    return cycle;
                }
            }
        }
        return Optional.empty();
    }

    /** A depth-first search without recursion: a chain may be as long as there are workloads. */
    private static Optional<List<WorkloadName>> search(
            Wish wish, WorkloadName start, Set<WorkloadName> done) {
        var path = new ArrayList<WorkloadName>(List.of(start));
        var onPath = new HashSet<WorkloadName>(path);
        var open =
                new ArrayDeque<
                        Iterator<
                                WorkloadName>>(); // what is left to visit, one per step of the path
        open.push(dependencies(wish, start));
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
                open.push(dependencies(wish, next));
            }
        }
        return Optional.empty();
    }

    private static Iterator<WorkloadName> dependencies(Wish wish, WorkloadName name) {
        var placed = wish.workloads().get(name);
        return placed == null
                ? List.<WorkloadName>of().iterator()
                : placed.written().dependencies().keySet().iterator();
    }
}
