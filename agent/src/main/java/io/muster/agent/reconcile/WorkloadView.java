package io.muster.agent.reconcile;

import io.muster.agent.reconcile.Doing.Working;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.Observation.Exited;
import io.muster.api.runtime.Observation.Gone;
import io.muster.api.runtime.Observation.Interrupted;
import io.muster.api.runtime.Observation.Running;
import io.muster.api.runtime.Observation.Starting;
import io.muster.api.runtime.Observation.Stopping;
import io.muster.api.runtime.Observation.Unclear;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What users are shown of a workload: a function of what is known of it. */
final class WorkloadView {
    private static final String TRIGGERED = "Triggered at runtime.";

    private final Managed m;
    private final SortedMap<InstanceName, WorkloadState> states = new TreeMap<>();

    private WorkloadView(Managed m) {
        this.m = m;
    }

    /** Returns the states of all instances: those that are there or may be, and the wished one. */
    static SortedMap<InstanceName, WorkloadState> of(Managed m) {
        var view = new WorkloadView(m);
        view.showWhatIsToGo();
        view.showWhatIsWished();
        return view.states;
    }

    /** Returns the steps that the instances took between two views. */
    static List<WorkloadState> steps(Managed before, Managed after) {
        if (before.equals(after)) {
            return List.of();
        }
        var old = of(before);
        var current = of(after);
        var steps = new ArrayList<WorkloadState>();
        for (var state : old.values()) {
            if (isRemoved(state, Optional.ofNullable(current.get(state.instance())))) {
                steps.add(
                        new WorkloadState(
                                state.instance(),
                                state.changedAt(),
                                ExecutionState.of(Phase.REMOVED)));
            }
        }
        for (var state : current.values()) {
            if (!state.equals(old.get(state.instance()))) {
                steps.add(state);
            }
        }
        return steps;
    }

    /** An instance may be followed by another of the same name, wished later or started anew. */
    private static boolean isRemoved(WorkloadState state, Optional<WorkloadState> successor) {
        if (successor.isEmpty() || !successor.get().changedAt().equals(state.changedAt())) {
            return true;
        }
        boolean wasGoing =
                state.phase() == Phase.STOPPING_REQUESTED_AT_RUNTIME
                        || state.phase() == Phase.STOPPING_DELETE_FAILED;
        return wasGoing && successor.get().state().phase().state().equals("Pending");
    }

    private void showWhatIsToGo() {
        for (var other : m.others()) {
            show(other.instance().name(), other.instance().changedAt(), outgoing(other));
        }
        m.leftover()
                .filter(each -> !isForWish(each.order().mark().changedAt(), each))
                .ifPresent(each ->
                        show(
                                each.order().instance(),
                                each.order().mark().changedAt(),
                                each.failure()
                                        .map(failure -> deleteFailed(failure.reason()))
                                        .orElse(stopping())));
        if (m.doing() instanceof Working(_, Task.Create(_, var order), _, _)
                && !(m.wish() instanceof Wish.Run run && run.mark().equals(order.mark()))) {
            show(order.instance(), order.mark().changedAt(), stopping());
        }
    }

    private boolean isForWish(Revision changedAt, Leftover leftover) {
        return m.wish() instanceof Wish.Run run
                && run.changedAt().equals(changedAt)
                && leftover.isReplacedBy(run);
    }

    private ExecutionState outgoing(There other) {
        if (!m.mayAct() && !m.isWorkingOn(other.instance())) {
            return asSeen(other.seen());
        }
        if (m.replaced().contains(other)) {
            return goingOn(other);
        }
        if (m.held().contains(other) && !m.isBeingDeleted(other.instance())) {
            return m.circumstances().awaits()
                    ? asSeen(other.seen())
                    : new ExecutionState(
                            Phase.STOPPING_WAITING_TO_STOP, m.circumstances().needed().orElse(""));
        }
        return other.undeletable()
                .map(failure -> deleteFailed(failure.reason()))
                .orElse(stopping());
    }

    /** Where the successor has the same name, nothing else can say what it waits for. */
    private ExecutionState goingOn(There other) {
        var seen = asSeen(other.seen());
        boolean sameName =
                m.wish() instanceof Wish.Run run && run.instance().equals(other.instance().name());
        return sameName ? new ExecutionState(seen.phase(), whyItGoesOn()) : seen;
    }

    private String whyItGoesOn() {
        return switch (m.progress().setback()) {
            case Progress.Setback.None _, Progress.Setback.Lost _ ->
                    "Goes on until its update is prepared.";
            case Progress.Setback.Failing(var failure) ->
                    "Goes on until its update is prepared. " + retry(failure);
            case Progress.Setback.Impossible(var reason) ->
                    "Goes on, because its update cannot be started: " + reason;
        };
    }

    private void showWhatIsWished() {
        if (!(m.wish() instanceof Wish.Run run)) {
            return;
        }
        var keeper = m.keeper();
        if (keeper.isPresent()) {
            show(run.instance(), run.changedAt(), kept(keeper.get()));
        } else if (!states.containsKey(run.instance())) {
            show(run.instance(), run.changedAt(), absent(run));
        }
    }

