package io.muster.server.core;

import static io.muster.server.core.Core.ALICE;
import static io.muster.server.core.Core.BOB;
import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.config;
import static io.muster.server.core.Core.delete;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.report;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.link.Transition;
import io.muster.api.name.Revision;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.request.Response.AlteredFields;
import io.muster.api.request.Response.EventPosition;
import io.muster.api.request.Response.StateAnswer;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import io.muster.api.tree.StateTree;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SubscriptionTest {
    private static final String STATE_OF_WEB =
            "workloadStates.bow.web." + Core.instance("web", "a", BOW).id();

    private final Core core = new Core().connected();

    @Test
    void begins_with_a_snapshot_at_position_zero() {
        core.update(set("web", on(BOW, "a")));
        subscribe("s");
        assertThat(event().altered()).isEmpty();
        assertThat(event().position()).isEqualTo(new EventPosition(1, 0));
        assertThat(event().revision()).isEqualTo(new Revision(1));
        assertThat(event().state()).isEqualTo(StateTree.of(core.state.complete()));
    }

    @Test
    void hears_of_an_update_with_the_states_that_follow_from_it() {
        subscribe("s");
        core.update(set("web", on(BOW, "a")));
        assertThat(event().altered())
                .hasValue(
                        new AlteredFields(
                                List.of(
                                        "desiredState.workloads.web",
                                        "effectiveState.workloads.web",
                                        STATE_OF_WEB),
                                List.of(),
                                List.of()));
        assertThat(event().position()).isEqualTo(new EventPosition(1, 1));
        assertThat(event().revision()).isEqualTo(new Revision(1));
        assertThat(event().state().entries())
                .containsOnlyKeys("desiredState", "workloadStates", "effectiveState");
        assertThat(StateTree.workloadStates(event().state()))
                .extracting(WorkloadState::state)
                .containsExactly(
                        new ExecutionState(
                                Phase.PENDING_INITIAL,
                                "No agent \"bow\" is connected. Start it, or name another"
                                        + " agent."));
    }

    @Test
    void hears_nothing_of_an_update_that_changes_nothing_or_is_refused() {
        core.update(set("web", on(BOW, "a")));
        subscribe("s");
        core.update(set("web", on(BOW, "a")));
        assertThat(core.answers(BOB)).isEmpty();
        core.update(set("web", on(BOW, "a", "web")));
        assertThat(core.answers(BOB)).isEmpty();
    }

    @Test
    void hears_of_each_of_many_updates_that_were_stored_at_once() {
        subscribe("s");
        core.ask(ALICE, "r1", set("x", on(BOW, "a")));
        core.ask(ALICE, "r2", set("web", on(BOW, "a")));
        core.ask(ALICE, "r3", delete("web"));
        core.on(new ServerEvent.Persisted());
        core.on(new ServerEvent.Persisted());
        assertThat(events())
                .extracting(StateAnswer::revision)
                .containsExactly(new Revision(2), new Revision(3));
        assertThat(events().getLast().altered().orElseThrow().removed())
                .containsExactly(
                        "desiredState.workloads.web", "effectiveState.workloads.web", STATE_OF_WEB);
    }

    @Test
    void hears_of_each_step_in_order_and_nothing_between() {
        core.update(set("web", on(BOW, "a")));
        core.announce(BOW, "i", "n");
        subscribe("s");
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
        assertThat(events())
                .extracting(e -> StateTree.workloadStates(e.state()).getFirst().phase())
                .containsExactly(Phase.PENDING_STARTING, Phase.RUNNING_OK);
        assertThat(events())
                .extracting(e -> e.altered().orElseThrow().updated())
                .containsExactly(List.of(STATE_OF_WEB), List.of(STATE_OF_WEB));
        assertThat(events())
                .extracting(StateAnswer::position)
                .containsExactly(new EventPosition(1, 1), new EventPosition(1, 2));
    }

    @Test
    void hears_of_the_end_without_a_value() {
        core.update(set("web", on(BOW, "a")));
        core.announce(BOW, "i", "n");
        core.report(BOW, core.all(1, core.wanted("web", Phase.RUNNING_OK)));
        core.update(delete("web"));
        subscribe("s");
        core.report(BOW, core.all(2));
        assertThat(event().altered())
                .hasValue(new AlteredFields(List.of(), List.of(), List.of(STATE_OF_WEB)));
        assertThat(StateTree.workloadStates(event().state())).isEmpty();
    }

    @Test
    void hears_of_agents() {
        subscribe("s", FieldMask.of("agents"));
        core.announce(BOW, "i", "n");
        assertThat(event().altered())
                .hasValue(new AlteredFields(List.of("agents.bow"), List.of(), List.of()));
        core.on(new ServerEvent.Loaded(BOW, new AgentAttributes.Status(3, 4)));
        assertThat(event().altered())
                .hasValue(new AlteredFields(List.of(), List.of("agents.bow"), List.of()));
        assertThat(StateTree.agents(event().state()).get(BOW))
                .isEqualTo(core.state.complete().agents().get(BOW));
        core.on(new ServerEvent.Loaded(BOW, new AgentAttributes.Status(3, 4)));
        assertThat(core.answers(BOB)).isEmpty();
        core.will(BOW, "i", "n");
        assertThat(event().altered())
                .hasValue(new AlteredFields(List.of(), List.of(), List.of("agents.bow")));
    }

    @Test
    void hears_of_configs() {
        subscribe("s");
        core.update(config("net", "1"));
        assertThat(event().altered())
                .hasValue(
                        new AlteredFields(
                                List.of("desiredState.configs.net"), List.of(), List.of()));
    }

    @Test
    void hears_only_of_what_its_masks_reach() {
        subscribe("s", FieldMask.of("workloadStates", "*", "web"));
        core.update(set(Map.of("web", on(BOW, "a"), "db", on(BOW, "a"))));
        assertThat(event().altered().orElseThrow().added()).containsExactly(STATE_OF_WEB);
        assertThat(event().state().entries()).containsOnlyKeys("workloadStates");
        assertThat(StateTree.workloadStates(event().state())).hasSize(1);
        core.update(set("db", on(BOW, "b")));
        assertThat(core.answers(BOB)).isEmpty();
    }

    @Test
    void hears_of_a_field_deep_inside_when_it_may_have_changed() {
        subscribe("s", FieldMask.of("desiredState", "workloads", "*", "agent"));
        core.update(set("web", on(BOW, "a")));
        assertThat(event().altered().orElseThrow().added())
                .containsExactly("desiredState.workloads.web");
        assertThat(event().state().entries()).containsOnlyKeys("desiredState");
    }

    @Test
    void made_again_under_its_id_gets_a_snapshot_at_the_next_position() {
        subscribe("s");
        core.update(set("web", on(BOW, "a")));
        subscribe("s");
        assertThat(event().altered()).isEmpty();
        assertThat(event().position()).isEqualTo(new EventPosition(1, 2));
        core.update(delete("web"));
        assertThat(event().position()).isEqualTo(new EventPosition(1, 3));
    }

    @Test
    void ends_when_it_is_cancelled_however_often() {
        subscribe("s");
        core.ask(BOB, "s", new Request.CancelEvents());
        assertThat(core.answer(BOB)).isEqualTo(new Response.EventsCancelled());
        core.ask(BOB, "s", new Request.CancelEvents());
        assertThat(core.answer(BOB)).isEqualTo(new Response.EventsCancelled());
        core.update(set("web", on(BOW, "a")));
        assertThat(core.answers(BOB)).isEmpty();
        assertThat(core.state.subscriptions()).isZero();
    }

    @Test
    void ends_when_its_lease_is_over() {
        subscribe("s");
        core.pass(Duration.ofSeconds(59));
        assertThat(core.state.subscriptions()).isEqualTo(1);
        core.pass(Duration.ofSeconds(1));
        assertThat(core.state.subscriptions()).isZero();
    }

    @Test
    void lives_on_when_it_is_renewed_and_says_what_it_sent_last() {
        subscribe("s");
        core.update(set("web", on(BOW, "a")));
        core.pass(Duration.ofSeconds(50));
        core.ask(BOB, "renew1", new Request.RenewEvents("s"));
        assertThat(core.answer(BOB)).isEqualTo(new Response.EventsRenewed(new EventPosition(1, 1)));
        core.pass(Duration.ofSeconds(50));
        assertThat(core.state.subscriptions()).isEqualTo(1);
        core.pass(Duration.ofSeconds(10));
        assertThat(core.state.subscriptions()).isZero();
        core.ask(BOB, "renew2", new Request.RenewEvents("s"));
        assertThat(core.answer(BOB))
                .isInstanceOfSatisfying(
                        Response.Refused.class,
                        refused ->
                                assertThat(refused.reason())
                                        .isEqualTo(Response.Reason.UNKNOWN_SUBSCRIPTION));
    }

    @Test
    void of_another_requester_is_left_alone() {
        subscribe("s");
        core.ask(ALICE, "s", new Request.CancelEvents());
        core.ask(ALICE, "r", new Request.RenewEvents("s"));
        assertThat(core.answer(ALICE)).isInstanceOf(Response.Refused.class);
        assertThat(core.state.subscriptions()).isEqualTo(1);
    }

    @Test
    void beyond_the_bound_is_refused() {
        var small = new Core(Core.head(1, 0, Map.of()), Core.SMALL).connected();
        for (int i = 0; i < 3; i++) {
            small.ask(BOB, "s" + i, new Request.GetState(List.of(), true));
        }
        assertThat(small.answer(BOB))
                .isInstanceOfSatisfying(
                        Response.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Response.Reason.BUSY));
        small.ask(BOB, "s1", new Request.GetState(List.of(), true)); // it has a place already
        assertThat(small.answer(BOB)).isInstanceOf(StateAnswer.class);
    }

    @Test
    void is_not_what_a_plain_question_makes() {
        core.ask(BOB, "q", new Request.GetState(List.of(FieldMask.of("agents")), false));
        assertThat(((StateAnswer) core.answer(BOB)).position()).isEqualTo(new EventPosition(1, 0));
        assertThat(core.state.subscriptions()).isZero();
        core.announce(BOW, "i", "n");
        assertThat(core.answers(BOB)).isEmpty();
    }

    @Test
    void wakes_nobody_once_it_is_gone() {
        subscribe("s");
        core.ask(BOB, "s", new Request.CancelEvents());
        core.pass(Duration.ofSeconds(60));
        assertThat(core.state.wakeAt()).isEqualTo(Optional.empty());
    }

    private void subscribe(String id, FieldMask... masks) {
        core.ask(BOB, id, new Request.GetState(List.of(masks), true));
    }

    private StateAnswer event() {
        return (StateAnswer) core.answer(BOB);
    }

    private List<StateAnswer> events() {
        return core.answers(BOB).stream().map(StateAnswer.class::cast).toList();
    }
}
