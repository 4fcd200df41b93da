package io.muster.agent.reconcile;

import io.muster.agent.reconcile.Doing.Idle;
import io.muster.agent.reconcile.Doing.Resting;
import io.muster.agent.reconcile.Doing.Working;
import io.muster.api.name.WorkloadName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What the reconciler of one workload name knows: the wish, what is there, what is under way.
 *
 * @param there normally one instance at most; more when an agent died between two steps, or
 *     somebody else made them
 * @param leftover of a try to create an instance
 * @param touched when a runtime was last asked or answered: older pictures of it are not believed
 * @param next the number of the next task or pause
 */
record Managed(
        WorkloadName name,
        Wish wish,
        Circumstances circumstances,
        List<There> there,
        Optional<Leftover> leftover,
        Progress progress,
        Doing doing,
        Moment touched,
        long next) {
    /** Copies the list. */
    public Managed {
        there = List.copyOf(there);
    }

    /**
     * A workload of which nothing is known yet.
     *
     * @param next higher than any number used for this name before
     */
    static Managed fresh(WorkloadName name, Circumstances circumstances, Moment now, long next) {
        return new Managed(
                name,
                new Wish.Unknown(),
                circumstances,
                List.of(),
                Optional.empty(),
                Progress.FRESH,
                new Idle(),
                now,
                next);
    }

    /** Says whether there is nothing to remember. */
    boolean isFinished() {
        return !(wish instanceof Wish.Run)
                && there.isEmpty()
                && leftover.isEmpty()
                && !(doing instanceof Working);
    }

    /**
     * Returns the instance that meets the wish; a running one, if there are several. Where nothing
     * is to run, what runs does not meet it, and what has ended for good or not begun does.
     */
    Optional<There> keeper() {
        if (!(wish instanceof Wish.Run run)) {
            return Optional.empty();
        }
        var fit =
                there.stream()
                        .filter(each -> !each.discarded() && run.isMetBy(each.instance()))
                        .filter(each -> !circumstances.isDrained() || each.restsAs(run))
                        .toList();
        return fit.stream().filter(There::runs).findFirst().or(() -> fit.stream().findFirst());
    }

    /** Returns the instances that do not meet the wish. */
    List<There> others() {
        var keeper = keeper();
        return there.stream()
                .filter(each -> keeper.isEmpty() || !each.instance().is(keeper.get().instance()))
                .toList();
    }

    /**
     * Returns the instances that are to go, but not while running dependents need them, nor before
     * what replaces them is prepared, and what that depends on.
     */
    List<There> held() {
        boolean needed =
                (circumstances.needed().isPresent() || circumstances.awaits())
                        && keeper().filter(There::runs).isEmpty();
        var replaced = replaced();
        return others().stream()
                .filter(each -> (needed && each.mayBeNeeded()) || replaced.contains(each))
                .toList();
    }

    /** Returns the instances that go on until what replaces them is prepared. */
    List<There> replaced() {
        return wish instanceof Wish.Run run
                        && run.refusal().isEmpty()
                        && !circumstances.isDrained()
                        && !progress.prepared()
                        && keeper().isEmpty()
                ? there.stream().filter(There::mayGoOn).toList()
                : List.of();
    }

    /** Says whether runtimes may be told to change something. */
    boolean mayAct() {
        return circumstances.free() && !(wish instanceof Wish.Unknown);
    }

    boolean isWorkingOn(Instance instance) {
        return doing instanceof Working(_, var task, _, _)
                && switch (task) {
                    case Task.Create _, Task.Prepare _, Task.Search _ -> false;
                    case Task.Restart(var its, _) -> its.is(instance);
                    case Task.Observe(var its) -> its.is(instance);
                    case Task.Delete(var its) -> its.is(instance);
                };
    }

    boolean isBeingDeleted(Instance instance) {
        return doing instanceof Working(_, Task.Delete(var its), _, _) && its.is(instance);
    }

    Managed wishing(Wish other) {
        return new Managed(
                name, other, circumstances, there, leftover, progress, doing, touched, next);
    }

    Managed in(Circumstances other) {
        return new Managed(name, wish, other, there, leftover, progress, doing, touched, next);
    }

    Managed having(List<There> others) {
        return new Managed(
                name, wish, circumstances, others, leftover, progress, doing, touched, next);
    }

    Managed with(There added) {
        var all = new ArrayList<>(there);
        all.removeIf(each -> each.instance().is(added.instance()));
        all.add(added);
        return having(all);
    }

    Managed without(Instance gone) {
        return having(there.stream().filter(each -> !each.instance().is(gone)).toList());
    }

    Managed changing(Instance instance, UnaryOperator<There> change) {
        return having(
                there.stream()
                        .map(each -> each.instance().is(instance) ? change.apply(each) : each)
                        .toList());
    }

    Managed leaving(Optional<Leftover> other) {
        return new Managed(name, wish, circumstances, there, other, progress, doing, touched, next);
    }

    Managed at(Progress other) {
        return new Managed(name, wish, circumstances, there, leftover, other, doing, touched, next);
    }

    /** Nothing is under way any more; a task that is stays. */
    Managed awake() {
        return doing instanceof Working ? this : doing(new Idle());
    }

    Managed doing(Doing other) {
        return new Managed(
                name, wish, circumstances, there, leftover, progress, other, touched, next);
    }

    Managed working(Task task, Moment now) {
        return new Managed(
                name,
                wish,
                circumstances,
                there,
                leftover,
                progress,
                new Working(next, task, false, false),
                now,
                next + 1);
    }

    Managed resting() {
        return new Managed(
                name,
                wish,
                circumstances,
                there,
                leftover,
                progress,
                new Resting(next),
                touched,
                next + 1);
    }

    Managed touched(Moment now) {
        return new Managed(name, wish, circumstances, there, leftover, progress, doing, now, next);
    }
}
