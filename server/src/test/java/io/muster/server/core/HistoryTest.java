package io.muster.server.core;

import static io.muster.server.core.Core.ALICE;
import static io.muster.server.core.Core.BOB;
import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.config;
import static io.muster.server.core.Core.delete;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.HistoryEntry;
import io.muster.api.request.HistoryEntry.Counts;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.state.State;
import io.muster.api.store.Head;
import io.muster.api.store.PastUpdate;
import io.muster.api.tree.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the desired state was, and updates that must not come too late. */
final class HistoryTest {
    private final Core core = new Core().connected();
    private int asked;

    @Nested
    final class An_update_that_names_a_revision {
        @Test
        void is_taken_if_the_desired_state_is_at_it() {
            core.update(set("web", on(BOW, "a")).ifAt(Revision.ZERO));
            core.update(set("web", on(BOW, "b")).ifAt(new Revision(1)));
            assertThat(core.answer(ALICE)).isInstanceOf(Response.Updated.class);
        }

        @Test
        void is_refused_if_somebody_changed_it_meanwhile() {
            core.ask(BOB, "r1", set("web", on(BOW, "a"))).store();
            core.update(set("web", on(BOW, "b")).ifAt(Revision.ZERO));
            assertThat(core.answer(ALICE))
                    .isEqualTo(
                            new Response.Refused(
                                            Response.Reason.STALE,
                                            "update refused: the update is based on revision 0, and"
                                                + " the desired state is at 1 now (last changed by"
                                                + " client/bob at 2026-01-01T12:00:00Z); look at it"
                                                + " again, then ask again",
                                            List.of())
                                    .at(new Revision(1)));
            assertThat(core.given()).isEmpty();
            assertThat(core.placed("web").written()).isEqualTo(on(BOW, "a"));
        }

        @Test
        void is_refused_if_it_is_ahead() {
            core.update(set("web", on(BOW, "b")).ifAt(new Revision(3)));
            assertThat(core.answer(ALICE)).isInstanceOf(Response.Refused.class);
        }

        @Test
        void loses_against_one_that_is_on_its_way_to_the_store() {
            core.ask(BOB, "r1", set("web", on(BOW, "a")));
            core.ask(ALICE, "r1", set("web", on(BOW, "b")).ifAt(Revision.ZERO));
            assertThat(core.answer(ALICE))
                    .isInstanceOfSatisfying(
                            Response.Refused.class,
                            refused -> {
                                assertThat(refused.reason()).isEqualTo(Response.Reason.STALE);
                                assertThat(refused.message()).contains("client/bob");
                            });
        }

        @Test
        void is_answered_as_before_when_it_comes_again() {
            core.ask(ALICE, "r1", set("web", on(BOW, "a")).ifAt(Revision.ZERO)).store();
            var answer = core.answer(ALICE);
            core.ask(ALICE, "r1", set("web", on(BOW, "a")).ifAt(Revision.ZERO)).store();
            assertThat(core.answer(ALICE)).isEqualTo(answer);
        }

