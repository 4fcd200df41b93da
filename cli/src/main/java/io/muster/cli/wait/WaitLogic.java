package io.muster.cli.wait;

import io.muster.api.name.InstanceName;
import io.muster.api.request.Response.Touched;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import io.muster.cli.table.WorkloadTable;
import io.muster.cli.wait.Row.Doubt;
import io.muster.cli.wait.Row.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decides when reality has followed an update. Pure: time comes as an argument.
 *
 * <p>It looks at what is, not at what has happened: a state counts only if it carries the changedAt
 * of the update, or a later one. So nothing that was missed can prevent the end, and nothing that
 * is old can bring it about.
 */
public final class WaitLogic {
    /** How long an agent may be missing before it is taken for not connected. */
    static final Duration AGENT_GRACE = Duration.ofMillis(1500);

    /**
     * The same after an interruption. A server that was started again does not know its agents yet,
     * and says itself when it gives one up.
     */
    static final Duration AGENT_GRACE_AFTER_INTERRUPTION = Duration.ofSeconds(15);

    /** How long an instance must be missing where it could be a passing moment. */
    static final Duration SETTLE = Duration.ofSeconds(2);

    private WaitLogic() {}

    /**
     * Begins to wait.
     *
     * @param touched by the update
     * @param runtime for people; empty if it is not known
     */
    public static Waiting begin(List<Touched> touched, Function<Touched, String> runtime) {
        var rows = new ArrayList<Row>();
        for (var target : touched) {
            rows.add(Row.of(target, runtime.apply(target)));
        }
        rows.sort(Comparator.comparing(row -> row.target().instance(), WorkloadTable.ORDER));
        return new Waiting(rows, Optional.empty(), Optional.empty(), false);
    }

    /** The server said how things are. */
    public static Waiting saw(Waiting waiting, Situation situation, long nanos) {
        var rows =
                waiting.rows().stream()
                        .map(row -> next(row, situation, waiting.disturbed(), nanos))
                        .toList();
        return new Waiting(rows, Optional.of(situation), Optional.empty(), waiting.disturbed());
    }

    /** Time has passed. */
    public static Waiting later(Waiting waiting, long nanos) {
        return waiting.situation().isEmpty() || waiting.interruption().isPresent()
                ? waiting // nothing is known now: nothing can be concluded
                : saw(waiting, waiting.situation().get(), nanos);
    }

    /** Nothing is heard of the server now. */
    public static Waiting interrupted(Waiting waiting, String why) {
        var rows =
                waiting.rows().stream()
                        .map(row ->
                                row.isEnded() ? row : row.with(new Progress.Open(Optional.empty())))
                        .toList();
        return new Waiting(rows, waiting.situation(), Optional.of(why), true);
    }

    private static Row next(Row row, Situation situation, boolean disturbed, long nanos) {
        var judged =
                row.target().deleted()
                        ? gone(row, situation, disturbed)
                        : up(row, situation, disturbed);
        if (row.endedAs(Ending.REACHED)) {
            return judged.row().with(row.progress()); // shown as it is, but not awaited again
        }
        return judged.row().with(progress(row, judged, nanos));
    }

    private static Progress progress(Row before, Judged judged, long nanos) {
        if (judged.ending().isEmpty()) {
            return new Progress.Open(Optional.empty());
        }
        var ending = judged.ending().get();
        if (judged.grace().isZero() || before.endedAs(ending)) {
            return new Progress.Ended(ending);
        }
        long since =
                before.progress() instanceof Progress.Open(var doubt)
                                && doubt.isPresent()
                                && doubt.get().ending() == ending
                        ? doubt.get().since()
                        : nanos;
        return nanos - since >= judged.grace().toNanos()
                ? new Progress.Ended(ending)
                : new Progress.Open(Optional.of(new Doubt(ending, since)));
    }

    /** An instance that the update created or changed. */
    private static Judged up(Row row, Situation situation, boolean disturbed) {
        var instance = row.target().instance();
        boolean desired = situation.desired().contains(instance.workload());
        var found = latest(row.target(), situation);
        if (found.isEmpty()) {
            return desired
                    ? Judged.ifItLasts(row, Ending.DELETED_MEANWHILE, SETTLE)
                    : Judged.ends(
                            row.seeing(ExecutionState.of(Phase.REMOVED), row.changedAgain()),
                            Ending.DELETED_MEANWHILE);
        }
        var state = found.get();
        boolean ours = state.changedAt().compareTo(row.target().changedAt()) >= 0;
        boolean later =
                !state.instance().equals(instance)
                        || state.changedAt().compareTo(row.target().changedAt()) > 0;
        var seeing = row.seeing(state.state(), ours && later);
        if (state.phase() == Phase.AGENT_DISCONNECTED) {
            return Judged.ends(seeing, Ending.AGENT_AWAY);
        }
        boolean drained = situation.isDrained(instance.agent());
        if (drained && predecessorMayRun(row.target(), situation)) {
            return awaited(seeing, situation, disturbed);
        }
        if (ours && isEnd(state.phase()) && !(drained && mayRun(state.phase()))) {
            // other containers of a pod that failed may run on, until the agent hears of it
            return drained && state.phase() == Phase.FAILED_EXEC_FAILED
                    ? Judged.ifItLasts(seeing, Ending.REACHED, SETTLE)
                    : Judged.ends(seeing, Ending.REACHED);
        }
        if (!desired) {
            return Judged.ends(seeing, Ending.DELETED_MEANWHILE);
        }
        if (drained && ours && state.phase() == Phase.PENDING_WAITING_TO_START) {
            return Judged.ends(seeing, Ending.DRAINED);
        }
        if (drained && ours && state.phase() == Phase.PENDING_INITIAL) {
            // a connected agent may not have heard of it yet
            return Judged.ifItLasts(seeing, Ending.DRAINED, SETTLE);
        }
        return awaited(seeing, situation, disturbed);
    }

