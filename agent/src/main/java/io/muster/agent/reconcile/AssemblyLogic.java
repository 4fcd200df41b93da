package io.muster.agent.reconcile;

import io.muster.api.name.WorkloadName;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * Brings events to the reconcilers of all workloads, and keeps each informed of its wish and of its
 * circumstances. What comes of it for one is decided by {@link WorkloadLogic}.
 */
final class AssemblyLogic {
    private AssemblyLogic() {}

    /** Something happened to one workload, which may be gone. */
    static void happened(Turn turn, WorkloadName name, WorkloadEvent event) {
        var managed = turn.state().workloads().get(name);
        if (managed != null) {
            step(turn, managed, event);
        }
    }

    /**
     * Lets the news of a runtime reach the reconcilers of all names, new ones where there are none;
     * these learn their wish when all have the news: who needs whom is judged by what runs.
     */
    static void meet(Turn turn, SortedMap<WorkloadName, WorkloadEvent> news) {
        var strange = new ArrayList<WorkloadName>();
        news.forEach((name, its) -> {
            var known = turn.state().workloads().get(name);
            if (known == null) {
                strange.add(name);
            }
            step(turn, known == null ? fresh(turn, name) : known, its);
        });
        for (var name : strange) {
            var met = turn.state().workloads().get(name);
            var briefing = new Briefing(turn.state());
            var wish = briefing.wish(name);
            if (met != null && !wish.equals(met.wish())) {
                step(turn, met, wished(briefing, name, wish));
            }
        }
    }

    private static WorkloadEvent wished(Briefing briefing, WorkloadName name, Wish wish) {
        return new WorkloadEvent.Wished(wish, briefing.circumstances(name, wish));
    }

    /** The wish has changed: tells every workload its part. */
    static void wish(Turn turn) {
        var names = new TreeSet<>(turn.state().desire().assigned().keySet());
        names.addAll(turn.state().workloads().keySet());
        for (var name : names) {
            var managed = turn.state().workloads().get(name);
            var briefing = new Briefing(turn.state());
            if (managed == null || !briefing.isTold(managed)) {
                var wish = briefing.wish(name);
                step(
                        turn,
                        managed == null ? fresh(turn, name) : managed,
                        wished(briefing, name, wish));
            }
        }
        place(turn);
    }

    /** Tells every workload its circumstances, where they have changed. */
    static void place(Turn turn) {
        for (var name : List.copyOf(turn.state().workloads().keySet())) {
            placeOne(turn, name);
        }
    }

    private static void placeOne(Turn turn, WorkloadName name) {
        var managed = turn.state().workloads().get(name);
        if (managed != null) {
            var circumstances = new Briefing(turn.state()).circumstances(name, managed.wish());
            if (!circumstances.equals(managed.circumstances())) {
                step(turn, managed, new WorkloadEvent.Placed(circumstances));
                if (circumstances.awaits() != managed.circumstances().awaits()) {
                    placeDependents(turn, name); // what awaits this, awaits the same
                }
            }
        }
    }

    private static Managed fresh(Turn turn, WorkloadName name) {
        var state = turn.state();
        var circumstances = new Briefing(state).circumstances(name, new Wish.Unknown());
        return Managed.fresh(name, circumstances, state.touched(), state.tokens());
    }

    private static void step(Turn turn, Managed managed, WorkloadEvent event) {
        var step = WorkloadLogic.on(managed, event, turn.timing().workloads(), turn.now());
        var next = step.next();
        step.effects().forEach(each -> turn.emit(new AgentEffect.OfWorkload(next.name(), each)));
        if (next.isFinished()) {
            turn.state(turn.state().without(next, turn.now()));
            turn.emit(new AgentEffect.Forget(next.name()));
        } else {
            turn.state(turn.state().with(next));
        }
        for (var state : step.transitions()) {
            show(turn, state);
            placeDependents(turn, next.name()); // each time: a condition may hold for one step only
            placeNeeded(turn, next.name());
        }
        if (!step.transitions().isEmpty()) {
            placeAwaited(turn, next);
        }
    }

    /** What goes on no more is no reason to get ready first. */
    private static void placeAwaited(Turn turn, Managed by) {
        if (by.wish() instanceof Wish.Run run) {
            for (var awaited : run.workload().dependencies().keySet()) {
                var managed = turn.state().workloads().get(awaited);
                if (managed != null && isTold(turn, managed)) {
                    placeOne(turn, awaited);
                }
            }
        }
    }

    private static void show(Turn turn, WorkloadState state) {
        turn.transition(state);
        var before = turn.state();
        var shown =
                state.phase() == Phase.REMOVED
                        ? before.states().minus(state.instance())
                        : before.states().plus(state.instance(), state);
        turn.state(before.with(shown, before.reporter().step(state)));
    }

    private static void placeNeeded(Turn turn, WorkloadName by) {
        for (var needed : List.copyOf(turn.state().desire().ties().neededBy(by))) {
            var managed = turn.state().workloads().get(needed);
            if (managed != null && isTold(turn, managed)) {
                placeOne(turn, needed);
            }
        }
    }

    private static void placeDependents(Turn turn, WorkloadName on) {
        for (var managed : List.copyOf(turn.state().workloads().values())) {
            if (managed.wish() instanceof Wish.Run run
                    && !managed.progress().released()
                    && run.workload().dependencies().containsKey(on)
                    && isTold(turn, managed)) {
                placeOne(turn, managed.name());
            }
        }
    }

    /**
     * While a new wish is told, those that have not been told yet do nothing because of what
     * becomes of others: it would be by the old one.
     */
    private static boolean isTold(Turn turn, Managed managed) {
        return new Briefing(turn.state()).isTold(managed);
    }
}
