package io.muster.cli.wait;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.Response.Touched;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import io.muster.cli.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class WaitViewTest {
    private static final Set<WorkloadName> ALL =
            Set.of(name("web"), name("db"), name("cache"), name("job"));

    private final Waiting begun =
            WaitLogic.begin(
                    List.of(
                            touched("web", "old", "bow", 3, true),
                            touched("web", "new", "bow", 5, false),
                            touched("db", "a", "stern", 5, false),
                            touched("cache", "a", "", 5, false),
                            touched("job", "a", "bow", 5, false)),
                    target -> target.instance().agent().equals("stern") ? "native" : "podman");

    private final Waiting midway =
            saw(
                    begun,
                    0,
                    Set.of("bow"),
                    state("web", "old", "bow", 3, Phase.STOPPING_REQUESTED_AT_RUNTIME, ""),
                    state("web", "new", "bow", 5, Phase.PENDING_INITIAL, ""),
                    state("db", "a", "stern", 5, Phase.PENDING_INITIAL, ""),
                    state("cache", "a", "", 5, Phase.NOT_SCHEDULED, ""),
                    state(
                            "job",
                            "a",
                            "bow",
                            5,
                            Phase.PENDING_STARTING,
                            "Retry 3: the image cannot be pulled:\n  no route to host\n"));

    private final Waiting end =
            WaitLogic.later(
                    saw(
                            midway,
                            0,
                            Set.of("bow"),
                            state("web", "new", "bow", 5, Phase.RUNNING_OK, ""),
                            state("db", "a", "stern", 5, Phase.PENDING_INITIAL, ""),
                            state("cache", "a", "", 6, Phase.NOT_SCHEDULED, ""),
                            state(
                                    "job",
                                    "a",
                                    "bow",
                                    5,
                                    Phase.PENDING_STARTING_FAILED,
                                    "runtimeConfig:3: \"comand\" is no key here; did you mean"
                                            + " \"command\"?")),
                    WaitLogic.AGENT_GRACE.toNanos());

    @Test
    void draws_what_is_waited_for() {
        Golden.check("wait-begun", WaitView.drawing(begun, 100, 24, 0));
        Golden.check("wait-midway", WaitView.drawing(midway, 100, 24, 1));
        Golden.check("wait-narrow", WaitView.drawing(midway, 60, 24, 2));
        Golden.check("wait-low", WaitView.drawing(midway, 100, 4, 3));
        Golden.check("wait-end", WaitView.table(end, 100));
        Golden.check("wait-end-unbounded", WaitView.table(end, 65535));
        assertThat(end.isOver()).isTrue();
    }

    @Test
    void draws_that_nothing_is_heard() {
        var lost = WaitLogic.interrupted(midway, "the broker at mqtt://10.0.0.1:1883 is gone");
        Golden.check("wait-interrupted", WaitView.drawing(lost, 80, 24, 4));
    }

    @Test
    void turns_the_spinner_of_what_is_open() {
        assertThat(IntStream.range(0, 5).mapToObj(tick -> WaitView.drawing(midway, 100, 24, tick)))
                .extracting(lines -> lines.get(3).substring(34, 35))
                .containsExactly("|", "/", "-", "\\", "|");
    }

    @Test
    void tells_changes_one_by_one() {
        var lines = new ArrayList<String>();
        var lost = WaitLogic.interrupted(midway, "the broker is gone");
        lines.addAll(WaitView.changes(begun, midway));
        lines.addAll(WaitView.changes(midway, midway));
        lines.addAll(WaitView.changes(midway, lost));
        lines.addAll(WaitView.changes(lost, end));
        Golden.check("wait-changes", lines);
    }

    @Test
    void notes_what_somebody_should_look_after() {
        Golden.check("wait-notes", WaitView.notes(end, Set.of("bow", "prow")));
        assertThat(WaitView.notes(end, Set.of("bow", "sterm")))
                .contains(
                        "agent \"stern\" is not connected (did you mean \"sterm\"?); db will follow"
                                + " when it connects");
        assertThat(WaitView.notes(end, Set.of()))
                .contains("agent \"stern\" is not connected; db will follow when it connects");
    }

    private static Waiting saw(
            Waiting before, long nanos, Set<String> agents, WorkloadState... states) {
        return WaitLogic.saw(before, new Situation(agents, List.of(states), ALL), nanos);
    }

    private static Touched touched(
            String workload, String id, String agent, long changedAt, boolean deleted) {
        return new Touched(
                new InstanceName(name(workload), id, agent), new Revision(changedAt), deleted);
    }

    private static WorkloadState state(
            String workload, String id, String agent, long changedAt, Phase phase, String info) {
        return new WorkloadState(
                new InstanceName(name(workload), id, agent),
                new Revision(changedAt),
                new ExecutionState(phase, info));
    }

    private static WorkloadName name(String text) {
        return new WorkloadName(text);
    }
}
