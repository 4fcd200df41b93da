package io.muster.server.core;

import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.STERN;
import static io.muster.server.core.Core.delete;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.presence;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FactsTest {
    private final Core core = new Core().connected();

    @BeforeEach
    void begin() {
        core.update(
                set(
                        Map.of(
                                "db", on(BOW, "a"),
                                "noise", on(BOW, "a"),
                                "near", on(STERN, "a"),
                                "web", on(STERN, "a", "db", "near", "ghost"))));
        core.announce(BOW, "i", "n");
        core.announce(STERN, "i", "n");
    }

    @Test
    void name_the_foreign_workloads_that_dependencies_name_and_no_others() {
        core.report(
                BOW,
                core.all(
                        1,
                        core.wanted("db", Phase.RUNNING_OK),
                        core.wanted("noise", Phase.RUNNING_OK)));
        assertThat(core.facts(STERN))
                .singleElement()
                .satisfies(facts -> {
                    assertThat(facts.epoch()).isEqualTo(1);
                    assertThat(facts.states()).containsExactly(core.wanted("db", Phase.RUNNING_OK));
                });
        assertThat(core.facts(BOW)).isEmpty();
    }

    @Test
    void are_counted_and_sent_only_when_they_change() {
        core.report(BOW, core.all(1, core.wanted("db", Phase.PENDING_STARTING)));
        long first = core.facts(STERN).getFirst().sequence();
        core.report(BOW, core.all(2, core.wanted("db", Phase.PENDING_STARTING)));
        assertThat(core.facts(STERN)).isEmpty();
        core.report(BOW, core.all(3, core.wanted("db", Phase.RUNNING_OK)));
        assertThat(core.facts(STERN).getFirst().sequence()).isEqualTo(first + 1);
    }

    @Test
    void leave_out_what_is_for_people() {
        var talkative =
                new WorkloadState(
                        core.placed("db").instance(),
                        core.placed("db").changedAt(),
                        new ExecutionState(Phase.RUNNING_OK, "up 3 s"));
        core.report(BOW, core.all(1, talkative));
        assertThat(core.facts(STERN).getFirst().states())
                .containsExactly(core.wanted("db", Phase.RUNNING_OK));
    }

    @Test
    void follow_an_announcement_even_if_they_did_not_change() {
        core.report(BOW, core.all(1, core.wanted("db", Phase.RUNNING_OK)));
        var sent = core.facts(STERN).getFirst();
        core.announce(STERN, "i2", "n2");
        assertThat(core.facts(STERN)).containsExactly(sent);
    }

    @Test
    void are_sent_again_to_an_agent_that_lacks_them() {
        core.report(BOW, core.all(1, core.wanted("db", Phase.RUNNING_OK)));
        var sent = core.facts(STERN).getFirst();
        var version = Optional.of(core.version(1, 1));
        core.announce(STERN, presence("i", "n", version, 1, sent.sequence(), 0));
        assertThat(core.facts(STERN)).isEmpty();
        core.announce(STERN, presence("i", "n", version, 1, sent.sequence() - 1, 0));
        assertThat(core.facts(STERN)).containsExactly(sent);
    }

    @Test
    void never_show_a_predecessor_as_fulfilling() {
        var before = core.wanted("db", Phase.RUNNING_OK);
        core.report(BOW, core.all(1, before));
        core.update(set("db", Workload.of("bow", "podman", "a")));
        assertThat(core.facts(STERN))
                .singleElement()
                .satisfies(facts -> assertThat(facts.states()).isEmpty());
        core.report(BOW, core.all(2, before));
        assertThat(core.facts(STERN)).isEmpty();
        core.report(BOW, core.all(3, core.wanted("db", Phase.RUNNING_OK)));
        assertThat(core.facts(STERN).getFirst().states())
                .containsExactly(core.wanted("db", Phase.RUNNING_OK));
    }

    @Test
    void tell_that_the_other_agent_is_gone() {
        core.report(BOW, core.all(1, core.wanted("db", Phase.RUNNING_OK)));
        core.will(BOW, "i", "n");
        assertThat(core.facts(STERN).getFirst().states())
                .extracting(WorkloadState::phase)
                .containsExactly(Phase.AGENT_DISCONNECTED);
    }

    @Test
    void tell_that_a_workload_is_wanted_no_more() {
        core.report(BOW, core.all(1, core.wanted("db", Phase.RUNNING_OK)));
        core.update(delete("db"));
        assertThat(core.facts(STERN).getFirst().states()).isEmpty();
    }

    /** Else a dependant that is made anew would start on what it was told of the predecessor. */
    @Test
    void say_that_they_know_of_a_dependant_that_was_made_anew() {
        core.report(BOW, core.all(1, core.wanted("db", Phase.RUNNING_OK)));
        var db = core.placed("db").written();
        var web = core.placed("web").written();
        core.update(delete("db"));
        core.update(delete("web"));
        core.update(set(Map.of("db", db, "web", web)));
        assertThat(core.facts(STERN).getLast().asOf()).isEqualTo(core.placed("web").changedAt());
        assertThat(core.facts(STERN).getLast().states())
                .isEmpty(); // what is there is the predecessor
    }

    @Test
    void come_with_a_new_dependency() {
        core.report(BOW, core.all(1, core.wanted("noise", Phase.RUNNING_OK)));
        core.update(set("near", on(STERN, "a", "noise")));
        assertThat(core.facts(STERN).getFirst().states())
                .extracting(WorkloadState::phase)
                .containsExactly(Phase.PENDING_INITIAL, Phase.RUNNING_OK);
    }

    @Test
    void are_not_sent_to_agents_that_are_not_there() {
        core.will(STERN, "i", "n");
        core.report(BOW, core.all(1, core.wanted("db", Phase.RUNNING_OK)));
        assertThat(core.effects(Effect.SendFacts.class)).isEmpty();
        core.announce(STERN, "i", "n2");
        assertThat(core.facts(STERN).getFirst().states())
                .containsExactly(core.wanted("db", Phase.RUNNING_OK));
    }

    @Test
    void are_not_sent_to_agents_without_foreign_dependencies() {
        core.announce(BOW, "i", "n2");
        assertThat(core.facts(BOW)).isEmpty();
        assertThat(List.of(core.state.complete().agents().size())).containsExactly(2);
    }
}
