package io.muster.agent.reconcile;

import io.muster.agent.reconcile.Doing.Idle;
import io.muster.agent.reconcile.Doing.Rested;
import io.muster.agent.reconcile.Doing.Resting;
import io.muster.agent.reconcile.Doing.Working;
import io.muster.agent.reconcile.There.Doubt;
import io.muster.agent.reconcile.WorkloadEffect.Interrupt;
import io.muster.agent.reconcile.WorkloadEffect.Perform;
import io.muster.agent.reconcile.WorkloadEffect.Unwatch;
import io.muster.agent.reconcile.WorkloadEffect.Wake;
import io.muster.agent.reconcile.WorkloadEffect.Watch;
import io.muster.api.runtime.Observation.Exited;
import io.muster.api.runtime.Observation.Gone;
import io.muster.api.runtime.Observation.Interrupted;
import io.muster.api.runtime.Observation.Running;
import io.muster.api.runtime.Observation.Starting;
import io.muster.api.runtime.Observation.Stopping;
import io.muster.api.runtime.Observation.Unclear;
import io.muster.api.state.WorkloadState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides what to do about one workload.
 *
 * <p>What must stay true: at most one task is under way; nothing is created while another instance
 * of the name is, or may be, there; nothing is changed while the circumstances hold it or no wish
 * is known, but that what this process created itself goes when it is withdrawn; nothing is started
 * while the agent is drained; what runs and is not wished any more goes on as long as it is needed,
 * and what is replaced until that which replaces it is prepared; the newest wish is compared with
 * what is there after every event, so none is lost.
 */
final class WorkloadLogic {
    /** A start that failed this often is given up for a new instance. */
    private static final int RESTART_TRIES = 3;

    private final Timing timing;
    private final Moment now;
    private final List<WorkloadEffect> effects = new ArrayList<>();

    private WorkloadLogic(Timing timing, Moment now) {
        this.timing = timing;
        this.now = now;
    }

    /**
     * What comes of an event.
     *
     * @param transitions every step that the instances took, in order; {@link
     *     io.muster.api.state.Phase#REMOVED} is the last one of an instance
     */
    record Step(Managed next, List<WorkloadEffect> effects, List<WorkloadState> transitions) {
        /** Copies the lists. */
        Step {
            effects = List.copyOf(effects);
            transitions = List.copyOf(transitions);
        }
    }

    /** Folds the event in, and compares wish and fact. */
    static Step on(Managed before, WorkloadEvent event, Timing timing, Moment now) {
        var logic = new WorkloadLogic(timing, now);
        var learnt = new WorkloadLearning(timing, now).learn(before, event);
        var next = logic.decide(learnt);
        logic.watch(before, next);
        var transitions = new ArrayList<>(WorkloadView.steps(before, learnt));
        transitions.addAll(WorkloadView.steps(learnt, next));
        return new Step(next, logic.effects, transitions);
    }

    private Managed decide(Managed m) {
        return switch (m.doing()) {
            case Working working -> interrupt(m, working);
            case Resting _ -> m;
            case Idle _ -> act(m, false);
            case Rested _ -> act(m.doing(new Idle()), true);
        };
    }

    /** A newer wish does not wait for a task that hangs, and nothing waits for ever. */
    private Managed interrupt(Managed m, Working working) {
        if (working.interrupted() || !(working.overdue() || isUnwanted(m, working.task()))) {
            return m;
        }
        effects.add(new Interrupt(working.token()));
        return m.doing(new Working(working.token(), working.task(), true, working.overdue()));
    }

    private static boolean isUnwanted(Managed m, Task task) {
        return switch (task) {
            case Task.Create(_, var order) ->
                    m.circumstances().withdrawn()
                            || m.circumstances().isDrained()
                            || !(m.wish() instanceof Wish.Run run
                                    && run.mark().equals(order.mark()));
            case Task.Prepare(_, var order) ->
                    m.circumstances().withdrawn()
                            || m.circumstances().isDrained()
                            || !(m.wish() instanceof Wish.Run run && run.isPreparedBy(order))
                            || (m.replaced().stream().allMatch(There::isEnding)
                                    && !isToGetReady(m));
            case Task.Restart(var instance, _) ->
                    m.circumstances().isDrained()
                            || !(m.wish() instanceof Wish.Run run && run.isMetBy(instance));
            case Task.Delete _, Task.Observe _, Task.Search _ -> false;
        };
    }

