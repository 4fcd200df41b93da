package io.muster.agent.reconcile;

import io.muster.agent.reconcile.Doing.Idle;
import io.muster.agent.reconcile.Doing.Rested;
import io.muster.agent.reconcile.Doing.Resting;
import io.muster.agent.reconcile.Doing.Working;
import io.muster.agent.reconcile.There.Doubt;
import io.muster.agent.reconcile.WorkloadEvent.Answered;
import io.muster.agent.reconcile.WorkloadEvent.Glimpsed;
import io.muster.agent.reconcile.WorkloadEvent.Listed;
import io.muster.agent.reconcile.WorkloadEvent.Placed;
import io.muster.agent.reconcile.WorkloadEvent.ProcessEnded;
import io.muster.agent.reconcile.WorkloadEvent.Wished;
import io.muster.agent.reconcile.WorkloadEvent.Woke;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.Observation.Exited;
import io.muster.api.runtime.Observation.Gone;
import io.muster.api.runtime.Observation.Running;
import java.util.List;
import java.util.Optional;

/** Folds an event into what is known of a workload. News of a predecessor changes nothing. */
final class WorkloadLearning {
    private final Timing timing;
    private final Moment now;

    WorkloadLearning(Timing timing, Moment now) {
        this.timing = timing;
        this.now = now;
    }

    Managed learn(Managed m, WorkloadEvent event) {
        return switch (event) {
            case Wished(var wish, var circumstances) -> wished(placed(m, circumstances), wish);
            case Placed(var circumstances) -> placed(m, circumstances);
            case Listed(var runtime, var found) -> listed(m, runtime, found);
            case Glimpsed(var runtime, var asked, var found) -> glimpsed(m, runtime, asked, found);
            case ProcessEnded ended -> ended(m, ended);
            case Answered(var token, var answer) -> answered(m, token, answer);
            case Woke(var token) -> woke(m, token);
        };
    }

    /** Being drained, and the end of that, are like another wish: no pause outlives them. */
    private static Managed placed(Managed m, Circumstances circumstances) {
        boolean was = m.circumstances().isDrained();
        var next = m.in(circumstances);
        if (was == circumstances.isDrained()) {
            return next;
        }
        return was
                ? forgive(accept(next.awake()))
                : next.awake().at(m.progress().stopped(isLostForGood(m)));
    }

    private static boolean isLostForGood(Managed m) {
        return m.wish() instanceof Wish.Run run
                && m.progress().setback() instanceof Progress.Setback.Lost lost
                && lost.isForGood(run);
    }

    private static Managed wished(Managed m, Wish wish) {
        if (wish.equals(m.wish())) {
            return m;
        }
        var next = m.wishing(wish).awake(); // no pause outlives its wish
        if (wish instanceof Wish.Run run
                && m.wish() instanceof Wish.Run old
                && run.mark().equals(old.mark())) {
            boolean prepared = run.isPreparedBy(old.order());
            return accept(prepared ? next : next.at(next.progress().tryAgain()));
        }
        return forgive(accept(next.at(Progress.FRESH)));
    }

    /** That it could not be removed is no matter any more for what is to stay. */
    private static Managed forgive(Managed m) {
        return m.keeper().map(keeper -> m.changing(keeper.instance(), There::notToGo)).orElse(m);
    }

    /** An instance that meets the wish counts from now on as made for it. */
    private static Managed accept(Managed m) {
        if (!(m.wish() instanceof Wish.Run run) || m.keeper().isEmpty()) {
            return m;
        }
        var keeper = m.keeper().get();
        var progress = m.progress().knownBefore();
        boolean started = keeper.seen() instanceof Running || keeper.seen() instanceof Exited;
        return m.changing(keeper.instance(), each -> each.acceptedAs(run))
                .at(started ? progress.release() : progress);
    }

    private Managed listed(Managed m, String runtime, List<Found> found) {
        var next = m;
        for (var each : found) {
            next = meet(next, Instance.of(runtime, each), each.observation());
        }
        return next.equals(m) ? m : accept(next.awake());
    }

    private Managed meet(Managed m, Instance instance, Observation observation) {
        return isThere(m, instance) || observation instanceof Gone
                ? m
                : m.with(There.found(instance, observation, now));
    }

    private static boolean isThere(Managed m, Instance instance) {
        return m.there().stream().anyMatch(each -> each.instance().is(instance));
    }

