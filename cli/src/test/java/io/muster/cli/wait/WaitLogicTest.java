package io.muster.cli.wait;

import static io.muster.api.state.Phase.AGENT_DISCONNECTED;
import static io.muster.api.state.Phase.FAILED_EXEC_FAILED;
import static io.muster.api.state.Phase.NOT_SCHEDULED;
import static io.muster.api.state.Phase.PENDING_INITIAL;
import static io.muster.api.state.Phase.PENDING_STARTING;
import static io.muster.api.state.Phase.PENDING_STARTING_FAILED;
import static io.muster.api.state.Phase.PENDING_WAITING_TO_START;
import static io.muster.api.state.Phase.REMOVED;
import static io.muster.api.state.Phase.RUNNING_OK;
import static io.muster.api.state.Phase.STOPPING_DELETE_FAILED;
import static io.muster.api.state.Phase.STOPPING_REQUESTED_AT_RUNTIME;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.Response.Touched;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class WaitLogicTest {
    private static final Set<String> BOW = Set.of("bow");
    private static final Set<String> NOBODY = Set.of();
    private static final Set<String> WEB = Set.of("web");
    private static final Set<String> NOTHING = Set.of();

    /**
     * One row: a target, what is heard of it in order, and what that means.
     *
     * @param end empty for "still waiting", else the ending
     * @param seen what is shown last; empty for nothing yet
     */
    record Case(String title, Touched target, List<Step> story, String end, String seen) {
        @Override
        public String toString() {
            return title;
        }
    }

    /** One thing that is heard, or not. */
    @FunctionalInterface
    interface Step {
        Waiting apply(Waiting before);
    }

    static Stream<Case> cases() {
        return Stream.of(
                // what is on an agent that is drained
                row(
                        "runs on an agent that is drained",
                        up(5),
                        "",
                        "Running(Ok)",
                        drained(0, BOW, is(5, RUNNING_OK))),
                row(
                        "was stopped since its agent is drained",
                        up(5),
                        "DRAINED",
                        "Pending(WaitingToStart)",
                        drained(0, BOW, is(5, RUNNING_OK)),
                        drained(1, BOW, is(5, PENDING_WAITING_TO_START))),
                row(
                        "has ended on an agent that is drained",
                        up(5),
                        "REACHED",
                        "Failed(ExecFailed)",
                        drained(0, BOW, is(5, FAILED_EXEC_FAILED)),
                        later(2_500)),
                row(
                        "has failed in part and is stopped since its agent is drained",
                        up(5),
                        "DRAINED",
                        "Pending(WaitingToStart)",
                        drained(0, BOW, is(5, FAILED_EXEC_FAILED)),
                        drained(1, BOW, is(5, PENDING_WAITING_TO_START))),
                row(
                        "may not have heard yet that its agent is drained",
                        up(5),
                        "",
                        "Pending(Initial)",
                        drained(0, BOW, is(5, PENDING_INITIAL))),
                row(
                        "has not begun and its drained agent is away",
                        up(5),
                        "DRAINED",
                        "Pending(Initial)",
                        drained(0, NOBODY, is(5, PENDING_INITIAL)),
                        later(2_500)),
                row(
                        "waits, but its predecessor still runs on an agent that is drained",
                        up(5),
                        "",
                        "Pending(WaitingToStart)",
                        drained(
                                0,
                                BOW,
                                other(4, STOPPING_REQUESTED_AT_RUNTIME),
                                is(5, PENDING_WAITING_TO_START))),
                row(
                        "cannot start, but its predecessor still runs on an agent that is drained",
                        up(5),
                        "",
                        "Pending(StartingFailed)",
                        drained(0, BOW, other(4, RUNNING_OK), is(5, PENDING_STARTING_FAILED))),
                row(
                        "waits, and its predecessor is gone from an agent that is drained",
                        up(5),
                        "DRAINED",
                        "Pending(WaitingToStart)",
                        drained(
                                0,
                                BOW,
                                other(4, STOPPING_REQUESTED_AT_RUNTIME),
                                is(5, PENDING_WAITING_TO_START)),
                        drained(1, BOW, is(5, PENDING_WAITING_TO_START))),
                row(
                        "waits for a predecessor on an agent that is drained and away",
                        up(5),
                        "AGENT_AWAY",
                        "Pending(WaitingToStart)",
                        drained(0, NOBODY, other(4, RUNNING_OK), is(5, PENDING_WAITING_TO_START)),
                        later(2_000)),
                // what an update created or changed
                row("runs", up(5), "REACHED", "Running(Ok)", at(0, BOW, WEB, is(5, RUNNING_OK))),
                row("was not told of yet", up(5), "", ""),
                row(
                        "begins",
                        up(5),
                        "",
                        "Pending(Initial)",
                        at(0, BOW, WEB, is(5, PENDING_INITIAL))),
                row(
                        "goes on to run",
                        up(5),
                        "REACHED",
                        "Running(Ok)",
                        at(0, BOW, WEB, is(5, PENDING_INITIAL)),
                        at(1, BOW, WEB, is(5, PENDING_STARTING)),
                        at(2, BOW, WEB, is(5, RUNNING_OK))),
                row(
                        "has only its predecessor running",
                        up(5),
                        "",
                        "Running(Ok)",
                        at(0, BOW, WEB, is(4, RUNNING_OK))),
                row(
                        "follows its predecessor",
                        up(5),
                        "REACHED",
                        "Running(Ok)",
                        at(0, BOW, WEB, is(4, RUNNING_OK)),
                        at(1, BOW, WEB, is(5, RUNNING_OK))),
                row(
                        "has its predecessor of another id running",
                        up(5),
                        "",
                        "Pending(Initial)",
                        at(0, BOW, WEB, other(4, RUNNING_OK), is(5, PENDING_INITIAL))),
                row(
                        "was changed again, and its successor runs",
                        up(5),
                        "REACHED",
                        "Running(Ok)",
                        at(0, BOW, WEB, is(6, RUNNING_OK))),
                row(
                        "was changed again, and its successor of another id starts",
                        up(5),
                        "",
                        "Pending(Starting)",
                        at(
                                0,
                                BOW,
                                WEB,
                                is(5, STOPPING_REQUESTED_AT_RUNTIME),
                                other(6, PENDING_STARTING))),
                row(
                        "keeps running for us when it fails later",
                        up(5),
                        "REACHED",
                        "Failed(ExecFailed)",
                        at(0, BOW, WEB, is(5, RUNNING_OK)),
                        at(1, BOW, WEB, is(5, FAILED_EXEC_FAILED))),
                row(
                        "keeps running for us when it starts again later",
                        up(5),
                        "REACHED",
                        "Pending(Starting)",
                        at(0, BOW, WEB, is(5, RUNNING_OK)),
                        at(1, BOW, WEB, is(5, PENDING_STARTING))),
                row(
                        "lost its agent",
                        up(5),
                        "AGENT_AWAY",
                        "AgentDisconnected",
                        at(0, NOBODY, WEB, is(5, AGENT_DISCONNECTED))),
                row(
                        "lost its agent before that heard of the change",
                        up(5),
                        "AGENT_AWAY",
                        "AgentDisconnected",
                        at(0, NOBODY, WEB, is(4, AGENT_DISCONNECTED))),
                row(
                        "has no agent yet",
                        up(5),
                        "",
                        "Pending(Initial)",
                        at(0, NOBODY, WEB, is(5, PENDING_INITIAL)),
                        later(1499)),
                row(
                        "has no agent for long",
                        up(5),
                        "AGENT_AWAY",
                        "Pending(Initial)",
                        at(0, NOBODY, WEB, is(5, PENDING_INITIAL)),
                        later(1500)),
                row(
                        "gets its agent in time",
                        up(5),
                        "",
                        "Pending(Initial)",
                        at(0, NOBODY, WEB, is(5, PENDING_INITIAL)),
                        at(1000, BOW, WEB, is(5, PENDING_INITIAL)),
                        at(2000, NOBODY, WEB, is(5, PENDING_INITIAL)),
                        later(3499)),
                row(
                        "gets its agent late",
                        up(5),
                        "",
                        "Pending(Starting)",
                        at(0, NOBODY, WEB, is(5, PENDING_INITIAL)),
                        later(1500),
                        at(2000, BOW, WEB, is(5, PENDING_STARTING))),
                row(
                        "has no agent for long, and is told so again",
                        up(5),
                        "AGENT_AWAY",
                        "Pending(Initial)",
                        at(0, NOBODY, WEB, is(5, PENDING_INITIAL)),
                        later(1500),
                        at(1501, NOBODY, WEB, is(5, PENDING_INITIAL))),
                row(
                        "was deleted by somebody while it started",
                        up(5),
                        "DELETED_MEANWHILE",
                        "Pending(Starting)",
                        at(0, BOW, NOTHING, is(5, PENDING_STARTING))),
                row(
                        "was deleted by somebody and is gone",
                        up(5),
                        "DELETED_MEANWHILE",
                        "Removed",
                        at(0, BOW, NOTHING)),
                row(
                        "ran before somebody deleted it",
                        up(5),
                        "REACHED",
                        "Removed",
                        at(0, BOW, WEB, is(5, RUNNING_OK)),
                        at(1, BOW, NOTHING)),
                row(
                        "is missing for a moment",
                        up(5),
                        "",
                        "Pending(Starting)",
                        at(0, BOW, WEB, is(5, PENDING_STARTING)),
                        at(1, BOW, WEB),
                        later(2000)),
                row(
                        "is missing for long: somebody moved it",
                        up(5),
                        "DELETED_MEANWHILE",
                        "Pending(Starting)",
                        at(0, BOW, WEB, is(5, PENDING_STARTING)),
                        at(1, BOW, WEB),
                        later(2001)),
                row(
                        "cannot be judged while nothing is heard",
                        up(5),
                        "",
                        "Pending(Initial)",
                        at(0, NOBODY, WEB, is(5, PENDING_INITIAL)),
                        lost(),
                        later(60_000)),
                row(
                        "has no agent right after the server came back",
                        up(5),
                        "",
                        "Pending(Initial)",
                        lost(),
                        at(60_000, NOBODY, WEB, is(5, PENDING_INITIAL)),
                        later(74_999)),
                row(
                        "has no agent long after the server came back",
                        up(5),
                        "AGENT_AWAY",
                        "Pending(Initial)",
                        lost(),
                        at(60_000, NOBODY, WEB, is(5, PENDING_INITIAL)),
                        later(75_000)),
                row(
                        "runs when the server is back",
                        up(5),
                        "REACHED",
                        "Running(Ok)",
                        at(0, BOW, WEB, is(5, PENDING_STARTING)),
                        lost(),
                        at(60_000, BOW, WEB, is(5, RUNNING_OK))),
                row(
                        "keeps running for us when the server goes away",
                        up(5),
                        "REACHED",
                        "Running(Ok)",
                        at(0, BOW, WEB, is(5, RUNNING_OK)),
                        lost()),
                row(
                        "is not scheduled",
                        unscheduled(false),
                        "REACHED",
                        "NotScheduled",
                        at(0, NOBODY, WEB, without(5, NOT_SCHEDULED))),
                // what an update deleted
                row("is gone", down(4), "REACHED", "Removed", at(0, BOW, NOTHING)),
                row(
                        "is being stopped",
                        down(4),
                        "",
                        "Stopping(RequestedAtRuntime)",
                        at(0, BOW, NOTHING, is(4, STOPPING_REQUESTED_AT_RUNTIME))),
                row(
                        "cannot be deleted yet",
                        down(4),
                        "",
                        "Stopping(DeleteFailed)",
                        at(0, BOW, NOTHING, is(4, STOPPING_DELETE_FAILED))),
                row(
                        "still runs",
                        down(4),
                        "",
                        "Running(Ok)",
                        at(0, BOW, NOTHING, is(4, RUNNING_OK))),
                row(
                        "made room for a successor of the same name",
                        down(4),
                        "REACHED",
                        "Removed",
                        at(0, BOW, WEB, is(5, PENDING_INITIAL))),
                row(
                        "made room for a successor of another id",
                        down(4),
                        "REACHED",
                        "Removed",
                        at(0, BOW, WEB, other(5, PENDING_INITIAL))),
                row(
                        "cannot be deleted without its agent",
                        down(4),
                        "AGENT_AWAY",
                        "AgentDisconnected",
                        at(0, NOBODY, NOTHING, is(4, AGENT_DISCONNECTED))),
                row(
                        "misses its agent",
                        down(4),
                        "",
                        "Running(Ok)",
                        at(0, NOBODY, NOTHING, is(4, RUNNING_OK)),
                        later(1499)),
                row(
                        "misses its agent for long",
                        down(4),
                        "AGENT_AWAY",
                        "Running(Ok)",
                        at(0, NOBODY, NOTHING, is(4, RUNNING_OK)),
                        later(1500)),
                row(
                        "may be there unseen when the server is back without agents",
                        down(4),
                        "",
                        "Stopping(RequestedAtRuntime)",
                        at(0, BOW, NOTHING, is(4, STOPPING_REQUESTED_AT_RUNTIME)),
                        lost(),
                        at(60_000, NOBODY, NOTHING),
                        later(74_999)),
                row(
                        "is given up when the agent does not come back either",
                        down(4),
                        "AGENT_AWAY",
                        "Stopping(RequestedAtRuntime)",
                        at(0, BOW, NOTHING, is(4, STOPPING_REQUESTED_AT_RUNTIME)),
                        lost(),
                        at(60_000, NOBODY, NOTHING),
                        later(75_000)),
                row(
                        "may be reported a moment after the agent came back",
                        down(4),
                        "",
                        "Stopping(RequestedAtRuntime)",
                        lost(),
                        at(60_000, BOW, NOTHING),
                        at(60_500, BOW, NOTHING, is(4, STOPPING_REQUESTED_AT_RUNTIME)),
                        later(63_000)),
                row(
                        "is gone for good when the agent does not report it",
                        down(4),
                        "REACHED",
                        "Removed",
                        lost(),
                        at(60_000, BOW, NOTHING),
                        later(62_000)),
                row(
                        "was nowhere",
                        unscheduled(true),
                        "REACHED",
                        "Removed",
                        lost(),
                        at(0, NOBODY, NOTHING)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void knows_what_it_means_that_a_workload(Case row) {
        var waiting = waitingFor(row.target());
        for (var step : row.story()) {
            waiting = step.apply(waiting);
        }
        var result = waiting.rows().getFirst();
        var end = result.progress() instanceof Row.Progress.Ended(var ending) ? ending.name() : "";
        assertThat(end).isEqualTo(row.end());
        assertThat(result.seen().map(seen -> seen.phase().toString()).orElse(""))
                .isEqualTo(row.seen());
        assertThat(waiting.isOver()).isEqualTo(!row.end().isEmpty());
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.INCLUDE,
            names = {
                "RUNNING_OK",
                "SUCCEEDED_OK",
                "FAILED_EXEC_FAILED",
                "FAILED_LOST",
                "FAILED_UNKNOWN",
                "NOT_SCHEDULED",
                "PENDING_STARTING_FAILED",
                "AGENT_DISCONNECTED"
            })
    void ends_in_every_phase_that_does_not_pass_by_itself(Phase phase) {
        assertThat(at(0, BOW, WEB, is(5, phase)).apply(waitingFor(up(5))).isOver()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "RUNNING_OK",
                "SUCCEEDED_OK",
                "FAILED_EXEC_FAILED",
                "FAILED_LOST",
                "FAILED_UNKNOWN",
                "NOT_SCHEDULED",
                "PENDING_STARTING_FAILED",
                "AGENT_DISCONNECTED"
            })
    void waits_in_every_other_phase(Phase phase) {
        assertThat(at(0, BOW, WEB, is(5, phase)).apply(waitingFor(up(5))).isOver()).isFalse();
    }

    @Test
    void marks_what_a_later_update_did() {
        var ours = at(0, BOW, WEB, is(5, RUNNING_OK)).apply(waitingFor(up(5)));
        assertThat(ours.rows().getFirst().changedAgain()).isFalse();
        var predecessor = at(0, BOW, WEB, is(4, RUNNING_OK)).apply(waitingFor(up(5)));
        assertThat(predecessor.rows().getFirst().changedAgain()).isFalse();
        var later = at(0, BOW, WEB, is(6, RUNNING_OK)).apply(waitingFor(up(5)));
        assertThat(later.rows().getFirst().changedAgain()).isTrue();
        var replaced = at(0, BOW, WEB, other(6, RUNNING_OK)).apply(waitingFor(up(5)));
        assertThat(replaced.rows().getFirst().changedAgain()).isTrue();
    }

    @Test
    void is_over_when_all_rows_are_and_sorts_them_by_workload() {
        var db = new Touched(instance("db", "b", "stern"), new Revision(5), false);
        var begun = WaitLogic.begin(List.of(up(5), down(4), db), _ -> "native");
        assertThat(begun.rows())
                .extracting(row -> row.target().instance().workload().value())
                .containsExactly("db", "web", "web");
        var most = at(0, BOW, Set.of("web", "db"), is(5, RUNNING_OK)).apply(begun);
        assertThat(most.isOver()).isFalse();
        var dbRuns =
                new WorkloadState(db.instance(), new Revision(5), ExecutionState.of(RUNNING_OK));
        var all = at(1, BOW, Set.of("web", "db"), is(5, RUNNING_OK), dbRuns).apply(most);
        assertThat(all.isOver()).isTrue();
    }

    @Test
    void waits_again_for_an_agent_that_came_while_something_else_was_open() {
        var away = at(0, NOBODY, WEB, is(5, AGENT_DISCONNECTED)).apply(waitingFor(up(5)));
        assertThat(away.isOver()).isTrue();
        assertThat(at(1, BOW, WEB, is(5, PENDING_STARTING)).apply(away).isOver()).isFalse();
    }

    @Test
    void takes_nothing_for_removed_that_the_server_lists_as_such() {
        assertThat(at(0, BOW, WEB, is(5, REMOVED)).apply(waitingFor(up(5))).isOver()).isFalse();
    }

    private static Case row(String title, Touched target, String end, String seen, Step... story) {
        return new Case(
                (target.deleted() ? "deleted, " : "wished, ") + title,
                target,
                Arrays.asList(story),
                end,
                seen);
    }

    private static Waiting waitingFor(Touched target) {
        return WaitLogic.begin(List.of(target), _ -> "");
    }

    private static Step at(
            long millis, Set<String> agents, Set<String> desired, WorkloadState... states) {
        var names = desired.stream().map(WorkloadName::new).toList();
        var situation = new Situation(agents, List.of(states), Set.copyOf(names));
        return waiting -> WaitLogic.saw(waiting, situation, nanos(millis));
    }

    private static Step drained(long millis, Set<String> agents, WorkloadState... states) {
        var situation =
                new Situation(agents, BOW, List.of(states), Set.of(new WorkloadName("web")));
        return waiting -> WaitLogic.saw(waiting, situation, nanos(millis));
    }

    private static Step later(long millis) {
        return waiting -> WaitLogic.later(waiting, nanos(millis));
    }

    private static Step lost() {
        return waiting -> WaitLogic.interrupted(waiting, "the cable was pulled");
    }

    /** From just below the overflow of the counter, which may happen at any time. */
    private static long nanos(long millis) {
        return Long.MAX_VALUE - 5_000 + Duration.ofMillis(millis).toNanos();
    }

    private static Touched up(long changedAt) {
        return new Touched(instance("web", "a", "bow"), new Revision(changedAt), false);
    }

    private static Touched down(long changedAt) {
        return new Touched(instance("web", "a", "bow"), new Revision(changedAt), true);
    }

    private static Touched unscheduled(boolean deleted) {
        return new Touched(instance("web", "a", ""), new Revision(5), deleted);
    }

    private static WorkloadState is(long changedAt, Phase phase) {
        return state(instance("web", "a", "bow"), changedAt, phase);
    }

    private static WorkloadState other(long changedAt, Phase phase) {
        return state(instance("web", "z", "bow"), changedAt, phase);
    }

    private static WorkloadState without(long changedAt, Phase phase) {
        return state(instance("web", "a", ""), changedAt, phase);
    }

    private static WorkloadState state(InstanceName instance, long changedAt, Phase phase) {
        return new WorkloadState(instance, new Revision(changedAt), ExecutionState.of(phase));
    }

    private static InstanceName instance(String workload, String id, String agent) {
        return new InstanceName(new WorkloadName(workload), id, agent);
    }
}
