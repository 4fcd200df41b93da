package io.muster.server.core;

import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.STERN;
import static io.muster.server.core.Core.delete;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.report;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.link.Command;
import io.muster.api.link.Report;
import io.muster.api.link.Transition;
import io.muster.api.name.Revision;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ReportTest {
    private final Core core = new Core().connected();

    @BeforeEach
    void begin() {
        core.update(set("web", on(BOW, "a")));
        core.announce(BOW, "i", "n");
    }

    @Test
    void shows_what_it_holds() {
        core.report(BOW, core.all(1, core.wanted("web", Phase.RUNNING_OK)));
        assertThat(core.board()).containsExactly("web@bow Running(Ok)");
        assertThat(core.steps()).containsExactly("web@bow Running(Ok)");
    }

    @Test
    void shows_each_step_on_the_way() {
        core.report(
                BOW,
                report(
                        "i",
                        "n",
                        1,
                        core.version(1, 1),
                        List.of(core.wanted("web", Phase.RUNNING_OK)),
                        new Transition(2, core.wanted("web", Phase.RUNNING_OK)),
                        new Transition(1, core.wanted("web", Phase.PENDING_STARTING))));
        assertThat(core.steps())
                .containsExactly("web@bow Pending(Starting)", "web@bow Running(Ok)");
    }

    @Test
    void shows_no_step_twice() {
        core.report(
                BOW,
                report(
                        "i",
                        "n",
                        1,
                        core.version(1, 1),
                        List.of(core.wanted("web", Phase.RUNNING_OK)),
                        new Transition(1, core.wanted("web", Phase.PENDING_STARTING)),
                        new Transition(2, core.wanted("web", Phase.RUNNING_OK))));
        core.report(
                BOW,
                report(
                        "i",
                        "n",
                        2,
                        core.version(1, 1),
                        List.of(core.wanted("web", Phase.SUCCEEDED_OK)),
                        new Transition(1, core.wanted("web", Phase.PENDING_STARTING)),
                        new Transition(2, core.wanted("web", Phase.RUNNING_OK)),
                        new Transition(3, core.wanted("web", Phase.SUCCEEDED_OK))));
        assertThat(core.steps()).containsExactly("web@bow Succeeded(Ok)");
    }

    @Test
    void that_is_late_or_doubled_changes_nothing() {
        core.report(BOW, core.all(2, core.wanted("web", Phase.RUNNING_OK)));
        core.report(BOW, core.all(1, core.wanted("web", Phase.PENDING_STARTING)));
        core.report(BOW, core.all(2, core.wanted("web", Phase.FAILED_LOST)));
        assertThat(core.effects).isEmpty();
        assertThat(core.board()).containsExactly("web@bow Running(Ok)");
    }

    @Test
    void of_a_former_connection_changes_nothing_and_asks_for_an_announcement() {
        var late = core.all(9, core.wanted("web", Phase.FAILED_LOST));
        core.announce(BOW, "i", "n2");
        core.report(BOW, late);
        assertThat(core.board())
                .containsExactly("web@bow Pending(Initial): " + ServerSays.absence("bow"));
        assertThat(core.commands(BOW)).containsExactly(new Command.AnnounceAgain());
        core.report(BOW, late);
        assertThat(core.commands(BOW)).isEmpty(); // not for each
    }

    @Test
    void of_an_agent_that_did_not_announce_itself_asks_for_that() {
        core.report(STERN, core.all(1));
        assertThat(core.commands(STERN)).containsExactly(new Command.AnnounceAgain());
    }

    @Test
    void of_an_instance_that_was_refused_is_refused_again() {
        core.announce(BOW, "newer", "n2");
        core.announce(BOW, "i", "n3");
        core.report(BOW, report("newer", "n2", 1, core.version(1, 1), List.of()));
        assertThat(core.commands(BOW))
                .singleElement()
                .isInstanceOfSatisfying(
                        Command.NameRefused.class,
                        refused -> assertThat(refused.instance()).isEqualTo("newer"));
    }

    @Test
    void begins_anew_with_each_process() {
        core.report(BOW, core.all(9, core.wanted("web", Phase.RUNNING_OK)));
        core.announce(BOW, "i2", "n2");
        core.report(
                BOW,
                report(
                        "i2",
                        "n2",
                        1,
                        core.version(1, 1),
                        List.of(core.wanted("web", Phase.FAILED_LOST)),
                        new Transition(1, core.wanted("web", Phase.FAILED_LOST))));
        assertThat(core.board()).containsExactly("web@bow Failed(Lost)");
    }

    @Test
    void without_a_workload_that_the_agent_cannot_know_yet_leaves_it_pending() {
        core.report(BOW, report("i", "n", 1, core.version(1, 0), List.of()));
        assertThat(core.board()).containsExactly("web@bow Pending(Initial)");
    }

    @Test
    void without_a_workload_that_was_there_lets_it_vanish() {
        core.report(BOW, core.all(1, core.wanted("web", Phase.RUNNING_OK)));
        core.update(delete("web"));
        assertThat(core.board()).containsExactly("web@bow Running(Ok)");
        core.report(BOW, core.all(2));
        assertThat(core.board()).isEmpty();
        assertThat(core.steps()).containsExactly("web@bow Removed");
    }

    @Test
    void with_the_removal_among_its_steps_lets_it_vanish_once() {
        var running = core.wanted("web", Phase.RUNNING_OK);
        var removed = core.wanted("web", Phase.REMOVED);
        core.report(BOW, core.all(1, running));
        core.update(delete("web"));
        core.report(
                BOW,
                report("i", "n", 2, core.version(1, 2), List.of(), new Transition(1, removed)));
        assertThat(core.steps()).containsExactly("web@bow Removed");
    }

    @Test
    void is_asked_for_when_a_workload_ends_of_which_the_agent_said_nothing_yet() {
        core.update(delete("web"));
        assertThat(core.board())
                .containsExactly(
                        "web@bow Pending(Initial): "
                                + ServerSays.absence("bow")); // it may have begun
        assertThat(core.commands(BOW)).containsExactly(new Command.ReportAgain());
        core.report(BOW, report("i", "n", 1, core.version(1, 1), List.of()));
        assertThat(core.board()).hasSize(1); // it does not know of the end
        core.report(BOW, report("i", "n", 2, core.version(1, 2), List.of()));
        assertThat(core.board()).isEmpty();
    }

    @Test
    void of_an_older_instance_of_the_same_name_says_so() {
        var before = core.wanted("web", Phase.RUNNING_OK);
        core.update(set("web", Workload.of("bow", "podman", "a")));
        core.report(BOW, report("i", "n", 1, core.version(1, 1), List.of(before)));
        assertThat(core.state.complete().workloadStates())
                .singleElement()
                .extracting(WorkloadState::changedAt)
                .isEqualTo(new Revision(1));
    }

    @Test
    void of_other_agents_workloads_is_ignored_in_that_part() {
        core.update(set("db", on(STERN, "b")));
        core.report(
                BOW,
                core.all(
                        1,
                        core.wanted("web", Phase.RUNNING_OK),
                        core.wanted("db", Phase.FAILED_LOST)));
        assertThat(core.board())
                .containsExactly(
                        "web@bow Running(Ok)",
                        "db@stern Pending(Initial): " + ServerSays.absence("stern"));
        assertThat(core.notes(Note.Ignored.class)).hasSize(1);
    }

    @Test
    void with_trouble_explains_why_workloads_stay_pending() {
        core.report(BOW, trouble(1, "foreign lineage; start the server with --take-over"));
        assertThat(core.board())
                .containsExactly(
                        "web@bow Pending(Initial): foreign lineage; start the server with"
                                + " --take-over");
        assertThat(core.notes(Note.AgentTrouble.class)).hasSize(1);
        core.report(BOW, trouble(2, "foreign lineage; start the server with --take-over"));
        assertThat(core.notes(Note.AgentTrouble.class)).isEmpty();
        core.report(BOW, trouble(3, ""));
        assertThat(core.board()).containsExactly("web@bow Pending(Initial)");
        assertThat(core.notes(Note.AgentTrouble.class)).hasSize(1);
    }

    @Test
    void with_other_words_about_the_same_phase_is_shown_but_is_no_step() {
        var waiting = core.wanted("web", Phase.PENDING_STARTING_FAILED);
        core.report(BOW, core.all(1, waiting));
        var reworded =
                new WorkloadState(
                        waiting.instance(),
                        waiting.changedAt(),
                        new ExecutionState(Phase.PENDING_STARTING_FAILED, "no such image"));
        core.report(BOW, core.all(2, reworded));
        assertThat(core.steps()).isEmpty();
        assertThat(core.board()).containsExactly("web@bow Pending(StartingFailed): no such image");
    }

    private Report trouble(long sequence, String text) {
        return new Report("i", "n", sequence, Optional.empty(), List.of(), List.of(), false, text);
    }
}