    /** Says whether it is of the try that did not end well. */
    private static boolean isLeft(Managed m, Found found) {
        return m.leftover()
                .filter(each -> found.mark().equals(Optional.of(each.order().mark())))
                .isPresent();
    }

    private Managed glimpsed(Managed m, String runtime, Moment asked, List<Found> found) {
        if (m.doing() instanceof Working || !m.touched().isBefore(asked)) {
            return m; // the picture may be older than what is known
        }
        var next = m;
        for (var known : m.there()) {
            boolean unchanged =
                    !known.instance().runtime().equals(runtime)
                            || known.doubt() != Doubt.NONE
                            || found.stream()
                                    .anyMatch(each ->
                                            each.id().equals(known.instance().id())
                                                    && each.observation().equals(known.seen()));
            if (!unchanged) {
                next = next.changing(known.instance(), each -> each.doubted(Doubt.CHANGED));
            }
        }
        return listed(next.equals(m) ? m : next.awake(), runtime, found);
    }

    private static Managed ended(Managed m, ProcessEnded event) {
        var known =
                m.there().stream()
                        .filter(each ->
                                each.instance().runtime().equals(event.runtime())
                                        && each.instance().id().equals(event.id())
                                        && each.seen() instanceof Running(var processes)
                                        && processes.contains(event.process())
                                        && each.doubt() != Doubt.ENDED)
                        .findFirst();
        return known.isEmpty()
                ? m
                : m.changing(known.get().instance(), each -> each.doubted(Doubt.ENDED)).awake();
    }

    private static Managed woke(Managed m, long token) {
        return switch (m.doing()) {
            case Resting(var its) when its == token -> m.doing(new Rested());
            case Working(var its, var task, var interrupted, _) when its == token ->
                    m.doing(new Working(its, task, interrupted, true));
            case Resting _, Working _, Idle _, Rested _ -> m;
        };
    }

    private Managed answered(Managed m, long token, Answer answer) {
        if (!(m.doing() instanceof Working working) || working.token() != token) {
            return m;
        }
        var next = m.doing(new Idle()).touched(now);
        return switch (working.task()) {
            case Task.Create create -> created(next, working, create, answer);
            case Task.Prepare prepare -> prepared(next, working, prepare, answer);
            case Task.Restart(var instance, _) -> restarted(next, working, instance, answer);
            case Task.Observe(var instance) -> observed(next, instance, answer);
            case Task.Delete(var instance) -> deleted(next, instance, answer);
            case Task.Search(var runtime) -> searched(next, runtime, answer);
        };
    }

    private Managed created(Managed m, Working working, Task.Create create, Answer answer) {
        var order = create.order();
        boolean forWish = m.wish() instanceof Wish.Run run && run.mark().equals(order.mark());
        return switch (answer) {
            case Answer.Created(var id, var observation) -> {
                var made =
                        new Instance(
                                create.runtime(), id, order.instance(), Optional.of(order.mark()));
                var next = m.leaving(Optional.empty());
                if (forWish) {
                    next = next.at(next.progress().prepare());
                }
                yield see(
                        next.with(There.found(made, observation, now).byItself()),
                        made,
                        observation);
            }
            case Answer.Failed(var reason, var retryable) -> {
                var next =
                        m.leaving(
                                Optional.of(
                                        new Leftover(create.runtime(), order, Optional.empty())));
                yield forWish ? setBack(next, working, reason, retryable) : next;
            }
            case Answer.Prepared _, Answer.Observed _, Answer.Deleted _, Answer.Searched _ ->
                    throw unfit(create, answer);
        };
    }

    private Managed prepared(Managed m, Working working, Task.Prepare prepare, Answer answer) {
        boolean forWish = m.wish() instanceof Wish.Run run && run.isPreparedBy(prepare.order());
        return switch (answer) {
            case Answer.Prepared() -> forWish ? m.at(m.progress().prepare()) : m;
            case Answer.Failed(var reason, var retryable) ->
                    forWish ? setBack(m, working, reason, retryable) : m;
            case Answer.Created _, Answer.Observed _, Answer.Deleted _, Answer.Searched _ ->
                    throw unfit(prepare, answer);
        };
    }