    private Managed act(Managed m, boolean due) {
        if (m.circumstances().withdrawn()) {
            var own = m.there().stream().filter(There::created).findFirst();
            if (own.isPresent()) {
                return delete(m, due, own.get());
            }
            if (m.leftover().isPresent()) {
                return search(m, due, m.leftover().get());
            }
        }
        var keeper = m.keeper();
        var relevant = m.mayAct() && keeper.isPresent() ? List.of(keeper.get()) : m.there();
        var held = m.held();
        boolean asks = !m.mayAct() || keeper.isPresent() || !held.isEmpty();
        if (asks || m.circumstances().isDrained()) {
            var doubted =
                    relevant.stream()
                            .filter(each ->
                                    asks ? each.doubt() != Doubt.NONE : hasPerhapsFinished(each))
                            .findFirst();
            if (doubted.isPresent()) {
                var pause = timing.lookAfter(doubted.get().looks());
                return look(m, due, pause, doubted.get());
            }
        }
        if (m.mayAct()) {
            var other =
                    m.others().stream()
                            .filter(each -> !held.contains(each))
                            .min(Comparator.comparingInt(WorkloadLogic::failures));
            if (other.isPresent()) {
                return delete(m, due, other.get());
            }
            if (m.wish() instanceof Wish.Run run && !m.replaced().isEmpty()) {
                return prepare(m, due, run);
            }
            if (!held.isEmpty()) {
                return lookAgain(m, due, held);
            }
            if (m.leftover().isPresent() && !createsNext(m, m.leftover().get())) {
                return search(m, due, m.leftover().get());
            }
            if (m.wish() instanceof Wish.Run run) {
                return keeper.isPresent() ? keep(m, due, run, keeper.get()) : make(m, due, run);
            }
        }
        return lookAgain(m, due, relevant);
    }

    /** What has come to its end by itself is not to begin anew after it was drained. */
    private static boolean hasPerhapsFinished(There there) {
        return there.doubt() == Doubt.ENDED && there.runs() && there.undeletable().isEmpty();
    }

    private static int failures(There there) {
        return there.undeletable().map(Failure::times).orElse(0);
    }

    /**
     * One that runs is replaced when all is there that its successor needs; until then it goes on.
     * So does what depends on its successor.
     */
    private Managed prepare(Managed m, boolean due, Wish.Run run) {
        return switch (m.progress().setback()) {
            case Progress.Setback.Impossible _ -> m;
            case Progress.Setback.None _, Progress.Setback.Failing _, Progress.Setback.Lost _ -> {
                var pause = timing.retryAfter(m.progress().failing().map(Failure::times).orElse(0));
                var task = new Task.Prepare(run.runtime(), run.order());
                yield afterPause(m, m, due, pause, task);
            }
        };
    }

    /** There is an instance as wished. */
    private Managed keep(Managed m, boolean due, Wish.Run run, There keeper) {
        return switch (keeper.seen()) {
            case Running _ -> m;
            case Exited(var code) -> ended(m, due, run, keeper, code == 0);
            case Interrupted _ ->
                    mayStart(m) ? restart(m.at(m.progress().release()), due, run, keeper) : m;
            case Starting(var info) -> {
                if (due || now.since(keeper.since()).compareTo(timing.startWithin()) < 0) {
                    yield lookAgain(m, due, List.of(keeper));
                }
                var reason =
                        "it was still \"%s\" after %d s"
                                .formatted(info, timing.startWithin().toSeconds());
                yield replace(m.at(m.progress().failed(reason)), keeper);
            }
            case Stopping _, Unclear _ -> lookAgain(m, due, List.of(keeper));
            case Gone _ -> throw new IllegalStateException("an instance that is gone is forgotten");
        };
    }

    private Managed ended(Managed m, boolean due, Wish.Run run, There keeper, boolean success) {
        if (!run.wantsRestartAfter(success)) {
            return m.changing(keeper.instance(), There::notToGo);
        }
        var progress = m.progress();
        if (success) {
            return progress.failing().isPresent()
                    ? restart(m, due, run, keeper)
                    : afterPause(
                            m.at(progress.crashed()),
                            m,
                            due,
                            timing.retryAfter(progress.crashes()),
                            new Task.Restart(keeper.instance(), run.order()));
        }
        if (run.refusal().isPresent()) {
            return m; // it could not be created again: rather keep what tells how it ended
        }
        return keeper.undeletable().isPresent()
                ? delete(m, due, keeper)
                : afterPause(
                        m.at(progress.crashed()),
                        m,
                        due,
                        timing.retryAfter(progress.crashes()),
                        new Task.Delete(keeper.instance()));
    }

    /** Starts the same instance once more; after some failures a new one takes its place. */
    private Managed restart(Managed m, boolean due, Wish.Run run, There keeper) {
        int failures = m.progress().failing().map(Failure::times).orElse(0);
        if (failures >= RESTART_TRIES) {
            return replace(m, keeper);
        }
        var pause = timing.retryAfter(failures);
        return afterPause(m, m, due, pause, new Task.Restart(keeper.instance(), run.order()));
    }

    private Managed replace(Managed m, There keeper) {
        return act(m.changing(keeper.instance(), There::discard), false);
    }