        @Test
        void waits_for_a_jump_and_is_stale_then() {
            core.announce(BOW, Core.presence("i", "n", Optional.of(core.version(9, 30)), 0));
            core.ask(ALICE, "r1", set("web", on(BOW, "a")).ifAt(Revision.ZERO));
            core.on(new ServerEvent.Raised());
            assertThat(core.answers(ALICE))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Response.Refused.class,
                            refused -> assertThat(refused.revision()).hasValue(new Revision(30)));
        }
    }

    @Test
    void is_empty_before_the_first_update() {
        assertThat(history()).isEqualTo(new Response.History(List.of(), Revision.ZERO));
        assertThat(refusal(0)).contains("nothing was changed yet");
    }

    @Test
    void tells_who_changed_how_much_and_when() {
        core.update(set(Map.of("web", on(BOW, "a"), "db", on(BOW, "a"))));
        core.wall = core.wall.plus(Duration.ofMinutes(5));
        core.ask(BOB, "r", set("web", on(BOW, "b"))).store();
        core.update(config("net", "x"));
        core.update(delete("db"));
        var later = Optional.of(core.wall);
        assertThat(history().entries())
                .containsExactly(
                        new HistoryEntry(
                                new Revision(1),
                                Optional.of(core.wall.minus(Duration.ofMinutes(5))),
                                Optional.of(ALICE),
                                new Counts(2, 0, 0, 0)),
                        new HistoryEntry(
                                new Revision(2), later, Optional.of(BOB), new Counts(0, 1, 0, 0)),
                        new HistoryEntry(
                                new Revision(3), later, Optional.of(ALICE), new Counts(0, 0, 0, 1)),
                        new HistoryEntry(
                                new Revision(4),
                                later,
                                Optional.of(ALICE),
                                new Counts(0, 0, 1, 0)));
    }

    @Test
    void gives_each_state_back_as_it_was() {
        core.update(set("web", on(BOW, "a")));
        var first = core.state.complete().desiredState();
        core.update(set("db", on(BOW, "b")));
        core.update(delete("web"));
        assertThat(state(1)).isEqualTo(written(first));
        assertThat(state(3)).isEqualTo(written(core.state.complete().desiredState()));
        assertThat(refusal(4)).contains("name one from 1 to 3");
    }

    @Test
    void does_not_tell_what_is_not_stored() {
        core.ask(ALICE, "r", set("web", on(BOW, "a")));
        assertThat(history().entries()).isEmpty();
    }

    @Test
    void does_not_count_what_changes_nothing() {
        core.update(set("web", on(BOW, "a")));
        core.update(set("web", on(BOW, "a")));
        assertThat(history().entries()).hasSize(1);
    }

    @Test
    void forgets_the_oldest_by_number() {
        var small = new Core(Core.head(1, 0, Map.of()), ServerSettings.DEFAULTS.withMaxHistory(3));
        for (int i = 1; i <= 5; i++) {
            small.ask(ALICE, "r" + i, set("web", on(BOW, "" + i)));
            var commit = small.given().orElseThrow();
            assertThat(commit.past()).hasSize(1);
            assertThat(commit.pastFrom()).isEqualTo(new Revision(Math.max(1, i - 2)));
            small.store();
        }
        assertThat(small.state.ledger().history().all())
                .extracting(past -> past.entry().revision().value())
                .containsExactly(3L, 4L, 5L);
    }

    @Test
    void forgets_the_oldest_by_size_but_never_the_present() {
        var small = new Core(Core.head(1, 0, Map.of()), Core.SMALL); // a million characters
        var big = "x".repeat(900_000);
        small.update(set("web", on(BOW, big + 1)));
        small.update(set("web", on(BOW, big + 2)));
        small.update(set("web", on(BOW, big + 3)));
        assertThat(small.state.ledger().history().all()).hasSize(1);
        assertThat(small.state.ledger().history().weight()).isLessThan(1_000_000);
    }

    @Test
    void knows_after_a_restart_what_it_knew_before() {
        var commits = new ArrayList<io.muster.api.store.Commit>();
        var past = new ArrayList<PastUpdate>();
        for (var update :
                List.of(
                        set("web", on(BOW, "a")),
                        config("net", "x"),
                        set(Map.of("web", on(BOW, "b"), "db", on(BOW, "c"))),
                        config("net", "y"),
                        delete("web"))) {
            core.ask(ALICE, "r" + past.size(), update);
            commits.add(core.given().orElseThrow());
            past.addAll(commits.getLast().past());
            core.store();
        }
        var before = core.state.ledger().history();
        var stored = new TreeMap<WorkloadName, Head.Stored>();
        core.state
                .ledger()
                .committed()
                .workloads()
                .forEach((name, placed) ->
                        stored.put(name, new Head.Stored(placed.written(), placed.changedAt())));
        var restarted =
                new Core(
                        new Head(
                                Core.LINEAGE,
                                2,
                                new Revision(5),
                                false,
                                Optional.empty(),
                                stored,
                                core.state.complete().desiredState().configs(),
                                List.of(),
                                past),
                        ServerSettings.DEFAULTS);
        assertThat(restarted.state.ledger().history()).isEqualTo(before);
    }

    @Test
    void gives_the_present_state_for_a_revision_that_was_jumped_over() {
        core.update(set("web", on(BOW, "a")));
        core.announce(
                new AgentName("stern"),
                Core.presence("i", "n", Optional.of(core.version(9, 30)), 0));
        core.on(new ServerEvent.Raised());
        assertThat(state(30)).isEqualTo(state(1));
        assertThat(state(12)).isEqualTo(state(1));
        core.update(set("web", on(BOW, "b")));
        assertThat(history().entries())
                .extracting(entry -> entry.revision().value())
                .containsExactly(1L, 31L);
    }

    private Response.History history() {
        core.ask(ALICE, "history" + ++asked, new Request.GetHistory());
        return (Response.History) core.answer(ALICE);
    }

    private Node state(long revision) {
        core.ask(ALICE, "history" + ++asked, new Request.GetHistoryState(new Revision(revision)));
        return ((Response.HistoryState) core.answer(ALICE)).state();
    }

    private String refusal(long revision) {
        core.ask(ALICE, "history" + ++asked, new Request.GetHistoryState(new Revision(revision)));
        return ((Response.Refused) core.answer(ALICE)).message();
    }

    private static Node written(State state) {
        return Core.change(state).newState();
    }
}
