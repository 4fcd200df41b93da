package io.muster.server.core;

import static io.muster.server.core.Core.ALICE;
import static io.muster.server.core.Core.BOB;
import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.STERN;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.presence;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.name.Revision;
import io.muster.api.request.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class JumpTest {
    private final Core core = new Core().connected();

    @Test
    void goes_above_what_an_agent_has_seen_and_tells_everybody_again() {
        core.update(set("web", on(STERN, "a")));
        core.announce(BOW, presence("i", "n", Optional.of(core.version(5, 40)), 0));
        assertThat(core.effects(Effect.Raise.class))
                .containsExactly(new Effect.Raise(6, new Revision(40)));
        core.on(new ServerEvent.Raised());
        assertThat(core.state.version()).isEqualTo(core.version(6, 40));
        assertThat(core.effects(Effect.AnnounceEpoch.class))
                .containsExactly(new Effect.AnnounceEpoch(6));
        assertThat(core.desired(BOW).getFirst().version()).isEqualTo(core.version(6, 40));
        assertThat(core.desired(STERN).getFirst().version()).isEqualTo(core.version(6, 40));
        assertThat(core.notes(Note.Jumped.class)).hasSize(1);
        core.update(set("db", on(STERN, "a")));
        assertThat(core.placed("db").changedAt()).isEqualTo(new Revision(41));
    }

    @Test
    void goes_above_a_higher_revision_of_the_same_epoch_too() {
        core.announce(BOW, presence("i", "n", Optional.of(core.version(1, 3)), 0));
        assertThat(core.effects(Effect.Raise.class))
                .containsExactly(new Effect.Raise(2, new Revision(3)));
    }

    @Test
    void never_lowers_a_revision() {
        for (int i = 0; i < 3; i++) {
            core.update(set("web", on(STERN, "a" + i)));
        }
        core.announce(BOW, presence("i", "n", Optional.of(core.version(9, 1)), 0));
        assertThat(core.effects(Effect.Raise.class))
                .containsExactly(new Effect.Raise(10, new Revision(3)));
    }

    @Test
    void is_not_made_for_what_is_older_or_the_same() {
        core.update(set("web", on(STERN, "a")));
        core.announce(BOW, presence("i", "n", Optional.of(core.version(1, 1)), 0));
        core.announce(STERN, presence("i", "n", Optional.of(core.version(0, 99)), 0));
        assertThat(core.effects(Effect.Raise.class)).isEmpty();
    }

    @Test
    void goes_above_the_epoch_of_facts_too() {
        core.announce(BOW, presence("i", "n", Optional.empty(), 7, 3, 0));
        assertThat(core.effects(Effect.Raise.class))
                .containsExactly(new Effect.Raise(8, Revision.ZERO));
    }

    @Test
    void waits_for_updates_that_are_on_their_way_and_lets_later_ones_wait_for_it() {
        core.ask(ALICE, "r1", set("a", on(STERN, "x")));
        core.ask(ALICE, "r2", set("b", on(STERN, "x")));
        core.announce(BOW, presence("i", "n", Optional.of(core.version(5, 40)), 0));
        core.ask(BOB, "r1", set("c", on(STERN, "x")));
        core.ask(BOB, "r1", set("c", on(STERN, "x"))); // asked twice is held once
        assertThat(core.effects).isEmpty();
        core.on(new ServerEvent.Persisted());
        assertThat(core.effects(Effect.Raise.class)).isEmpty();
        core.on(new ServerEvent.Persisted());
        assertThat(core.effects(Effect.Raise.class))
                .containsExactly(new Effect.Raise(6, new Revision(40)));
        core.on(new ServerEvent.Raised()).store();
        assertThat(core.answers(BOB)).hasSize(1);
        assertThat(core.placed("b").changedAt()).isEqualTo(new Revision(2));
        assertThat(core.placed("c").changedAt()).isEqualTo(new Revision(41));
    }

    @Test
    void drops_held_requests_whose_time_is_over() {
        core.announce(BOW, presence("i", "n", Optional.of(core.version(5, 40)), 0));
        core.ask(BOB, "r1", set("c", on(STERN, "x")));
        core.pass(Core.TTL.plus(Duration.ofSeconds(1)));
        core.on(new ServerEvent.Raised());
        assertThat(core.answers(BOB)).isEmpty();
        assertThat(core.given()).isEmpty();
    }

    @Test
    void that_fails_lets_things_go_on_and_is_tried_again_with_the_next_announcement() {
        core.announce(BOW, presence("i", "n", Optional.of(core.version(5, 40)), 0));
        core.ask(BOB, "r1", set("c", on(STERN, "x")));
        core.on(new ServerEvent.NotRaised("the disk is full"));
        assertThat(core.notes(Note.JumpFailed.class)).hasSize(1);
        core.store();
        assertThat(core.answer(BOB)).isInstanceOf(Response.Updated.class);
        core.announce(BOW, presence("i", "n", Optional.of(core.version(5, 40)), 0));
        assertThat(core.effects(Effect.Raise.class)).hasSize(1);
    }

    @Test
    void is_made_once_for_many_agents_and_goes_above_the_highest() {
        core.ask(ALICE, "r1", set("a", on(STERN, "x")));
        core.announce(BOW, presence("i", "n", Optional.of(core.version(5, 40)), 0));
        core.announce(STERN, presence("i", "n", Optional.of(core.version(7, 10)), 0));
        core.on(new ServerEvent.Persisted());
        assertThat(core.effects(Effect.Raise.class))
                .containsExactly(new Effect.Raise(8, new Revision(40)));
    }

    @Test
    void is_not_made_for_nonsense() {
        core.announce(BOW, presence("i", "n", Optional.of(core.version(Long.MAX_VALUE, 1)), 0));
        core.announce(BOW, presence("i", "n", Optional.of(core.version(9, Long.MAX_VALUE)), 0));
        assertThat(core.effects(Effect.Raise.class)).isEmpty();
        assertThat(core.notes(Note.Ignored.class)).hasSize(1);
        assertThat(core.state.epoch()).isEqualTo(1);
    }

    @Test
    void is_made_for_what_a_report_observed_too() {
        core.announce(BOW, "i", "n");
        core.report(BOW, Core.report("i", "n", 1, core.version(3, 3), List.of()));
        assertThat(core.effects(Effect.Raise.class))
                .containsExactly(new Effect.Raise(4, new Revision(3)));
    }
}
