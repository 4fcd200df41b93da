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

import io.muster.api.difference.Altered;
import io.muster.api.difference.Difference;
import io.muster.api.link.Load;
import io.muster.api.link.Transition;
import io.muster.api.name.Revision;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.request.Response.AlteredFields;
import io.muster.api.request.Response.EventPosition;
import io.muster.api.request.Response.StateAnswer;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.State;
import io.muster.api.state.WorkloadState;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import io.muster.testkit.events.Replica;
import io.muster.testkit.world.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SubscriptionTest {
    private static final String STATE_OF_WEB =
            "workloadStates.bow.web." + Core.instance("web", "a", BOW).id();

    private final Core core = new Core().connected();

    @Test
    void begins_with_a_snapshot_at_the_position_of_the_last_event() {
        core.update(set("web", on(BOW, "a")));
        subscribe("s");
        assertThat(event().altered()).isEmpty();
        assertThat(event().position()).isEqualTo(new EventPosition(1, 1));
        assertThat(event().revision()).isEqualTo(new Revision(1));
        assertThat(event().time()).hasValue(core.wall);
        assertThat(event().resumed()).isFalse();
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
                                        "workloadStates.bow",
                                        "effectiveState.workloads.web"),
                                List.of(),
                                List.of()));
        assertThat(event().position()).isEqualTo(new EventPosition(1, 1, 0));
        assertThat(event().time()).hasValue(core.wall);
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
                        "desiredState.workloads.web",
                        "workloadStates.bow.web",
                        "effectiveState.workloads.web");
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
                .containsExactly(
                        List.of(STATE_OF_WEB + ".subState", STATE_OF_WEB + ".additionalInfo"),
                        List.of(STATE_OF_WEB + ".state", STATE_OF_WEB + ".subState"));
        assertThat(events())
                .extracting(StateAnswer::position)
                .containsExactly(new EventPosition(1, 3, 2), new EventPosition(1, 4, 3));
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
                .hasValue(new AlteredFields(List.of(), List.of(), List.of("workloadStates.bow")));
        assertThat(StateTree.workloadStates(event().state())).isEmpty();
    }

    @Test
    void hears_of_agents() {
        subscribe("s", FieldMask.of("agents"));
        core.announce(BOW, "i", "n");
        assertThat(event().altered())
                .hasValue(new AlteredFields(List.of("agents.bow"), List.of(), List.of()));
        assertThat(StateTree.agents(event().state()).values())
                .singleElement()
                .satisfies(agent -> assertThat(agent.status()).isEmpty());
        core.on(new ServerEvent.Loaded(BOW, Load.of(new AgentAttributes.Status(3, 3))));
        assertThat(event().altered())
                .hasValue(new AlteredFields(List.of("agents.bow.status"), List.of(), List.of()));
        core.on(new ServerEvent.Loaded(BOW, Load.of(new AgentAttributes.Status(3, 4))));
        assertThat(event().altered())
                .hasValue(
                        new AlteredFields(
                                List.of(), List.of("agents.bow.status.freeMemory"), List.of()));
        core.on(new ServerEvent.Loaded(BOW, Load.of(new AgentAttributes.Status(4, 5))));
        assertThat(StateTree.agents(event().state()))
                .containsEntry(
                        BOW,
                        new AgentAttributes(
                                new TreeMap<>(), Optional.of(new AgentAttributes.Status(4, 5))));
        core.on(new ServerEvent.Loaded(BOW, Load.of(new AgentAttributes.Status(4, 5))));
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
                .hasValue(new AlteredFields(List.of("desiredState.configs"), List.of(), List.of()));
        core.update(config("dns", "1"));
        assertThat(event().altered())
                .hasValue(
                        new AlteredFields(
                                List.of("desiredState.configs.dns"), List.of(), List.of()));
        core.update(config("net", "2"));
        assertThat(event().altered())
                .hasValue(
                        new AlteredFields(
                                List.of(), List.of("desiredState.configs.net"), List.of()));
    }

    @Test
    void hears_only_of_what_its_masks_reach() {
        subscribe("s", FieldMask.of("workloadStates", "*", "web"));
        core.update(set(Map.of("web", on(BOW, "a"), "db", on(BOW, "a"))));
        assertThat(event().altered().orElseThrow().added())
                .containsExactly("workloadStates.bow.web");
        assertThat(event().state().entries()).containsOnlyKeys("workloadStates");
        assertThat(StateTree.workloadStates(event().state())).hasSize(1);
        core.update(set("db", on(BOW, "b")));
        assertThat(core.answers(BOB)).isEmpty();
    }

    @Test
    void hears_of_a_field_deep_inside() {
        subscribe("s", FieldMask.of("desiredState", "workloads", "*", "agent"));
        core.update(set("web", on(BOW, "a")));
        assertThat(event().altered().orElseThrow().added())
                .containsExactly("desiredState.workloads.web.agent");
        assertThat(event().state().entries()).containsOnlyKeys("desiredState");
        core.update(set("web", on(BOW, "b")));
        assertThat(core.answers(BOB)).isEmpty();
    }

    @Test
    void made_again_under_its_id_gets_another_snapshot() {
        subscribe("s");
        core.update(set("web", on(BOW, "a")));
        subscribe("s");
        assertThat(event().altered()).isEmpty();
        assertThat(event().position()).isEqualTo(new EventPosition(1, 1));
        core.update(delete("web"));
        assertThat(event().position()).isEqualTo(new EventPosition(1, 2, 1));
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
        assertThat(core.answer(BOB))
                .isEqualTo(new Response.EventsRenewed(new EventPosition(1, 1, 1)));
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

    @Test
    void links_its_events_although_others_lie_between() {
        subscribe("s", FieldMask.of("desiredState"));
        core.update(set("web", on(BOW, "a")));
        core.announce(BOW, "i", "n");
        core.on(new ServerEvent.Loaded(BOW, Load.of(new AgentAttributes.Status(1, 2))));
        core.ask(BOB, "renew", new Request.RenewEvents("s"));
        long last = core.state.events().last();
        assertThat(core.answer(BOB))
                .isEqualTo(new Response.EventsRenewed(new EventPosition(1, last, 1)));
        core.update(delete("web"));
        assertThat(event().position()).isEqualTo(new EventPosition(1, last + 1, 1));
    }

    @Test
    void that_resumes_is_told_what_it_missed_and_nothing_else() {
        core.update(set("web", on(BOW, "a")));
        core.update(config("net", "1"));
        core.update(set("db", on(BOW, "a")));
        core.update(config("net", "2"));
        resume("s", new EventPosition(1, 1), FieldMask.of("desiredState", "configs"));
        assertThat(events().getFirst().resumed()).isTrue();
        assertThat(events().getFirst().position()).isEqualTo(new EventPosition(1, 1));
        assertThat(events().stream().skip(1))
                .extracting(StateAnswer::position)
                .containsExactly(new EventPosition(1, 2, 1), new EventPosition(1, 4, 2));
        assertThat(events().stream().skip(1))
                .extracting(StateAnswer::revision)
                .containsExactly(new Revision(2), new Revision(4));
        core.update(config("net", "3"));
        assertThat(event().position()).isEqualTo(new EventPosition(1, 5, 4));
    }

    @Test
    void that_resumes_where_everything_is_known_is_told_so() {
        core.update(set("web", on(BOW, "a")));
        resume("s", new EventPosition(1, 1));
        assertThat(event().resumed()).isTrue();
        assertThat(event().state()).isEqualTo(Node.Entries.NONE);
    }

    @Test
    void that_comes_too_late_or_from_elsewhere_gets_a_snapshot() {
        var small = new Core(Core.head(2, 0, Map.of()), Core.SMALL).connected();
        for (int i = 0; i < 5; i++) {
            small.update(config("net", "value " + i));
        }
        for (var lost :
                List.of(
                        new EventPosition(2, 1), // 3, 4 and 5 are kept
                        new EventPosition(2, 6),
                        new EventPosition(1, 4))) {
            small.ask(BOB, "s", new Request.GetState(List.of(), true, Optional.of(lost)));
            var answer = (StateAnswer) small.answer(BOB);
            assertThat(answer.resumed()).isFalse();
            assertThat(answer.position()).isEqualTo(new EventPosition(2, 5));
        }
        small.ask(
                BOB,
                "s",
                new Request.GetState(List.of(), true, Optional.of(new EventPosition(2, 2))));
        assertThat(small.answers(BOB)).hasSize(4);
    }

    @Test
    void finds_events_within_bounds_of_number_and_memory() {
        var log = EventLog.startingAt(7);
        for (var weight : List.of(10L, 20L, 30L, 40L)) {
            log = log.with(weighing(log.last() + 1, weight), Core.SMALL);
        }
        assertThat(log.kept()).containsOnlyKeys(9L, 10L, 11L);
        assertThat(log.weight()).isEqualTo(90);
        log = log.with(weighing(12, (1 << 20) - 40), Core.SMALL);
        assertThat(log.kept()).containsOnlyKeys(11L, 12L);
        log = log.with(weighing(13, 1 << 21), Core.SMALL);
        assertThat(log.kept()).isEmpty();
        assertThat(log.since(1, new EventPosition(1, 12))).isEmpty();
        assertThat(log.since(1, new EventPosition(1, 13))).isPresent();
        log = log.with(weighing(14, 10), Core.SMALL);
        assertThat(log.since(1, new EventPosition(1, 13)).orElseThrow()).hasSize(1);
        assertThat(log.weight()).isEqualTo(10);
    }

    private static EventLog.Event weighing(long number, long weight) {
        var nothing = Difference.between(Node.Entries.NONE, Node.Entries.NONE);
        return new EventLog.Event(number, Instant.EPOCH, Revision.ZERO, nothing, weight);
    }

    /** The excerpts that are compared lead to what a comparison of everything would have led to. */
    @Test
    void hears_exactly_what_a_comparison_of_the_whole_states_shows() {
        Seeds.check(
                60,
                seed -> {
                    var random = new SplittableRandom(seed);
                    var world = new Core().connected();
                    var masks = masks(random);
                    world.ask(BOB, "some", new Request.GetState(masks, true));
                    world.ask(ALICE, "all", new Request.GetState(List.of(), true));
                    var replica = new Replica(StateTree.of(world.state.complete()));
                    for (int i = 0; i < 60; i++) {
                        var before = StateTree.of(world.state.complete());
                        long last = world.state.events().last();
                        step(world, random);
                        var after = StateTree.of(world.state.complete());
                        for (var answer : told(world, ALICE)) {
                            replica.hear(answer.state(), answer.altered().orElseThrow());
                        }
                        assertThat(replica.tree()).isEqualTo(after);
                        if (world.state.events().last() == last + 1) {
                            var whole = Difference.between(before, after);
                            assertThat(told(world, ALICE))
                                    .singleElement()
                                    .satisfies(answer -> same(answer, whole.seenBy(List.of())));
                            assertThat(told(world, BOB))
                                    .hasSize(whole.seenBy(masks).isPresent() ? 1 : 0)
                                    .allSatisfy(answer -> same(answer, whole.seenBy(masks)));
                        }
                    }
                });
    }

    private static void same(StateAnswer answer, Optional<Altered> expected) {
        assertThat(answer.altered()).isEqualTo(expected.map(Altered::fields));
        assertThat(answer.state()).isEqualTo(expected.orElseThrow().state());
    }

    private static List<StateAnswer> told(Core world, Requester requester) {
        return world.answers(requester).stream()
                .filter(StateAnswer.class::isInstance)
                .map(StateAnswer.class::cast)
                .filter(answer -> answer.altered().isPresent())
                .toList();
    }

    private static List<FieldMask> masks(SplittableRandom random) {
        var words = List.of("*", "workloads", "bow", "web", "configs", "net", "tags", "status");
        var tops = List.of("desiredState", "workloadStates", "agents", "effectiveState");
        var masks = new ArrayList<FieldMask>();
        for (int i = 0; i <= random.nextInt(2); i++) {
            var segments = new ArrayList<String>();
            segments.add(tops.get(random.nextInt(4)));
            for (int k = random.nextInt(4); k > 0; k--) {
                segments.add(words.get(random.nextInt(words.size())));
            }
            masks.add(new FieldMask(segments));
        }
        return masks;
    }

    private static void step(Core world, SplittableRandom random) {
        var agent = random.nextBoolean() ? BOW : Core.STERN;
        var name = List.of("web", "db", "log").get(random.nextInt(3));
        switch (random.nextInt(8)) {
            case 0, 1 -> world.update(set(name, on(agent, "config " + random.nextInt(3))));
            case 2 -> world.update(delete(name));
            case 3 ->
                    world.update(
                            config(
                                    random.nextBoolean() ? "net" : "dns",
                                    String.valueOf(random.nextInt(2))));
            case 4 -> {
                var gone = random.nextBoolean() ? "net" : "dns";
                world.update(
                        Core.change(State.EMPTY, FieldMask.of("desiredState", "configs", gone)));
            }
            case 5 -> world.announce(agent, "i", "n");
            case 6 ->
                    world.on(
                            new ServerEvent.Loaded(
                                    agent,
                                    Load.of(new AgentAttributes.Status(random.nextInt(3), 5))));
            default -> world.will(agent, "i", "n");
        }
    }

    private void resume(String id, EventPosition from, FieldMask... masks) {
        core.ask(BOB, id, new Request.GetState(List.of(masks), true, Optional.of(from)));
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