    private Managed setBack(Managed m, Working working, String reason, boolean retryable) {
        var progress = m.progress();
        if (working.overdue()) {
            return m.at(progress.failed(overdue(working)));
        }
        if (working.interrupted()) {
            return m; // a wish that is gone again had it interrupted: nothing is wrong
        }
        return m.at(
                retryable
                        ? progress.failed(reason)
                        : progress.with(new Progress.Setback.Impossible(reason)));
    }

    private String overdue(Working working) {
        return "the runtime did not answer within "
                + timing.deadline(working.task()).toSeconds()
                + " s";
    }

    private Managed restarted(Managed m, Working working, Instance instance, Answer answer) {
        return switch (answer) {
            case Answer.Observed(var observation) ->
                    see(m.at(m.progress().recovered()), instance, observation);
            case Answer.Failed(var reason, var retryable) -> {
                var next = m.changing(instance, each -> each.doubted(Doubt.CHANGED));
                if (working.interrupted() && !working.overdue()) {
                    yield next;
                }
                next =
                        next.at(
                                next.progress()
                                        .failed(working.overdue() ? overdue(working) : reason));
                yield retryable ? next : next.changing(instance, There::discard);
            }
            case Answer.Created _, Answer.Prepared _, Answer.Deleted _, Answer.Searched _ ->
                    throw unfit(working.task(), answer);
        };
    }

    private Managed observed(Managed m, Instance instance, Answer answer) {
        return switch (answer) {
            case Answer.Observed(var observation) -> see(m, instance, observation);
            case Answer.Failed(var reason, _) ->
                    m.changing(instance, each -> each.notSeen(reason, now));
            case Answer.Created _, Answer.Prepared _, Answer.Deleted _, Answer.Searched _ ->
                    throw unfit(new Task.Observe(instance), answer);
        };
    }

    private static Managed deleted(Managed m, Instance instance, Answer answer) {
        return switch (answer) {
            case Answer.Deleted() -> m.without(instance);
            case Answer.Failed(var reason, _) ->
                    m.changing(instance, each -> each.notDeleted(reason));
            case Answer.Created _, Answer.Prepared _, Answer.Observed _, Answer.Searched _ ->
                    throw unfit(new Task.Delete(instance), answer);
        };
    }

    private Managed searched(Managed m, String runtime, Answer answer) {
        return switch (answer) {
            case Answer.Searched(var found) -> {
                var next = m.leaving(Optional.empty());
                for (var each : found) {
                    boolean known = isThere(m, Instance.of(runtime, each));
                    next = meet(next, Instance.of(runtime, each), each.observation());
                    if (!known && isLeft(m, each)) {
                        next = next.changing(Instance.of(runtime, each), There::byItself);
                    }
                    if (!(each.observation() instanceof Running)) {
                        // half a container: never taken for one that is about to start
                        next = next.changing(Instance.of(runtime, each), There::discard);
                    }
                }
                yield accept(next);
            }
            case Answer.Failed(var reason, _) ->
                    m.leaving(
                            m.leftover()
                                    .map(each ->
                                            new Leftover(
                                                    each.runtime(),
                                                    each.order(),
                                                    Optional.of(
                                                            Failure.again(
                                                                    each.failure(), reason)))));
            case Answer.Created _, Answer.Prepared _, Answer.Observed _, Answer.Deleted _ ->
                    throw unfit(new Task.Search(runtime), answer);
        };
    }

    private Managed see(Managed m, Instance instance, Observation observation) {
        var known = m.there().stream().filter(each -> each.instance().is(instance)).findFirst();
        if (known.isEmpty()) {
            return m;
        }
        boolean kept = m.keeper().filter(each -> each.instance().is(instance)).isPresent();
        var next = m;
        if (kept) {
            var progress = m.progress();
            boolean ended = known.get().runs() && !(observation instanceof Running);
            if (ended && now.since(known.get().since()).compareTo(timing.healthyAfter()) >= 0) {
                progress = progress.healthy();
            }
            if (observation instanceof Running) {
                progress = progress.recovered().release();
            }
            if (observation instanceof Gone(var byItself)) {
                var exit = known.get().exitCode();
                progress = progress.with(new Progress.Setback.Lost(exit, byItself));
            }
            next = m.at(progress);
        }
        return observation instanceof Gone
                ? next.without(instance)
                : next.changing(instance, each -> each.saw(observation, now));
    }

    private static IllegalStateException unfit(Task task, Answer answer) {
        return new IllegalStateException(answer + " is no answer to " + task);
    }
}