    private static Judged awaited(Row row, Situation situation, boolean disturbed) {
        return situation.hasAgent(row.target().instance().agent())
                ? Judged.open(row)
                : Judged.ifItLasts(row, Ending.AGENT_AWAY, agentGrace(disturbed));
    }

    /** Says whether what an update was to replace, but did not yet, may be alive. */
    private static boolean predecessorMayRun(Touched target, Situation situation) {
        return situation.states().stream()
                .filter(state -> isAbout(state.instance(), target))
                .filter(state -> !state.instance().equals(target.instance()))
                .anyMatch(state -> mayRun(state.phase()) || isStopping(state.phase()));
    }

    private static boolean isStopping(Phase phase) {
        return phase == Phase.STOPPING
                || phase == Phase.STOPPING_WAITING_TO_STOP
                || phase == Phase.STOPPING_REQUESTED_AT_RUNTIME
                || phase == Phase.STOPPING_DELETE_FAILED;
    }

    /** Says whether something of it may be alive, which a drained agent is about to end. */
    private static boolean mayRun(Phase phase) {
        return phase == Phase.RUNNING_OK || phase == Phase.FAILED_UNKNOWN;
    }

    /** An instance that the update deleted. */
    private static Judged gone(Row row, Situation situation, boolean disturbed) {
        var target = row.target();
        boolean hasAgent = situation.hasAgent(target.instance().agent());
        for (var state : situation.states()) {
            if (state.instance().equals(target.instance())
                    && state.changedAt().compareTo(target.changedAt()) <= 0) {
                var seeing = row.seeing(state.state(), false);
                if (state.phase() == Phase.AGENT_DISCONNECTED) {
                    return Judged.ends(seeing, Ending.AGENT_AWAY);
                }
                return hasAgent
                        ? Judged.open(seeing)
                        : Judged.ifItLasts(seeing, Ending.AGENT_AWAY, agentGrace(disturbed));
            }
        }
        if (disturbed && !hasAgent) {
            return Judged.ifItLasts(row, Ending.AGENT_AWAY, AGENT_GRACE_AFTER_INTERRUPTION);
        }
        // A server that was started again lists it only when its agent has reported.
        var removed = row.seeing(ExecutionState.of(Phase.REMOVED), false);
        return disturbed && !target.instance().agent().isEmpty()
                ? Judged.ifItLasts(removed, Ending.REACHED, SETTLE)
                : Judged.ends(removed, Ending.REACHED);
    }

    /** Finds what is known of the workload on that agent: the latest, if there are several. */
    private static Optional<WorkloadState> latest(Touched target, Situation situation) {
        return situation.states().stream()
                .filter(state -> isAbout(state.instance(), target))
                .filter(state ->
                        state.instance().equals(target.instance())
                                || state.changedAt().compareTo(target.changedAt()) >= 0)
                .max(Comparator.comparing(WorkloadState::changedAt));
    }

    private static boolean isAbout(InstanceName instance, Touched target) {
        return instance.workload().equals(target.instance().workload())
                && instance.agent().equals(target.instance().agent());
    }

    private static boolean isEnd(Phase phase) {
        return switch (phase) {
            case RUNNING_OK,
                    SUCCEEDED_OK,
                    FAILED_EXEC_FAILED,
                    FAILED_LOST,
                    FAILED_UNKNOWN,
                    NOT_SCHEDULED,
                    PENDING_STARTING_FAILED ->
                    true;
            case AGENT_DISCONNECTED,
                    PENDING_INITIAL,
                    PENDING_WAITING_TO_START,
                    PENDING_STARTING,
                    STOPPING,
                    STOPPING_WAITING_TO_STOP,
                    STOPPING_REQUESTED_AT_RUNTIME,
                    STOPPING_DELETE_FAILED,
                    REMOVED ->
                    false;
        };
    }

    private static Duration agentGrace(boolean disturbed) {
        return disturbed ? AGENT_GRACE_AFTER_INTERRUPTION : AGENT_GRACE;
    }

    /**
     * What a situation means for a row.
     *
     * @param ending empty if it goes on
     * @param grace for how long it must look like this
     */
    private record Judged(Row row, Optional<Ending> ending, Duration grace) {
        static Judged open(Row row) {
            return new Judged(row, Optional.empty(), Duration.ZERO);
        }

        static Judged ends(Row row, Ending ending) {
            return new Judged(row, Optional.of(ending), Duration.ZERO);
        }

        static Judged ifItLasts(Row row, Ending ending, Duration grace) {
            return new Judged(row, Optional.of(ending), grace);
        }
    }
}
