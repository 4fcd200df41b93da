package io.muster.server.core;

import static io.muster.server.core.Core.ALICE;
import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.STERN;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.outcome.Problem;
import io.muster.api.path.FieldMask;
import io.muster.api.request.AgentAction;
import io.muster.api.request.HistoryEntry;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.Phase;
import io.muster.api.state.State;
import io.muster.api.store.Head;
import io.muster.api.tree.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Agents on which nothing is to run. */
final class DrainTest {
    private final Core core = new Core().connected().announce(BOW, "i", "n");

    private static Request.UpdateState drain(AgentName... agents) {
        var entries = new TreeMap<String, Node>();
        for (var agent : agents) {
            entries.put(agent.value(), new Node.Entries(Map.of("drained", new Node.Text("true"))));
        }
        return new Request.UpdateState(
                new Node.Entries(Map.of("agents", new Node.Entries(entries))), masks(agents));
    }

    private static Request.UpdateState undrain(AgentName... agents) {
        return new Request.UpdateState(Node.Entries.NONE, masks(agents));
    }

    private static List<FieldMask> masks(AgentName... agents) {
        return Stream.of(agents)
                .map(agent -> FieldMask.of("agents", agent.value(), "drained"))
                .toList();
    }

    private Optional<AgentAttributes> shown(AgentName agent) {
        return Optional.ofNullable(core.state.complete().agents().get(agent));
    }

    private static Core withHistoryOf(int count) {
        var settings = ServerSettings.DEFAULTS.withMaxHistory(count);
        return new Core(Core.head(1, 0, Map.of()), settings).connected().announce(BOW, "i", "n");
    }

    @Test
    void takes_no_place_of_a_desired_state_in_the_history() {
        var small = withHistoryOf(3);
        small.update(set("web", on(BOW, "a")));
        for (int i = 0; i < 3; i++) {
            small.update(drain(BOW));
            small.update(undrain(BOW));
        }
        small.update(set("web", on(BOW, "b")));
        assertThat(small.state.ledger().history().at(new Revision(1))).isPresent();
        small.update(set("web", on(BOW, "c")));
        small.update(set("web", on(BOW, "d")));
        assertThat(small.state.ledger().history().at(new Revision(1))).isEmpty();
        assertThat(
                        small.state.ledger().history().all().stream()
                                .filter(past -> !past.concernsAgentsOnly())
                                .map(past -> past.entry().revision().value()))
                .containsExactly(8L, 9L, 10L);
    }

    @Test
    void leaves_the_desired_states_before_it_where_they_can_be_gone_back_to() {
        var small = withHistoryOf(3);
        for (var text : List.of("a", "b", "c")) {
            small.update(set("web", on(BOW, text)));
        }
        small.update(drain(BOW));
        small.update(undrain(BOW));
        assertThat(small.state.ledger().history().at(new Revision(1))).isPresent();
        assertThat(small.state.ledger().history().all()).hasSize(5);
    }

    @Test
    void is_told_to_the_agent_with_a_revision_of_its_own_and_all_its_workloads() {
        core.update(set("web", on(BOW, "x")));
        core.update(drain(BOW));
        var told = core.desired(BOW).getLast();
        assertThat(told.drained()).isTrue();
        assertThat(told.version().revision()).isEqualTo(new Revision(2));
        assertThat(told.workloads()).hasSize(1);
        assertThat(shown(BOW)).map(AgentAttributes::drained).contains(true);
        assertThat(core.placed("web").changedAt()).isEqualTo(new Revision(1));
        core.update(undrain(BOW));
        assertThat(core.desired(BOW).getLast().drained()).isFalse();
        assertThat(shown(BOW)).map(AgentAttributes::drained).contains(false);
    }

    @Test
    void is_answered_with_all_that_a_client_waits_for_also_when_it_was_so_before() {
        core.update(set(Map.of("web", on(BOW, "x"), "db", on(BOW, "y"), "far", on(STERN, "z"))));
        for (int i = 0; i < 2; i++) {
            core.update(drain(BOW));
            var updated = (Response.Updated) core.answer(ALICE);
            assertThat(updated.touched())
                    .extracting(each -> each.instance().workload().value())
                    .containsExactly("db", "web");
            assertThat(updated.touched()).noneMatch(Response.Touched::deleted);
            assertThat(updated.revision()).isEqualTo(new Revision(2));
            assertThat(updated.added()).isEmpty();
            assertThat(updated.deleted()).isEmpty();
        }
    }

    @Test
    void is_in_the_history_and_no_rollback_takes_it_back() {
        core.update(set("web", on(BOW, "x")));
        core.update(drain(BOW));
        core.update(Core.change(State.EMPTY, FieldMask.of("desiredState")));
        core.ask(ALICE, "h", new Request.GetHistory());
        var entries = ((Response.History) core.answer(ALICE)).entries();
        assertThat(entries)
                .extracting(HistoryEntry::agents)
                .containsExactly(
                        new TreeMap<>(),
                        new TreeMap<>(Map.of(BOW, AgentAction.DRAIN)),
                        new TreeMap<>());
        assertThat(shown(BOW)).map(AgentAttributes::drained).contains(true);
    }