    private void show(InstanceName instance, Revision changedAt, ExecutionState state) {
        states.put(instance, new WorkloadState(instance, changedAt, state));
    }

    private ExecutionState kept(There keeper) {
        if (m.isBeingDeleted(keeper.instance())) {
            return stopping();
        }
        if (m.doing() instanceof Working(_, Task.Restart _, _, _)) {
            return starting();
        }
        if (keeper.undeletable().isPresent()) {
            return deleteFailed(keeper.undeletable().get().reason());
        }
        if (m.progress().failing().isPresent()) {
            return starting();
        }
        if (keeper.seen() instanceof Interrupted && !WorkloadLogic.mayStart(m)) {
            return waiting();
        }
        return asSeen(keeper.seen());
    }

    private ExecutionState absent(Wish.Run run) {
        if (isBeingMade() && states.isEmpty()) {
            return starting();
        }
        if (run.refusal().isPresent()) {
            return startingFailed(run.refusal().get());
        }
        return switch (m.progress().setback()) {
            case Progress.Setback.None _ -> notYet();
            case Progress.Setback.Failing _ ->
                    m.replaced().isEmpty() && !WorkloadLogic.mayStart(m) ? waiting() : starting();
            case Progress.Setback.Impossible(var reason) -> startingFailed(reason);
            case Progress.Setback.Lost lost ->
                    new ExecutionState(Phase.FAILED_LOST, whatIsKnownOf(lost));
        };
    }

    private static String whatIsKnownOf(Progress.Setback.Lost lost) {
        if (lost.ended().isPresent()) {
            return "It had ended with exit code '%d' before its container was removed."
                    .formatted(lost.ended().get());
        }
        return lost.byItself()
                ? "Its container removes itself (--rm), so nobody knows how it ended; leave --rm"
                        + " out of commandOptions."
                : "";
    }

    /** Being prepared is a part of it, as long as nothing is replaced. */
    private boolean isBeingMade() {
        return m.doing() instanceof Working(_, var task, _, _)
                && (task instanceof Task.Create
                        || (task instanceof Task.Prepare && m.replaced().isEmpty()));
    }

    private ExecutionState notYet() {
        if (m.circumstances().hold().isPresent()) {
            return initial(m.circumstances().hold().get());
        }
        if (!m.replaced().isEmpty()) {
            return initial(
                    "Being prepared, which may pull its image; %s goes on until then."
                            .formatted(m.replaced().getFirst().instance().name().shortName()));
        }
        if (!WorkloadLogic.mayStart(m)) {
            return waiting();
        }
        if (!states.isEmpty()) {
            return initial("Waiting until " + states.firstKey().shortName() + " is removed.");
        }
        return m.doing() instanceof Working
                ? initial("Making sure that nothing is left of an earlier try.")
                : starting(); // in this very step
    }

    private static ExecutionState startingFailed(String why) {
        return new ExecutionState(Phase.PENDING_STARTING_FAILED, why);
    }

    private static ExecutionState initial(String why) {
        return new ExecutionState(Phase.PENDING_INITIAL, why);
    }

    private ExecutionState waiting() {
        return new ExecutionState(
                Phase.PENDING_WAITING_TO_START,
                m.circumstances().isDrained()
                        ? m.circumstances().drained().get()
                        : switch (m.circumstances().conditions()) {
                            case Conditions.Met _ -> "";
                            case Conditions.Open(var why) -> why;
                            case Conditions.Unknowable(var why) -> why;
                        });
    }

    private ExecutionState starting() {
        return new ExecutionState(
                Phase.PENDING_STARTING,
                m.progress().failing().map(WorkloadView::retry).orElse(TRIGGERED));
    }

    private static String retry(Failure failure) {
        return "Retry " + failure.times() + ": " + failure.reason();
    }

    private static ExecutionState stopping() {
        return ExecutionState.of(Phase.STOPPING_REQUESTED_AT_RUNTIME);
    }

    private static ExecutionState deleteFailed(String reason) {
        return new ExecutionState(Phase.STOPPING_DELETE_FAILED, reason);
    }

    private static ExecutionState asSeen(Observation seen) {
        return switch (seen) {
            case Starting(var info) -> new ExecutionState(Phase.PENDING_STARTING, info);
            case Running _ -> ExecutionState.of(Phase.RUNNING_OK);
            case Exited(var code) ->
                    code == 0
                            ? ExecutionState.of(Phase.SUCCEEDED_OK)
                            : new ExecutionState(
                                    Phase.FAILED_EXEC_FAILED, "Exit code: '" + code + "'");
            case Interrupted(var info) -> new ExecutionState(Phase.PENDING_INITIAL, info);
            case Stopping(var info) -> new ExecutionState(Phase.STOPPING, info);
            case Unclear(var info) -> new ExecutionState(Phase.FAILED_UNKNOWN, info);
            case Gone _ -> ExecutionState.of(Phase.FAILED_LOST);
        };
    }
}
