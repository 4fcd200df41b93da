package io.muster.server.core;

import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.STERN;
import static io.muster.server.core.Core.delete;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.presence;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.link.AgentPresence;
import io.muster.api.link.Command;
import io.muster.api.link.Load;
import io.muster.api.name.AgentName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.StateVersion;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.Phase;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadState;
import io.muster.api.store.Head;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class PresenceTest {
    private static final Duration GRACE = ServerSettings.DEFAULTS.times().grace();
    private final Core core = new Core().connected();

    @Test
    void of_an_agent_makes_it_visible_first_without_status() {
        core.announce(BOW, "i", "n");
        assertThat(agents())
                .isEqualTo(
                        Map.of(
                                BOW,
                                new AgentAttributes(
                                        new TreeMap<>(Map.of("deck", "upper")), Optional.empty())));
        assertThat(core.notes(Note.AgentJoined.class)).hasSize(1);
        core.on(new ServerEvent.Loaded(BOW, Load.of(new AgentAttributes.Status(7, 100))));
        assertThat(agents().values())
                .singleElement()
                .extracting(AgentAttributes::status)
                .isEqualTo(Optional.of(new AgentAttributes.Status(7, 100)));
    }

    @Test
    void is_always_followed_by_a_desired_state_even_an_empty_one() {
        core.announce(BOW, "i", "n");
        assertThat(core.desired(BOW))
                .singleElement()
                .satisfies(desired -> {
                    assertThat(desired.workloads()).isEmpty();
                    assertThat(desired.version()).isEqualTo(core.version(1, 0));
                });
        core.announce(BOW, "i", "n2");
        assertThat(core.desired(BOW)).hasSize(1);
    }

    @Test
    void repeated_on_the_same_connection_says_nothing_new() {
        core.announce(BOW, "i", "n");
        core.report(BOW, core.all(1));
        core.announce(BOW, presence("i", "n", Optional.of(core.version(1, 0)), 1, 0, 1));
        assertThat(core.effects).isEmpty();
    }

    @Test
    void repeated_with_an_older_desired_state_gets_it_again() {
        core.update(set("web", on(BOW, "a")));
        core.announce(BOW, "i", "n");
        core.report(BOW, core.all(1));
        core.announce(BOW, presence("i", "n", Optional.of(core.version(1, 0)), 1, 0, 1));
        assertThat(core.desired(BOW)).hasSize(1);
        core.announce(BOW, presence("i", "n", Optional.empty(), 1, 0, 1));
        assertThat(core.desired(BOW)).hasSize(1);
        core.announce(BOW, presence("i", "n", Optional.of(core.version(1, 1)), 1, 0, 1));
        assertThat(core.desired(BOW)).isEmpty();
    }

    @Test
    void repeated_with_a_report_that_did_not_come_asks_for_another() {
        core.announce(BOW, "i", "n");
        core.report(BOW, core.all(1));
        core.announce(BOW, presence("i", "n", Optional.of(core.version(1, 0)), 1, 0, 2));
        assertThat(core.commands(BOW)).containsExactly(new Command.ReportAgain());
    }

    @Test
    void to_a_new_server_asks_for_the_report_that_it_never_saw() {
        core.announce(BOW, presence("i", "n", Optional.empty(), 17));
        assertThat(core.commands(BOW)).containsExactly(new Command.ReportAgain());
    }

    @Test
    void ends_with_the_will_of_the_current_connection() {
        running();
        core.will(BOW, "i", "n");
        assertThat(agents()).isEmpty();
        assertThat(core.phases()).containsExactly("web@bow AgentDisconnected");
        assertThat(core.notes(Note.AgentLost.class)).hasSize(1);
    }

    @Test
    void does_not_end_with_any_other_will() {
        running();
        core.announce(BOW, "i", "n2");
        core.will(BOW, "i", "n");
        core.will(BOW, "other", "n2");
        core.will(STERN, "i", "n2");
        assertThat(agents()).containsOnlyKeys(BOW);
        assertThat(core.board()).containsExactly("web@bow Running(Ok)");
    }

    @Test
    void that_comes_back_brings_back_what_was_reported_last() {
        running();
        core.will(BOW, "i", "n");
        core.announce(BOW, presence("i", "n2", Optional.of(core.version(1, 1)), 1));
        assertThat(core.board()).containsExactly("web@bow Running(Ok)");
        assertThat(core.commands(BOW)).isEmpty();
    }

    @Test
    void of_another_process_does_not_bring_it_back() {
        running();
        core.will(BOW, "i", "n");
        core.announce(BOW, "i2", "n2");
        assertThat(core.phases()).containsExactly("web@bow AgentDisconnected");
        core.report(
                BOW,
                Core.report(
                        "i2",
                        "n2",
                        1,
                        core.version(1, 1),
                        List.of(core.wanted("web", Phase.RUNNING_OK))));
        assertThat(core.board()).containsExactly("web@bow Running(Ok)");
    }

    @Test
    void ends_after_a_long_silence_should_the_will_be_lost() {
        core.announce(BOW, "i", "n");
        core.pass(Duration.ofSeconds(100));
        core.announce(BOW, presence("i", "n", Optional.of(core.version(1, 0)), 0));
        core.pass(Duration.ofSeconds(100));
        assertThat(agents()).hasSize(1);
        core.on(new ServerEvent.Loaded(BOW, Load.of(new AgentAttributes.Status(1, 1))));
        core.pass(Duration.ofSeconds(149));
        assertThat(agents()).hasSize(1);
        core.pass(Duration.ofSeconds(2));
        assertThat(agents()).isEmpty();
    }

    @Test
    void is_not_judged_while_the_server_itself_is_away() {
        core.announce(BOW, "i", "n");
        core.on(new ServerEvent.Disconnected());
        core.pass(Duration.ofHours(1));
        assertThat(agents()).hasSize(1);
        core.connected();
        core.pass(GRACE.minusSeconds(1));
        assertThat(agents()).hasSize(1);
        core.announce(BOW, presence("i", "n", Optional.of(core.version(1, 0)), 0));
        core.pass(GRACE);
        assertThat(agents()).hasSize(1);
    }

    @Test
    void ends_if_the_agent_does_not_show_up_after_the_server_was_away() {
        running();
        core.on(new ServerEvent.Disconnected()).connected();
        core.pass(GRACE);
        assertThat(agents()).isEmpty();
        assertThat(core.phases()).containsExactly("web@bow AgentDisconnected");
    }

    @Test
    void of_nobody_leaves_new_workloads_pending() {
        core.update(set("web", on(BOW, "a")));
        core.pass(Duration.ofMinutes(10));
        assertThat(core.board())
                .containsExactly("web@bow Pending(Initial): " + ServerSays.absence("bow"));
    }

    @Test
    void of_nobody_after_a_restart_takes_for_lost_what_an_agent_had_that_was_there() {
        var restarted = restarted(Set.of(BOW));
        assertThat(restarted.board()).containsExactly("web@bow Pending(Initial)");
        restarted.connected().pass(GRACE.minusMillis(1));
        assertThat(restarted.board()).containsExactly("web@bow Pending(Initial)");
        restarted.pass(Duration.ofMillis(1));
        assertThat(restarted.board())
                .containsExactly(
                        "web@bow AgentDisconnected: Agent \"bow\" has not come back since the"
                            + " server was started. The workload may run on; look at the agent and"
                            + " its node.");
    }

    @Test
    void of_nobody_after_a_restart_leaves_pending_what_an_agent_has_that_never_was_there() {
        var restarted = restarted(Set.of(STERN)).connected();
        restarted.pass(GRACE);
        assertThat(restarted.board())
                .containsExactly("web@bow Pending(Initial): " + ServerSays.absence("bow"));
        restarted.update(delete("web"));
        assertThat(restarted.board()).isEmpty();
    }

    @Test
    void is_remembered_once_for_each_agent() {
        core.announce(BOW, "i", "n");
        assertThat(core.effects(Effect.Remember.class))
                .containsExactly(new Effect.Remember(Set.of(BOW)));
        core.announce(BOW, "i2", "n2");
        assertThat(core.effects(Effect.Remember.class)).isEmpty();
    }

    @Test
    void is_remembered_later_if_the_store_fails() {
        core.remembers = false;
        core.announce(BOW, "i", "n");
        assertThat(core.notes(Note.AgentsNotRemembered.class))
                .containsExactly(new Note.AgentsNotRemembered(Set.of(BOW), "the disk is full"));
        core.remembers = true;
        core.announce(BOW, "i", "n");
        assertThat(core.effects(Effect.Remember.class)).hasSize(1);
        core.announce(BOW, "i", "n");
        assertThat(core.effects(Effect.Remember.class)).isEmpty();
    }

    @Test
    void is_remembered_when_the_store_is_idle_again() {
        core.ask(Core.ALICE, "u1", set("web", on(BOW, "a")));
        core.announce(BOW, "i", "n");
        assertThat(core.effects(Effect.Remember.class)).isEmpty();
        core.on(new ServerEvent.Persisted());
        assertThat(core.effects(Effect.Remember.class)).hasSize(1);
    }

    @Test
    void that_is_lost_is_said_with_the_time_and_the_reason() {
        running();
        core.will(BOW, "i", "n");
        assertThat(core.board())
                .containsExactly(
                        "web@bow AgentDisconnected: Agent \"bow\" is gone since"
                            + " 2026-01-01T12:00:00Z: its connection ended. The workload may run"
                            + " on; look at the agent and its node.");
    }

    @Test
    void is_told_everything_with_every_connection_of_the_server() {
        core.update(set("web", on(BOW, "a")));
        core.announce(STERN, "i", "n");
        core.on(new ServerEvent.Disconnected()).connected();
        assertThat(core.desired(BOW)).hasSize(1);
        assertThat(core.desired(STERN)).hasSize(1);
    }

    @Test
    void lets_nothing_be_sent_without_a_connection() {
        var offline = new Core();
        offline.update(set("web", on(BOW, "a")));
        assertThat(offline.effects(Effect.SendDesired.class)).isEmpty();
        offline.connected();
        assertThat(offline.desired(BOW)).hasSize(1);
    }

    @Test
    void of_two_with_one_name_is_settled_for_the_elder() {
        core.announce(BOW, "elder", "n1");
        core.announce(BOW, "newer", "n2");
        core.will(BOW, "elder", "n1"); // thrown out by the newer one
        assertThat(agents()).hasSize(1);
        core.announce(BOW, "elder", "n3");
        assertThat(refused()).containsExactly("newer");
        assertThat(core.desired(BOW)).hasSize(1);
        core.will(BOW, "newer", "n2");
        assertThat(agents()).hasSize(1);
        // the newer one throws the elder out once more, and is told for good
        core.will(BOW, "elder", "n3");
        core.announce(BOW, "newer", "n4");
        assertThat(refused()).containsExactly("newer");
        assertThat(core.desired(BOW)).isEmpty();
        assertThat(agents()).isEmpty();
        core.pass(Duration.ofSeconds(15));
        core.announce(BOW, "elder", "n5");
        assertThat(agents()).hasSize(1);
    }

    @Test
    void is_granted_to_the_refused_one_once_the_elder_is_gone_for_good() {
        core.announce(BOW, "elder", "n1");
        core.announce(BOW, "newer", "n2");
        core.announce(BOW, "elder", "n3");
        core.will(BOW, "elder", "n3");
        core.pass(Duration.ofSeconds(59));
        core.announce(BOW, "newer", "n4");
        assertThat(refused()).containsExactly("newer");
        core.pass(Duration.ofSeconds(1));
        core.announce(BOW, "newer", "n5");
        assertThat(refused()).isEmpty();
        assertThat(agents()).hasSize(1);
    }

    @Test
    void is_told_to_the_refused_one_each_time_until_it_knows() {
        core.announce(BOW, "elder", "n1");
        core.announce(BOW, "newer", "n2");
        core.announce(BOW, "elder", "n3");
        core.announce(BOW, asking("newer", "n4"));
        assertThat(refused()).containsExactly("newer");
        core.will(BOW, "elder", "n3");
        core.pass(Duration.ofSeconds(60));
        core.announce(BOW, asking("newer", "n4"));
        assertThat(core.commands(BOW)).contains(new Command.NameGranted("newer"));
        core.announce(BOW, asking("newer", "n4")); // it did not hear that
        assertThat(core.commands(BOW)).contains(new Command.NameGranted("newer"));
        core.announce(BOW, "newer", "n4");
        assertThat(core.commands(BOW)).doesNotContain(new Command.NameGranted("newer"));
    }

    @Test
    void is_kept_for_the_elder_when_a_new_server_is_asked_by_the_refused_one_first() {
        core.announce(BOW, asking("newer", "n1"));
        assertThat(refused()).containsExactly("newer");
        core.announce(BOW, "elder", "n2");
        assertThat(agents()).hasSize(1);
        core.announce(BOW, asking("newer", "n3"));
        assertThat(refused()).containsExactly("newer");
    }

    @Test
    void is_granted_by_a_new_server_to_the_refused_one_when_nobody_else_came() {
        core.announce(BOW, asking("newer", "n1"));
        assertThat(refused()).containsExactly("newer");
        core.pass(Duration.ofSeconds(60));
        core.announce(BOW, asking("newer", "n1"));
        assertThat(core.commands(BOW)).contains(new Command.NameGranted("newer"));
        assertThat(agents()).hasSize(1);
    }

    private static AgentPresence asking(String instance, String nonce) {
        return presence(instance, nonce, Optional.empty(), 0).asRefused();
    }

    @Test
    void beyond_the_bound_is_ignored_and_logged() {
        var small = new Core(Core.head(1, 0, Map.of()), Core.SMALL).connected();
        for (int i = 0; i < 3; i++) {
            small.announce(new AgentName("a" + i), "i", "n");
        }
        assertThat(small.notes(Note.Ignored.class)).hasSize(1);
        assertThat(small.state.complete().agents()).hasSize(2);
    }

    @Test
    void of_a_foreign_lineage_is_logged_and_taken_over_only_if_that_is_wanted() {
        var seen = new StateVersion(new Lineage("other"), 99, new Revision(99));
        core.announce(BOW, presence("i", "n", Optional.of(seen), 0));
        assertThat(core.notes(Note.ForeignLineage.class))
                .containsExactly(new Note.ForeignLineage(BOW, seen, false));
        assertThat(core.desired(BOW).getFirst().takeOver()).isFalse();
        assertThat(core.state.epoch()).isEqualTo(1);
        core.announce(BOW, presence("i", "n", Optional.of(seen), 0));
        assertThat(core.desired(BOW)).isEmpty();

        var taking =
                new Core(Core.head(1, 0, Map.of()), ServerSettings.DEFAULTS.withTakeOver(true));
        taking.connected().announce(BOW, presence("i", "n", Optional.of(seen), 0));
        assertThat(taking.desired(BOW).getFirst().takeOver()).isTrue();
        taking.announce(BOW, presence("i", "n", Optional.of(seen), 0));
        assertThat(taking.desired(BOW)).hasSize(1); // it has not obeyed yet
    }

    @Test
    void that_was_lost_is_asked_for_when_the_agent_tells_its_load() {
        core.on(new ServerEvent.Loaded(BOW, Load.of(new AgentAttributes.Status(1, 1))));
        assertThat(core.commands(BOW)).containsExactly(new Command.AnnounceAgain());
        assertThat(agents()).isEmpty();
    }

    @Test
    void of_an_agent_that_is_gone_lets_workloads_that_never_began_vanish_when_deleted() {
        core.update(set("web", on(BOW, "a")));
        core.update(delete("web"));
        assertThat(core.board()).isEmpty();
        assertThat(core.steps()).containsExactly("web@bow Removed");
    }

    @Test
    void of_an_agent_that_is_gone_keeps_what_may_run_there_on_the_board() {
        running();
        core.will(BOW, "i", "n");
        core.update(delete("web"));
        assertThat(core.phases()).containsExactly("web@bow AgentDisconnected");
        core.announce(BOW, presence("i", "n2", Optional.of(core.version(1, 1)), 1));
        assertThat(core.board()).containsExactly("web@bow Running(Ok)"); // it still does
        core.report(BOW, Core.report("i", "n2", 2, core.version(1, 2), List.of()));
        assertThat(core.board()).isEmpty();
    }

    @Test
    void of_an_agent_that_is_gone_since_before_a_restart_keeps_what_may_run_there() {
        var restarted = restarted(Set.of(BOW)).connected();
        restarted.update(delete("web"));
        assertThat(restarted.phases()).containsExactly("web@bow AgentDisconnected");
    }

    @Test
    void of_an_agent_that_never_returns_is_forgotten_after_a_day() {
        running();
        core.will(BOW, "i", "n");
        core.update(delete("web"));
        core.pass(Duration.ofHours(23));
        assertThat(core.board()).hasSize(1);
        core.pass(Duration.ofHours(2));
        assertThat(core.board()).isEmpty();
        assertThat(core.state.agents()).isEmpty();
    }

    @Test
    void leaves_behind_no_more_than_the_bound() {
        var small = new Core(Core.head(1, 0, Map.of()), Core.SMALL).connected();
        small.announce(BOW, "i", "n");
        for (int i = 0; i < 4; i++) {
            small.update(set("w", on(BOW, "x" + i)));
            small.report(BOW, small.all(i + 1, reported(small)));
        }
        assertThat(small.board()).hasSize(1);
        small.will(BOW, "i", "n");
        for (int i = 0; i < 4; i++) {
            small.update(set("w", on(BOW, "y" + i)));
            // each edit leaves an instance behind that the agent may have begun with
            small.announce(BOW, "i" + i, "n" + i);
            small.will(BOW, "i" + i, "n" + i);
        }
        assertThat(small.board()).hasSize(3); // two left behind, and the one that is wanted
    }

    @Test
    void of_a_workload_that_is_edited_while_its_agent_is_gone_counts_for_the_edit() {
        running();
        core.will(BOW, "i", "n");
        core.update(set("web", Workload.of("bow", "podman", "a")));
        assertThat(core.state.complete().workloadStates())
                .singleElement()
                .satisfies(state -> {
                    assertThat(state.phase()).isEqualTo(Phase.AGENT_DISCONNECTED);
                    assertThat(state.changedAt()).isEqualTo(new Revision(2));
                });
    }

    private static WorkloadState reported(Core core) {
        return core.wanted("w", Phase.RUNNING_OK);
    }

    private static Core restarted(Set<AgentName> met) {
        return new Core(
                Core.head(
                        2,
                        1,
                        Map.of(
                                new WorkloadName("web"),
                                new Head.Stored(on(BOW, "a"), new Revision(1))),
                        met),
                ServerSettings.DEFAULTS);
    }

    private void running() {
        core.update(set("web", on(BOW, "a")));
        core.announce(BOW, "i", "n");
        core.report(BOW, core.all(1, core.wanted("web", Phase.RUNNING_OK)));
        assertThat(core.board()).containsExactly("web@bow Running(Ok)");
    }

    private Map<AgentName, AgentAttributes> agents() {
        return core.state.complete().agents();
    }

    private List<String> refused() {
        return core.commands(BOW).stream()
                .map(command -> ((Command.NameRefused) command).instance())
                .toList();
    }
}