    @Test
    void is_shown_of_an_agent_that_is_away_and_of_one_that_was_never_here() {
        core.update(set("web", on(STERN, "x")));
        core.update(drain(BOW, STERN));
        core.will(BOW, "i", "n");
        for (var agent : List.of(BOW, STERN)) {
            assertThat(shown(agent)).map(AgentAttributes::away).contains(true);
            assertThat(shown(agent)).map(AgentAttributes::drained).contains(true);
        }
        assertThat(core.board()).hasSize(1);
        assertThat(core.board().getFirst())
                .contains("web@stern Pending(Initial)")
                .contains("muster undrain stern");
        core.update(undrain(STERN));
        assertThat(shown(STERN)).isEmpty();
        assertThat(core.board().getFirst()).contains("No agent \"stern\" is connected");
    }

    @Test
    void changes_nothing_for_an_agent_that_nobody_knows() {
        core.ask(ALICE, "r", drain(new AgentName("bwo")));
        assertThat(((Response.Updated) core.answer(ALICE)).ignored())
                .containsExactly("agents.bwo.drained");
        assertThat(core.state.version().revision()).isEqualTo(Revision.ZERO);
    }

    @Test
    void is_refused_if_it_is_neither_true_nor_false() {
        var entries = Map.<String, Node>of("drained", new Node.Text("yes"));
        core.ask(
                ALICE,
                "r",
                new Request.UpdateState(
                        new Node.Entries(
                                Map.of(
                                        "agents",
                                        new Node.Entries(
                                                Map.of("bow", new Node.Entries(entries))))),
                        masks(BOW)));
        assertThat(((Response.Refused) core.answer(ALICE)).problems())
                .containsExactly(
                        new Problem(
                                "agents.bow.drained",
                                "\"yes\" is neither true nor false",
                                "write \"true\" or \"false\""));
    }

    @Test
    void outlives_a_restart_of_the_server() {
        core.ask(ALICE, "r", drain(BOW));
        assertThat(core.given().orElseThrow().drained()).isEqualTo(Map.of(BOW, true));
        var head =
                new Head(
                        Core.LINEAGE,
                        2,
                        new Revision(4),
                        false,
                        Optional.empty(),
                        Map.of(),
                        Map.of(),
                        List.of(),
                        List.of(),
                        Map.of(),
                        Set.of(BOW),
                        Set.of(BOW));
        var next = new Core(head, ServerSettings.DEFAULTS).connected().announce(BOW, "i", "n");
        assertThat(next.desired(BOW).getLast().drained()).isTrue();
    }

    @Test
    void is_told_by_a_plan_of_what_would_not_start() {
        core.update(drain(BOW));
        core.ask(ALICE, "p", set("web", on(BOW, "x")).asDryRun());
        var planned = ((Response.Planned) core.answer(ALICE)).plan();
        assertThat(planned.workloads().getFirst().drained()).isTrue();
        core.ask(ALICE, "q", undrain(BOW).asDryRun());
        assertThat(((Response.Planned) core.answer(ALICE)).plan().agents())
                .isEqualTo(Map.of(BOW, AgentAction.UNDRAIN));
        assertThat(shown(BOW)).map(AgentAttributes::drained).contains(true);
    }

    @Nested
    final class Of_dependents_on_other_agents {
        private void running() {
            core.announce(STERN, "j", "m");
            core.update(set(Map.of("db", on(BOW, "x"), "web", on(STERN, "y", "db"))));
            core.report(BOW, core.all(1, core.wanted("db", Phase.RUNNING_OK)));
            core.report(
                    STERN,
                    Core.report(
                            "j",
                            "m",
                            1,
                            core.state.version(),
                            List.of(core.wanted("web", Phase.RUNNING_OK))));
        }

        @Test
        void waits_for_none_that_runs_on() {
            running();
            core.update(drain(BOW));
            assertThat(core.desired(BOW).getLast().dependents())
                    .noneMatch(each -> each.foreign() || !each.leaving().isEmpty());
        }

        @Test
        void waits_for_those_that_are_drained_too() {
            running();
            core.update(drain(BOW, STERN));
            assertThat(core.desired(BOW).getLast().dependents())
                    .singleElement()
                    .matches(each -> each.foreign());
            var needed = core.facts(BOW).getLast().needed();
            assertThat(needed).singleElement().matches(each -> each.by().size() == 1);
            core.report(
                    STERN,
                    Core.report(
                            "j",
                            "m",
                            2,
                            core.state.version(),
                            List.of(core.wanted("web", Phase.PENDING_WAITING_TO_START))));
            assertThat(core.facts(BOW).getLast().needed())
                    .singleElement()
                    .matches(each -> each.by().isEmpty());
        }
    }
}
