package io.muster.server.core;

import static io.muster.server.core.Core.ALICE;
import static io.muster.server.core.Core.BOB;
import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.request.Response;
import io.muster.api.state.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Updates that mutating hooks look at. */
final class MutationTest {
    private static final WorkloadName WEB = new WorkloadName("web");
    private static final WorkloadName EXTRA = new WorkloadName("extra");

    private final Core core =
            new Core(Core.head(1, 0, Map.of()), ServerSettings.DEFAULTS.withHooks(true))
                    .connected();

    @Test
    void go_to_the_hooks_before_the_store() {
        core.ask(ALICE, "r1", set("web", on(BOW, "a")));
        assertThat(core.effects).hasSize(1);
        assertThat(order().wanted().workloads()).isEqualTo(Map.of(WEB, on(BOW, "a")));
        assertThat(order().dryRun()).isFalse();
        done(order().wanted());
        assertThat(core.given()).isPresent();
        core.store();
        assertThat(core.answer(ALICE)).isInstanceOf(Response.Updated.class);
    }

    @Test
    void are_stored_as_the_hooks_made_them() {
        core.ask(ALICE, "r1", set("web", on(BOW, "a")));
        done(order().wanted().with(EXTRA, on(BOW, "x")).without(WEB));
        core.store();
        assertThat(core.state.complete().desiredState().workloads())
                .isEqualTo(Map.of(EXTRA, on(BOW, "x")));
    }

    @Test
    void are_refused_if_a_hook_refuses() {
        core.ask(ALICE, "r1", set("web", on(BOW, "a")));
        core.on(mutated(order().number(), Outcome.refused("mutating hook \"x\"", "no", "ask me")));
        assertThat(core.answer(ALICE))
                .isInstanceOfSatisfying(
                        Response.Refused.class,
                        refused ->
                                assertThat(refused.message())
                                        .isEqualTo(
                                                "update refused: mutating hook \"x\": no; ask me"));
        assertThat(core.given()).isEmpty();
        core.ask(ALICE, "r2", set("web", on(BOW, "a")));
        assertThat(core.effects(Effect.Mutate.class)).hasSize(1);
    }

    @Test
    void are_checked_after_the_hooks_as_before() {
        core.ask(ALICE, "r1", set("web", on(BOW, "a")));
        done(order().wanted().with(EXTRA, on(BOW, "x", "extra")));
        assertThat(core.answer(ALICE))
                .isInstanceOfSatisfying(
                        Response.Refused.class,
                        refused ->
                                assertThat(refused.message())
                                        .contains("cycle")
                                        .contains("(as mutating hooks \"x\", \"y\" wrote it): ")
                                        .contains("repair the hook"));
    }

    @Test
    void wait_for_those_before_them_and_are_planned_on_what_these_left() {
        core.ask(ALICE, "r1", set("web", on(BOW, "a")));
        var first = order();
        core.ask(BOB, "r1", set("db", on(BOW, "b")));
        core.ask(BOB, "r1", set("db", on(BOW, "b"))); // again, since no answer came
        assertThat(core.effects).isEmpty();
        core.on(mutated(first.number(), Outcome.accepted(first.wanted())));
        assertThat(order().wanted().workloads()).hasSize(2); // the store is at work meanwhile
        done(order().wanted());
        core.on(new ServerEvent.Persisted());
        core.store();
        assertThat(core.state.complete().desiredState().workloads()).hasSize(2);
    }

    @Test
    void are_dropped_when_nobody_waits_for_them_any_more() {
        core.ask(ALICE, "r1", set("web", on(BOW, "a")));
        var first = order();
        core.ask(BOB, "r1", set("db", on(BOW, "b")));
        core.now += Core.TTL.plus(Duration.ofSeconds(1)).toNanos();
        core.on(mutated(first.number(), Outcome.accepted(first.wanted())));
        assertThat(core.effects(Effect.Mutate.class)).isEmpty();
        assertThat(core.state.ledger().held()).isEmpty();
    }

    @Test
    void are_looked_at_again_when_the_store_loses_what_they_were_planned_on() {
        core.ask(ALICE, "r1", set("web", on(BOW, "a")));
        var first = order();
        core.ask(BOB, "r1", set("db", on(BOW, "b")));
        core.on(mutated(first.number(), Outcome.accepted(first.wanted())));
        var second = order();
        core.on(new ServerEvent.NotPersisted("the disk is full"));
        core.on(mutated(second.number(), Outcome.accepted(second.wanted())));
        assertThat(order().wanted().workloads()).containsOnlyKeys(new WorkloadName("db"));
        core.on(mutated(second.number(), Outcome.accepted(second.wanted())));
        assertThat(core.effects).isEmpty(); // a late word about what is gone
    }

    @Test
    void are_looked_at_again_after_a_jump() {
        core.ask(ALICE, "r1", set("web", on(BOW, "a")));
        var first = order();
        core.announce(BOW, Core.presence("i", "n", Optional.of(core.version(9, 30)), 0));
        core.on(mutated(first.number(), Outcome.accepted(first.wanted())));
        assertThat(core.given()).isEmpty();
        core.on(new ServerEvent.Raised());
        done(order().wanted());
        core.store();
        assertThat(core.state.version().revision()).isEqualTo(new Revision(31));
    }

    @Test
    void of_no_effect_are_not_shown_to_the_hooks() {
        core.ask(ALICE, "r1", set("web", on(BOW, "a")));
        done(order().wanted());
        core.store();
        core.ask(ALICE, "r2", set("web", on(BOW, "a")));
        assertThat(core.answer(ALICE)).isInstanceOf(Response.Updated.class);
        assertThat(core.effects(Effect.Mutate.class)).isEmpty();
    }

    @Test
    void that_only_ask_are_told_what_the_hooks_would_make_of_them() {
        core.ask(ALICE, "r1", set("web", on(BOW, "a")).asDryRun());
        assertThat(order().dryRun()).isTrue();
        done(order().wanted().with(EXTRA, on(BOW, "x")));
        assertThat(core.answer(ALICE))
                .isInstanceOfSatisfying(
                        Response.Planned.class,
                        planned -> assertThat(planned.plan().workloads()).hasSize(2));
        assertThat(core.given()).isEmpty();
    }

    @Test
    void from_the_startup_manifest_are_looked_at_too() {
        core.on(new ServerEvent.StartupManifest("abc", State.EMPTY.with(WEB, on(BOW, "a"))));
        done(order().wanted().with(EXTRA, on(BOW, "x")));
        assertThat(core.given().orElseThrow().startup()).isPresent();
        core.store();
        assertThat(core.state.complete().desiredState().workloads()).hasSize(2);
    }

    @Test
    void from_the_startup_manifest_are_refused_aloud() {
        core.on(new ServerEvent.StartupManifest("abc", State.EMPTY.with(WEB, on(BOW, "a"))));
        core.on(mutated(order().number(), Outcome.refused("hook", "no", "")));
        assertThat(core.notes(Note.ManifestRefused.class)).hasSize(1);
    }

    private Effect.Mutate order() {
        return core.effects(Effect.Mutate.class).getLast();
    }

    private static ServerEvent mutated(long number, Outcome<State> result) {
        return new ServerEvent.Mutated(number, new HookVerdict(result, List.of("x", "y")));
    }

    private void done(State state) {
        core.on(mutated(order().number(), Outcome.accepted(state)));
    }
}