    /** There is none as wished, and nothing else in the way. */
    private Managed make(Managed m, boolean due, Wish.Run run) {
        var progress = m.progress();
        if (run.refusal().isPresent() || m.circumstances().isDrained()) {
            return m;
        }
        if (isToGetReady(m) && mayStart(m)) {
            return prepare(m, due, run);
        }
        return switch (progress.setback()) {
            case Progress.Setback.Impossible _ -> m;
            case Progress.Setback.Lost lost ->
                    lost.isForGood(run)
                            ? m
                            : create(
                                    m.at(progress.crashed()),
                                    m,
                                    due,
                                    timing.retryAfter(progress.crashes()),
                                    run);
            case Progress.Setback.Failing(var failure) ->
                    mayStart(m) // not so, if it was its preparation that failed
                            ? create(
                                    m.at(m.progress().release()),
                                    m,
                                    due,
                                    timing.retryAfter(failure.times()),
                                    run)
                            : m;
            case Progress.Setback.None _ ->
                    mayStart(m) ? create(m.at(progress.release()), m, due, Duration.ZERO, run) : m;
        };
    }

    /**
     * Says whether it is prepared though it replaces nothing: something else goes on until it runs,
     * and is not to be stopped for what cannot be got. Otherwise creating it does that.
     */
    private static boolean isToGetReady(Managed m) {
        return m.circumstances().awaited()
                && !m.progress().prepared()
                && !m.progress().released()
                && m.there().isEmpty();
    }

    private Managed create(
            Managed going, Managed waiting, boolean due, Duration pause, Wish.Run run) {
        var order = waiting.progress().prepared() ? run.preparedOrder() : run.order();
        return afterPause(going, waiting, due, pause, new Task.Create(run.runtime(), order));
    }

    static boolean mayStart(Managed m) {
        return !m.circumstances().isDrained()
                && (m.progress().released()
                        || switch (m.circumstances().conditions()) {
                            case Conditions.Met _ -> true;
                            case Conditions.Open _ -> false;
                            case Conditions.Unknowable _ -> m.progress().startedBefore();
                        });
    }

    /** Says whether the next thing to do removes the leftover anyway. */
    private static boolean createsNext(Managed m, Leftover leftover) {
        return m.wish() instanceof Wish.Run run
                && run.refusal().isEmpty()
                && leftover.isReplacedBy(run)
                && m.keeper().isEmpty()
                && mayStart(m)
                && switch (m.progress().setback()) {
                    case Progress.Setback.None _, Progress.Setback.Failing _ -> true;
                    case Progress.Setback.Impossible _, Progress.Setback.Lost _ -> false;
                };
    }

    private Managed delete(Managed m, boolean due, There other) {
        var pause = timing.retryAfter(failures(other));
        return afterPause(m, m, due, pause, new Task.Delete(other.instance()));
    }

    private Managed search(Managed m, boolean due, Leftover leftover) {
        var pause = timing.retryAfter(leftover.failure().map(Failure::times).orElse(0));
        return afterPause(m, m, due, pause, new Task.Search(leftover.runtime()));
    }

    /** What is between two states is looked at again, ever more slowly. */
    private Managed lookAgain(Managed m, boolean due, List<There> candidates) {
        var between =
                candidates.stream()
                        .filter(each ->
                                switch (each.seen()) {
                                    case Starting _, Stopping _, Unclear _ -> true;
                                    case Running _, Exited _, Interrupted _, Gone _ -> false;
                                })
                        .min(Comparator.comparingInt(There::looks));
        return between.isEmpty()
                ? m
                : look(m, due, timing.lookAfter(between.get().looks() + 1), between.get());
    }

    private Managed look(Managed m, boolean due, Duration pause, There there) {
        return afterPause(m, m, due, pause, false, new Task.Observe(there.instance()));
    }

    private Managed afterPause(
            Managed going, Managed waiting, boolean due, Duration bound, Task task) {
        return afterPause(going, waiting, due, bound, true, task);
    }

    /**
     * Orders the task, or a pause before it.
     *
     * @param going what is true if it is ordered now
     * @param waiting what is true if there is a pause first
     * @param due the pause is over
     */
    private Managed afterPause(
            Managed going,
            Managed waiting,
            boolean due,
            Duration bound,
            boolean jittered,
            Task task) {
        if (due || bound.isZero()) {
            effects.add(new Perform(going.next(), task));
            effects.add(new Wake(going.next(), timing.deadline(task), false));
            return going.working(task, now);
        }
        effects.add(new Wake(waiting.next(), bound, jittered));
        return waiting.resting();
    }

    private void watch(Managed before, Managed after) {
        var old = watched(before);
        var current = watched(after);
        old.stream().filter(each -> !current.contains(each)).forEach(effects::add);
        current.stream()
                .filter(each -> !old.contains(each))
                .map(each -> new Watch(each.instance(), each.process()))
                .forEach(effects::add);
    }

    private static List<Unwatch> watched(Managed m) {
        return m.there().stream()
                .flatMap(each ->
                        each.seen() instanceof Running(var processes)
                                ? processes.stream()
                                        .map(process ->
                                                new Unwatch(unmarked(each.instance()), process))
                                : Stream.<Unwatch>empty())
                .toList();
    }

    /** Being accepted for another wish makes it no other process. */
    private static Instance unmarked(Instance instance) {
        return new Instance(instance.runtime(), instance.id(), instance.name(), Optional.empty());
    }
}
