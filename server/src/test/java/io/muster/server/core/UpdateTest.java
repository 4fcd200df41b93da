package io.muster.server.core;

import static io.muster.server.core.Core.ALICE;
import static io.muster.server.core.Core.BOB;
import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.STERN;
import static io.muster.server.core.Core.config;
import static io.muster.server.core.Core.delete;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.state.State;
import io.muster.api.state.Workload;
import io.muster.api.store.Answer;
import io.muster.api.store.Head;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class UpdateTest {
    private final Core core = new Core().connected();

    @Test
    void is_told_to_nobody_before_it_is_stored() {
        core.ask(ALICE, "r1", set("web", on(BOW, "a")));
        assertThat(core.effects(Effect.Persist.class)).hasSize(1);
        assertThat(core.effects).hasSize(1);
        assertThat(core.state.complete().desiredState()).isEqualTo(State.EMPTY);
        assertThat(core.board()).isEmpty();
    }

    @Test
    void is_answered_and_sent_to_its_agent_once_it_is_stored() {
        core.update(set("web", on(BOW, "a")));
        var instance = Core.instance("web", "a", BOW);
        assertThat(core.answer(ALICE))
                .isEqualTo(
                        new Response.Updated(
                                List.of(instance),
                                List.of(),
                                new Revision(1),
                                List.of(new Response.Touched(instance, new Revision(1), false))));
        assertThat(core.desired(BOW))
                .singleElement()
                .satisfies(desired -> {
                    assertThat(desired.version()).isEqualTo(core.version(1, 1));
                    assertThat(desired.takeOver()).isFalse();
                    assertThat(desired.workloads()).containsExactly(core.placed("web").assigned());
                });
        assertThat(core.board())
                .containsExactly("web@bow Pending(Initial): " + ServerSays.absence("bow"));
    }

    @Test
    void goes_to_the_agents_concerned_only() {
        core.update(set(Map.of("a", on(BOW, "x"), "b", on(STERN, "x"))));
        core.update(set("a", on(BOW, "y")));
        assertThat(core.desired(BOW)).hasSize(1);
        assertThat(core.desired(STERN)).isEmpty();
    }

    @Test
    void of_many_at_once_goes_into_one_commit() {
        core.ask(ALICE, "r1", set("a", on(BOW, "x")));
        core.ask(ALICE, "r2", set("b", on(BOW, "x")));
        core.ask(BOB, "r1", set("c", on(BOW, "x")));
        assertThat(core.effects).isEmpty(); // the store is at work
        core.on(new ServerEvent.Persisted());
        assertThat(core.answers(ALICE)).hasSize(1);
        var commit = core.given().orElseThrow();
        assertThat(commit.revision()).isEqualTo(new Revision(3));
        assertThat(commit.workloads())
                .containsOnlyKeys(new WorkloadName("b"), new WorkloadName("c"));
        assertThat(commit.answers())
                .extracting(answer -> answer.requester() + " " + answer.response().id())
                .containsExactly("client/alice r2", "client/bob r1");
        core.on(new ServerEvent.Persisted());
        assertThat(core.effects(Effect.Reply.class)).hasSize(2);
        assertThat(core.desired(BOW)).hasSize(1); // one message for both
    }

    @Test
    void in_one_commit_the_last_word_counts() {
        core.ask(ALICE, "r1", set("x", on(BOW, "0")));
        core.ask(ALICE, "r2", set("a", on(BOW, "1")));
        core.ask(ALICE, "r3", set("b", on(BOW, "1")));
        core.ask(ALICE, "r4", delete("a"));
        core.ask(ALICE, "r5", set("b", on(BOW, "2")));
        core.ask(ALICE, "r6", config("c", "1"));
        core.ask(
                ALICE,
                "r7",
                Core.change(State.EMPTY, FieldMask.of("desiredState", "configs", "c")));
        core.on(new ServerEvent.Persisted());
        var commit = core.given().orElseThrow();
        assertThat(commit.workloads())
                .isEqualTo(
                        Map.of(
                                new WorkloadName("b"),
                                new Head.Stored(on(BOW, "2"), new Revision(5))));
        assertThat(commit.deletedWorkloads()).containsExactly(new WorkloadName("a"));
        assertThat(commit.configs()).isEmpty();
        assertThat(commit.deletedConfigs()).containsExactly("c");
    }

    @Test
    void is_planned_on_those_before_it_although_they_are_not_stored_yet() {
        core.ask(ALICE, "r1", set("a", on(BOW, "x", "b")));
        core.ask(BOB, "r1", set("b", on(BOW, "x", "a")));
        assertThat(core.answer(BOB))
                .isInstanceOfSatisfying(
                        Response.Refused.class,
                        refused -> {
                            assertThat(refused.reason()).isEqualTo(Response.Reason.REFUSED);
                            assertThat(refused.message())
                                    .contains("is part of a cycle: b -> a -> b");
                        });
    }

    @Test
    void that_cannot_be_stored_takes_with_it_what_was_planned_on_it_and_leaves_no_trace() {
        var before = core.state.complete();
        core.ask(ALICE, "r1", set("a", on(BOW, "x")));
        core.ask(BOB, "r2", set("b", on(BOW, "x")));
        core.on(new ServerEvent.NotPersisted("the disk is full"));
        assertThat(core.answer(ALICE)).isEqualTo(core.answer(BOB));
        assertThat(core.answer(ALICE))
                .isInstanceOfSatisfying(
                        Response.Refused.class,
                        refused ->
                                assertThat(refused.message())
                                        .isEqualTo(
                                                "not stored, so nothing was changed: the disk is"
                                                        + " full"));
        assertThat(core.notes(Note.StoreFailed.class))
                .containsExactly(new Note.StoreFailed(2, "the disk is full"));
        assertThat(core.desired(BOW)).isEmpty();
        assertThat(core.state.complete()).isEqualTo(before);
        assertThat(core.state.pending()).isZero();
        core.update(set("c", on(BOW, "x"))); // and the next one works again
        assertThat(core.state.version()).isEqualTo(core.version(1, 1));
    }

    @Test
    void is_executed_once_however_often_it_is_asked_for() {
        core.ask(ALICE, "r1", set("a", on(BOW, "x")));
        core.ask(ALICE, "r1", set("a", on(BOW, "x")));
        assertThat(core.effects).isEmpty(); // its answer is on the way
        core.on(new ServerEvent.Persisted());
        var answer = core.answer(ALICE);
        core.update(delete("a"));
        core.ask(ALICE, "r1", set("a", on(BOW, "x")));
        assertThat(core.answer(ALICE)).isEqualTo(answer);
        assertThat(core.state.complete().desiredState().workloads()).isEmpty();
    }

    @Test
    void under_the_same_id_of_another_requester_is_another_one() {
        core.ask(ALICE, "r1", set("a", on(BOW, "x"))).store();
        core.ask(BOB, "r1", set("b", on(BOW, "x"))).store();
        assertThat(core.state.complete().desiredState().workloads()).hasSize(2);
    }

    @Test
    void that_was_answered_before_a_restart_is_not_executed_again() {
        var response =
                new Response(
                        "r1",
                        new Response.Updated(List.of(), List.of(), new Revision(1), List.of()));
        var head =
                new Head(
                        Core.LINEAGE,
                        2,
                        new Revision(1),
                        false,
                        Optional.empty(),
                        Map.of(),
                        Map.of(),
                        List.of(new Answer(ALICE, response)));
        var restarted = new Core(head, ServerSettings.DEFAULTS).connected();
        restarted.ask(ALICE, "r1", set("a", on(BOW, "x")));
        assertThat(restarted.answer(ALICE)).isEqualTo(response.body());
        assertThat(restarted.given()).isEmpty();
    }

    @Test
    void that_was_refused_stays_refused() {
        core.ask(ALICE, "r1", set("a", on(BOW, "x", "a")));
        var refusal = core.answer(ALICE);
        core.ask(ALICE, "r1", set("a", on(BOW, "x")));
        assertThat(core.answer(ALICE)).isEqualTo(refusal);
    }

    @Test
    void that_changes_nothing_is_answered_without_the_store() {
        core.update(set("a", on(BOW, "x")));
        core.ask(ALICE, "again", set("a", on(BOW, "x")));
        assertThat(core.given()).isEmpty();
        assertThat(core.desired(BOW)).isEmpty();
        assertThat(core.answer(ALICE))
                .isEqualTo(new Response.Updated(List.of(), List.of(), new Revision(1), List.of()));
    }

    @Test
    void that_changes_nothing_waits_for_what_it_was_compared_with() {
        core.ask(ALICE, "r1", set("a", on(BOW, "x")));
        core.ask(BOB, "r1", set("a", on(BOW, "x")));
        assertThat(core.effects).isEmpty();
        core.on(new ServerEvent.NotPersisted("broken"));
        assertThat(core.answer(BOB)).isInstanceOf(Response.Refused.class);
    }

    @Test
    void that_changes_nothing_is_not_executed_again_later() {
        core.ask(ALICE, "r1", delete("a"));
        core.update(set("a", on(BOW, "x")));
        core.ask(ALICE, "r1", delete("a"));
        assertThat(core.state.complete().desiredState().workloads()).hasSize(1);
    }

    @Test
    void beyond_the_bound_is_answered_with_busy_and_may_come_again() {
        var small = new Core(Core.head(1, 0, Map.of()), Core.SMALL).connected();
        for (int i = 1; i <= 3; i++) {
            small.ask(ALICE, "r" + i, set("a", on(BOW, "x" + i)));
        }
        small.ask(BOB, "r", set("b", on(BOW, "x")));
        assertThat(small.answer(BOB))
                .isInstanceOfSatisfying(
                        Response.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Response.Reason.BUSY));
        small.on(new ServerEvent.Persisted());
        small.on(new ServerEvent.Persisted());
        small.ask(BOB, "r", set("b", on(BOW, "x"))).store();
        assertThat(small.answer(BOB)).isInstanceOf(Response.Updated.class);
    }

    @Test
    void forgets_the_oldest_answers_beyond_the_bound() {
        var small = new Core(Core.head(1, 0, Map.of()), Core.SMALL).connected();
        for (int i = 1; i <= 3; i++) {
            small.ask(ALICE, "r" + i, set("a", on(BOW, "x" + i))).store();
        }
        small.ask(ALICE, "r2", set("a", on(BOW, "z")));
        assertThat(small.answer(ALICE)).isInstanceOf(Response.Updated.class);
        small.ask(ALICE, "r1", set("a", on(BOW, "z")));
        assertThat(small.given()).isPresent();
    }

    @Test
    void puts_no_more_into_a_commit_than_the_bound() {
        var small = new Core(Core.head(1, 0, Map.of()), Core.SMALL).connected();
        small.ask(ALICE, "r1", set("a", on(BOW, "1")));
        small.ask(ALICE, "r2", set("a", on(BOW, "2")));
        small.ask(ALICE, "r3", set("a", on(BOW, "3")));
        small.on(new ServerEvent.Persisted());
        assertThat(small.given().orElseThrow().revision()).isEqualTo(new Revision(3));
        small.ask(ALICE, "r4", set("a", on(BOW, "4")));
        small.ask(ALICE, "r5", set("a", on(BOW, "5"))); // busy: three wait
        small.on(new ServerEvent.Persisted());
        assertThat(small.given().orElseThrow().revision()).isEqualTo(new Revision(4));
    }

    @Test
    void tells_what_ends_and_what_begins() {
        core.update(
                set(Map.of("moved", on(BOW, "a"), "edited", on(BOW, "a"), "gone", on(BOW, "a"))));
        var tagged = on(BOW, "a").withTags(new TreeMap<>(Map.of("k", "v")));
        core.update(set("tagged", on(BOW, "a")));
        core.update(
                Core.change(
                        State.of(
                                Map.of(
                                        new WorkloadName("moved"), on(STERN, "a"),
                                        new WorkloadName("edited"),
                                                Workload.of("bow", "podman", "a"),
                                        new WorkloadName("tagged"), tagged),
                                Map.of())));
        var updated = (Response.Updated) core.answer(ALICE);
        assertThat(updated.touched())
                .containsExactly(
                        touched("edited", BOW, 3, false),
                        touched("gone", BOW, 1, true),
                        touched("moved", BOW, 1, true),
                        touched("moved", STERN, 3, false),
                        touched("tagged", BOW, 2, false));
        assertThat(updated.added())
                .containsExactly(
                        Core.instance("edited", "a", BOW),
                        Core.instance("moved", "a", STERN),
                        Core.instance("tagged", "a", BOW));
        assertThat(updated.deleted())
                .containsExactly(
                        Core.instance("edited", "a", BOW), // another one of the same name follows
                        Core.instance("gone", "a", BOW),
                        Core.instance("moved", "a", BOW));
        assertThat(core.desired(BOW)).hasSize(1);
        assertThat(core.desired(STERN)).hasSize(1);
    }

    @Test
    void of_the_last_workload_leaves_the_agent_an_empty_desired_state() {
        core.update(set("a", on(BOW, "x")));
        core.update(delete("a"));
        assertThat(core.desired(BOW))
                .singleElement()
                .satisfies(desired -> assertThat(desired.workloads()).isEmpty());
    }

    @Test
    void of_a_state_as_it_was_read_changes_nothing() {
        core.announce(BOW, "i", "n");
        core.update(set("a", on(BOW, "x")));
        core.ask(BOB, "get", new Request.GetState(List.of(), false));
        var read = ((Response.StateAnswer) core.answer(BOB)).state();
        core.ask(BOB, "set", new Request.UpdateState(read, List.of()));
        assertThat(core.answer(BOB))
                .isInstanceOfSatisfying(
                        Response.Updated.class, updated -> assertThat(updated.touched()).isEmpty());
    }

    @Test
    void that_makes_no_sense_is_refused_with_the_reason() {
        core.ask(ALICE, "r1", new Request.Malformed("no content"));
        assertThat(core.answer(ALICE))
                .isInstanceOfSatisfying(
                        Response.Refused.class,
                        refused -> assertThat(refused.message()).isEqualTo("no content"));
    }

    private static Response.Touched touched(
            String name, AgentName agent, long changedAt, boolean deleted) {
        return new Response.Touched(
                Core.instance(name, "a", agent), new Revision(changedAt), deleted);
    }
}
