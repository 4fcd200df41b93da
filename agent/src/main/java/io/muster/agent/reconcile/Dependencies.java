package io.muster.agent.reconcile;

import io.muster.api.link.Facts;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.AddCondition;
import io.muster.api.state.Phase;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Judges whether what a workload depends on lets it start. */
final class Dependencies {
    private final Function<WorkloadName, Own> own;
    private final Optional<Facts> facts;
    private final boolean mayTell;

    /**
     * Judges by what is known.
     *
     * @param own what this agent knows of a workload of its own
     * @param facts of the workloads of other agents
     * @param mayTell whether the server can still be expected to tell what is not known
     */
    Dependencies(Function<WorkloadName, Own> own, Optional<Facts> facts, boolean mayTell) {
        this.own = own;
        this.facts = facts;
        this.mayTell = mayTell;
    }

    /** What an agent knows of a workload. */
    sealed interface Own {
        /** It is not one of this agent. */
        record Foreign() implements Own {}

        /** It is one; its state as the present wish, not as a predecessor, if it has one. */
        record Ours(Optional<WorkloadState> state) implements Own {}
    }

    /**
     * Judges a workload.
     *
     * @param changedAt its own: facts from before it say how the predecessors were of what it
     *     depends on, so they count for nothing
     */
    Conditions judge(Workload workload, Revision changedAt) {
        var open = new ArrayList<String>();
        var unknowable = new ArrayList<String>();
        workload.dependencies()
                .forEach((name, dependency) -> {
                    var condition = dependency.condition();
                    switch (own.apply(name)) {
                        case Own.Ours(var state) ->
                                judge(name, condition, state.stream().toList(), open);
                        case Own.Foreign _ -> foreign(name, condition, changedAt, open, unknowable);
                    }
                });
        if (!open.isEmpty()) {
            open.addAll(unknowable);
            return new Conditions.Open(String.join(" ", open));
        }
        return unknowable.isEmpty()
                ? new Conditions.Met()
                : new Conditions.Unknowable(String.join(" ", unknowable));
    }

    private void foreign(
            WorkloadName name,
            AddCondition condition,
            Revision changedAt,
            List<String> open,
            List<String> unknowable) {
        var known = facts.filter(each -> each.asOf().compareTo(changedAt) >= 0);
        if (known.isPresent()) {
            var states =
                    known.get().states().stream()
                            .filter(each -> each.instance().workload().equals(name))
                            .toList();
            judge(name, condition, states, open);
        } else if (mayTell) {
            open.add(waiting(name, condition) + "; the server has not told how it is.");
        } else {
            unknowable.add(
                    waiting(name, condition)
                            + "; it is no workload of this agent, and there is no server to ask."
                            + " Start the server, or mend the connection to it.");
        }
    }

    private static void judge(
            WorkloadName name,
            AddCondition condition,
            List<WorkloadState> states,
            List<String> open) {
        if (states.stream().anyMatch(each -> condition.holds(each.phase()))) {
            return;
        }
        if (states.isEmpty()) {
            open.add(
                    waiting(name, condition)
                            + "; nothing is known of it. If there is no workload of that name, add"
                            + " one, or take the dependency out.");
            return;
        }
        var now =
                String.join(
                        ", ",
                        states.stream().map(each -> each.phase().toString()).distinct().toList());
        var remedies =
                states.stream()
                        .map(Dependencies::remedy)
                        .filter(each -> !each.isEmpty())
                        .distinct()
                        .map(each -> " " + each)
                        .collect(Collectors.joining());
        open.add(waiting(name, condition) + "; it is " + now + "." + remedies);
    }

    /** What to do where waiting alone does not help; empty where it does. */
    private static String remedy(WorkloadState other) {
        return switch (other.phase()) {
            case SUCCEEDED_OK, FAILED_EXEC_FAILED, FAILED_LOST ->
                    "If its restart policy does not start it again, change it, so that it is made"
                            + " anew, or wait for "
                            + instead(other.phase())
                            + " instead.";
            case PENDING_STARTING_FAILED, STOPPING_DELETE_FAILED ->
                    "Its own additional info says why.";
            case PENDING_WAITING_TO_START, STOPPING_WAITING_TO_STOP ->
                    "Its own additional info says what it waits for.";
            case FAILED_UNKNOWN -> "Look what its runtime says of it, on its agent.";
            case AGENT_DISCONNECTED ->
                    "Start agent %s, mend its connection, or give the workload to another one."
                            .formatted(other.instance().agent());
            case NOT_SCHEDULED -> "Give it an agent.";
            case RUNNING_OK ->
                    "It has not ended; if it never does, wait for %s instead."
                            .formatted(AddCondition.ADD_COND_RUNNING);
            case PENDING_INITIAL ->
                    other.state().additionalInfo().isEmpty()
                            ? "Its own additional info says why; if it has none, see that agent %s is connected."
                                    .formatted(other.instance().agent())
                            : "";
            case PENDING_STARTING, STOPPING, STOPPING_REQUESTED_AT_RUNTIME, REMOVED -> "";
        };
    }

    /** What holds already where another thing was waited for. */
    private static String instead(Phase phase) {
        return switch (phase) {
            case SUCCEEDED_OK -> AddCondition.ADD_COND_SUCCEEDED.toString();
            case FAILED_EXEC_FAILED -> AddCondition.ADD_COND_FAILED.toString();
            default -> "another condition";
        };
    }

    private static String waiting(WorkloadName name, AddCondition condition) {
        var wanted =
                switch (condition) {
                    case ADD_COND_RUNNING -> Phase.RUNNING_OK;
                    case ADD_COND_SUCCEEDED -> Phase.SUCCEEDED_OK;
                    case ADD_COND_FAILED -> Phase.FAILED_EXEC_FAILED;
                };
        return "Waiting for \"" + name + "\" to be " + wanted;
    }
}
