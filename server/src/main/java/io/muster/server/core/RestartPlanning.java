package io.muster.server.core;

import io.muster.api.link.AssignedWorkload;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.OnUpdate;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Lets an update start anew what depends on something that it starts anew, where the dependency
 * says {@code onUpdate: restart}; and so on. What is started anew is wished as of this revision, so
 * that agents stop it before what it needs, and start it after that, as with any other update. An
 * update that waits already is helped in the same way when the dependency comes to say so.
 */
final class RestartPlanning {
    private final Wish base;
    private final SortedMap<WorkloadName, WorkloadChange> changes = new TreeMap<>();
    private Wish after;

    RestartPlanning(Wish base, Wish updated, List<WorkloadChange> updates, Remains remains) {
        this.base = base;
        this.after = updated;
        var open = new ArrayDeque<WorkloadName>();
        for (var change : updates) {
            changes.put(change.name(), change);
            if (isAnew(change) && (change.before().isPresent() || remains.has(change.name()))) {
                open.add(change.name());
            }
        }
        for (var change : updates) {
            if (!isAnew(change) && releases(change, remains)) {
                restart(change.name());
                open.add(change.name());
            }
        }
        while (!open.isEmpty()) {
            var name = open.remove();
            for (var dependent : List.copyOf(after.dependants().of(name))) {
                if (restarts(after, dependent, name)) {
                    restart(dependent);
                    open.add(dependent);
                }
            }
        }
    }

    Wish after() {
        return after;
    }

    List<WorkloadChange> changes() {
        return List.copyOf(changes.values());
    }

    /** Returns the workloads because of which a change starts a workload anew. */
    static SortedSet<WorkloadName> causes(Plan plan, WorkloadChange change) {
        var causes = new TreeSet<WorkloadName>();
        if (change.before().isPresent() && change.after().isPresent()) {
            for (var on : change.after().get().written().dependencies().keySet()) {
                var placed = plan.after().workloads().get(on);
                if (placed != null
                        && (placed.changedAt().equals(plan.after().revision())
                                || isNewlyRestartedWith(change, on))
                        && isRestartedWith(change.after().get(), on)) {
                    causes.add(on);
                }
            }
        }
        return causes;
    }

    /** Says whether an update that waits for this workload need not wait any more. */
    private boolean releases(WorkloadChange change, Remains remains) {
        var dependencies =
                change.after().map(each -> each.written().dependencies().keySet()).orElse(Set.of());
        return dependencies.stream()
                .filter(on -> isNewlyRestartedWith(change, on))
                .anyMatch(on -> {
                    var placed = after.workloads().get(on);
                    return placed != null && remains.delays(on, placed);
                });
    }

    private static boolean isNewlyRestartedWith(WorkloadChange change, WorkloadName on) {
        return change.after().filter(each -> isRestartedWith(each, on)).isPresent()
                && change.before().filter(each -> !isRestartedWith(each, on)).isPresent();
    }

    private boolean isAnew(WorkloadChange change) {
        return change.after().filter(each -> each.changedAt().equals(after.revision())).isPresent();
    }

    /**
     * One that was not there before has not begun, and one that begins anyway is not asked twice.
     */
    private boolean restarts(Wish wish, WorkloadName dependent, WorkloadName on) {
        var placed = wish.workloads().get(dependent);
        return placed != null
                && base.workloads().containsKey(dependent)
                && !placed.changedAt().equals(wish.revision())
                && isRestartedWith(placed, on);
    }

    private static boolean isRestartedWith(Placed placed, WorkloadName on) {
        var dependency = placed.written().dependencies().get(on);
        return dependency != null
                && dependency.lasts()
                && dependency.onUpdate() == OnUpdate.RESTART;
    }

    private void restart(WorkloadName name) {
        var placed = Optional.ofNullable(after.workloads().get(name)).orElseThrow();
        var anew =
                new Placed(
                        placed.written(),
                        new AssignedWorkload(
                                placed.instance(), after.revision(), placed.assigned().workload()),
                        placed.obstacle());
        after = after.with(new WorkloadChange(name, Optional.of(placed), Optional.of(anew)));
        changes.put(
                name,
                new WorkloadChange(
                        name, Optional.ofNullable(base.workloads().get(name)), Optional.of(anew)));
    }
}
