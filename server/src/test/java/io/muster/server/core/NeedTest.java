package io.muster.server.core;

import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.STERN;
import static io.muster.server.core.Core.delete;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.link.Dependents;
import io.muster.api.link.Facts;
import io.muster.api.link.Needed;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.AddCondition;
import io.muster.api.state.Dependency;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.Phase;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadState;
import io.muster.api.store.Head;
import io.muster.api.store.PastUpdate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What agents are told of those that need what they are to stop. */
final class NeedTest {
    private static final WorkloadName DB = new WorkloadName("db");

    private final Core core = new Core().connected();

    private static Workload web(AgentName agent, String config, OnUpdate onUpdate) {
        var dependencies = new TreeMap<WorkloadName, Dependency>();
        dependencies.put(DB, new Dependency(AddCondition.ADD_COND_RUNNING, onUpdate));
        return Workload.of(agent.value(), "native", config).withDependencies(dependencies);
    }

    private void both(Workload web) {
        core.announce(BOW, "i", "n");
        core.announce(STERN, "i", "n");
        core.update(set(Map.of("db", on(BOW, "a"), "web", web)));
        run();
    }

    /** The dependent on the same agent. */
    private void together() {
        core.announce(BOW, "i", "n");
        core.update(set(Map.of("db", on(BOW, "a"), "web", web(BOW, "a", OnUpdate.WAIT))));
        core.report(
                BOW,
                core.all(
                        10,
                        core.wanted("db", Phase.RUNNING_OK),
                        core.wanted("web", Phase.RUNNING_OK)));
    }

    private void run() {
        core.report(BOW, core.all(10, core.wanted("db", Phase.RUNNING_OK)));
        core.report(STERN, core.all(10, core.wanted("web", Phase.RUNNING_OK)));
    }

    private List<Needed> needed() {
        return core.facts(BOW).stream().map(Facts::needed).reduce((_, last) -> last).orElseThrow();
    }

    private static Dependents foreign(String name) {
        return new Dependents(new WorkloadName(name), false, true, new TreeSet<>());
    }

    @Nested
    final class A_deletion {
        @Test
        void waits_for_dependents_on_other_agents_as_facts_tell() {
            both(web(STERN, "a", OnUpdate.IGNORE));
            var running = core.wanted("web", Phase.RUNNING_OK);
            core.update(delete("db"));
            var revision = core.state.version().revision();
            assertThat(core.desired(BOW).getLast().dependents()).containsExactly(foreign("db"));
            assertThat(needed()).containsExactly(new Needed(DB, revision, List.of(running), false));
            core.report(STERN, core.all(11, core.wanted("web", Phase.SUCCEEDED_OK)));
            assertThat(needed()).containsExactly(new Needed(DB, revision, List.of(), false));
        }

        @Test
        void of_both_waits_until_the_dependent_is_gone() {
            both(web(STERN, "a", OnUpdate.WAIT));
            var stopping =
                    new WorkloadState(
                            core.placed("web").instance(),
                            core.placed("web").changedAt(),
                            ExecutionState.of(Phase.STOPPING_REQUESTED_AT_RUNTIME));
            core.update(delete("db", "web"));
            assertThat(core.desired(BOW).getLast().dependents()).containsExactly(foreign("db"));
            assertThat(needed().getFirst().by()).hasSize(1);
            core.report(STERN, core.all(11, stopping));
            assertThat(needed().getFirst().by()).containsExactly(stopping);
            core.report(STERN, core.all(12));
            assertThat(needed().getFirst().by()).isEmpty();
        }

        @Test
        void of_both_names_a_dependent_on_the_same_agent() {
            together();
            core.update(delete("db", "web"));
            assertThat(core.desired(BOW).getLast().dependents())
                    .containsExactly(
                            new Dependents(
                                    DB,
                                    false,
                                    false,
                                    new TreeSet<>(List.of(new WorkloadName("web")))));
        }

        @Test
        void waits_for_a_dependent_that_is_wished_elsewhere_and_still_runs_on_the_same_agent() {
            core.announce(STERN, "i", "n");
            together();
            core.update(set(Map.of("web", web(STERN, "a", OnUpdate.WAIT))));
            core.update(delete("db"));
            assertThat(core.desired(BOW).getLast().dependents())
                    .filteredOn(each -> each.workload().equals(DB))
                    .singleElement()
                    .extracting(Dependents::leaving)
                    .isEqualTo(new TreeSet<>(List.of(new WorkloadName("web"))));
        }

        @Test
        void that_is_taken_back_on_another_agent_is_an_update_for_the_one_that_still_has_it() {
            core.announce(STERN, "i", "n");
            core.announce(BOW, "i", "n");
            core.update(set(Map.of("db", on(BOW, "a"), "web", web(BOW, "a", OnUpdate.IGNORE))));
            core.report(
                    BOW,
                    core.all(
                            10,
                            core.wanted("db", Phase.RUNNING_OK),
                            core.wanted("web", Phase.RUNNING_OK)));
            core.update(delete("db"));
            core.update(set("db", on(STERN, "b")));
            assertThat(core.desired(BOW).getLast().dependents())
                    .filteredOn(each -> each.workload().equals(DB))
                    .singleElement()
                    .extracting(Dependents::elsewhere)
                    .isEqualTo(true);
        }

        @Test
        void goes_on_when_the_dependent_was_deleted_and_comes_back_without_the_dependency() {
            both(web(STERN, "a", OnUpdate.WAIT));
            core.update(delete("db", "web"));
            assertThat(core.desired(BOW).getLast().dependents()).containsExactly(foreign("db"));
            core.update(set("web", on(STERN, "b")));
            assertThat(core.desired(BOW).getLast().dependents()).isEmpty();
        }

        @Test
        void goes_on_when_the_dependency_is_dropped() {
            both(web(STERN, "a", OnUpdate.WAIT));
            core.update(delete("db"));
            core.update(set("web", on(STERN, "a")));
            assertThat(core.desired(BOW).getLast().dependents()).isEmpty();
        }

        @Test
        void does_not_wait_for_agents_that_are_gone() {
            both(web(STERN, "a", OnUpdate.WAIT));
            core.update(delete("db"));
            core.will(STERN, "i", "n");
            assertThat(needed().getFirst().by()).isEmpty();
            core.announce(STERN, "i", "n2"); // its last report holds again
            assertThat(needed().getFirst().by()).hasSize(1);
        }

        @Test
        void that_waits_goes_ahead_when_its_dependent_is_to_be_restarted_after_all() {
            both(web(STERN, "a", OnUpdate.WAIT));
            var before = core.placed("web").changedAt();
            var db = core.placed("db");
            core.update(set("web", web(STERN, "a", OnUpdate.RESTART)));
            core.update(set("web", web(STERN, "a", OnUpdate.WAIT)));
            assertThat(core.placed("web").changedAt()).isEqualTo(before); // nothing waits
            core.update(set("db", on(BOW, "b")));
            var waiting =
                    new WorkloadState(
                            db.instance(),
                            db.changedAt(),
                            ExecutionState.of(Phase.STOPPING_WAITING_TO_STOP));
            core.report(BOW, core.all(11, waiting));

            core.will(BOW, "i", "n");
            core.update(set("web", web(STERN, "a", OnUpdate.RESTART)));
            core.update(set("web", web(STERN, "a", OnUpdate.WAIT)));
            assertThat(core.placed("web").changedAt()).isEqualTo(before); // nobody is waited for
            core.announce(BOW, "i", "n2");
            core.report(BOW, core.all(12, waiting));

            core.update(set("web", web(STERN, "a", OnUpdate.RESTART)));

            assertThat(core.placed("web").changedAt()).isEqualTo(core.state.version().revision());
            assertThat(core.placed("db").changedAt()).isGreaterThan(db.changedAt());
            var once = core.placed("web").changedAt();
            core.update(set("db", on(BOW, "b")));
            assertThat(core.placed("web").changedAt()).isEqualTo(once);
        }

        @Test
        void that_is_taken_back_before_it_began_changes_nothing() {
            both(web(STERN, "a", OnUpdate.RESTART));
            var db = core.placed("db");
            var web = core.placed("web");
            core.update(delete("db"));
            var waiting =
                    new WorkloadState(
                            db.instance(),
                            db.changedAt(),
                            ExecutionState.of(Phase.STOPPING_WAITING_TO_STOP));
            core.report(BOW, core.all(11, waiting));
            core.update(set("db", on(BOW, "a")));
            assertThat(core.placed("db").changedAt()).isEqualTo(db.changedAt());
            assertThat(core.placed("web").changedAt()).isEqualTo(web.changedAt());
        }

        @Test
        void that_is_taken_back_with_something_else_is_an_update() {
            both(web(STERN, "a", OnUpdate.RESTART));
            var db = core.placed("db");
            core.update(delete("db"));
            core.report(
                    BOW,
                    core.all(
                            11,
                            new WorkloadState(
                                    db.instance(),
                                    db.changedAt(),
                                    ExecutionState.of(Phase.STOPPING_WAITING_TO_STOP))));
            core.update(set("db", Workload.of("bow", "podman", "a")));
            var revision = core.state.version().revision();
            assertThat(core.placed("db").changedAt()).isEqualTo(revision);
            assertThat(core.placed("web").changedAt()).isEqualTo(revision);
        }

        @Test
        void of_what_needed_each_other_one_after_the_other_waits_for_one_of_them_only() {
            core.announce(BOW, "i", "n");
            core.update(set(Map.of("db", on(BOW, "a"), "web", on(BOW, "b", "db"))));
            core.report(
                    BOW,
                    core.all(
                            10,
                            core.wanted("db", Phase.RUNNING_OK),
                            core.wanted("web", Phase.RUNNING_OK)));
            core.update(delete("web"));
            core.update(set("db", on(BOW, "a", "web")));
            core.update(delete("db"));
            assertThat(core.desired(BOW).getLast().dependents())
                    .containsExactly(
                            new Dependents(
                                    new WorkloadName("web"),
                                    false,
                                    false,
                                    new TreeSet<>(List.of(DB))));
        }
    }

    @Nested
    final class After_a_start_of_the_server {
        @Test
        void what_was_deleted_is_known_from_the_history_and_waited_for_until_its_agent_speaks() {
            both(web(STERN, "a", OnUpdate.WAIT));
            var db = core.placed("db");
            var web = core.wanted("web", Phase.STOPPING_REQUESTED_AT_RUNTIME);
            var past = new ArrayList<PastUpdate>();
            core.ask(Core.ALICE, "gone", delete("db", "web"));
            core.given().ifPresent(commit -> past.addAll(commit.past()));
            var head =
                    new Head(
                            Core.LINEAGE,
                            2,
                            new Revision(2),
                            false,
                            Optional.empty(),
                            Map.of(),
                            Map.of(),
                            List.of(),
                            past);
            var next = new Core(head, ServerSettings.DEFAULTS).connected();
            next.announce(BOW, "i", "n");
            assertThat(next.desired(BOW).getLast().dependents()).containsExactly(foreign("db"));
            next.report(
                    BOW,
                    next.all(
                            11,
                            new WorkloadState(
                                    db.instance(),
                                    db.changedAt(),
                                    ExecutionState.of(Phase.STOPPING_WAITING_TO_STOP))));
            assertThat(next.facts(BOW).getLast().needed().getFirst().by())
                    .extracting(WorkloadState::phase)
                    .containsExactly(Phase.AGENT_DISCONNECTED);
            next.announce(STERN, "i", "n");
            next.report(STERN, next.all(11, web));
            assertThat(next.facts(BOW).getLast().needed().getFirst().by())
                    .extracting(WorkloadState::phase)
                    .containsExactly(Phase.STOPPING_REQUESTED_AT_RUNTIME);
            next.report(STERN, next.all(12));
            assertThat(next.facts(BOW).getLast().needed().getFirst().by()).isEmpty();
        }

        @Test
        void what_was_moved_is_waited_for_where_it_was() {
            both(web(STERN, "a", OnUpdate.WAIT));
            var next = afterMoving(Map.of("db", on(new AgentName("port"), "a")));
            next.announce(BOW, "i", "n");
            assertThat(next.desired(BOW).getLast().dependents())
                    .containsExactly(new Dependents(DB, true, true, new TreeSet<>()));
        }

        @Test
        void what_was_moved_away_beside_what_it_needs_is_waited_for_there() {
            together();
            var next =
                    afterMoving(
                            Map.of(
                                    "db",
                                    on(new AgentName("port"), "a"),
                                    "web",
                                    web(STERN, "a", OnUpdate.WAIT)));
            next.announce(BOW, "i", "n");
            assertThat(next.desired(BOW).getLast().dependents())
                    .containsExactly(
                            new Dependents(
                                    DB,
                                    true,
                                    true,
                                    new TreeSet<>(List.of(new WorkloadName("web")))));
        }

        @Test
        void what_was_moved_away_from_elsewhere_is_waited_for_until_its_agent_speaks() {
            both(web(STERN, "a", OnUpdate.WAIT));
            var old = core.placed("db");
            var next = afterMoving(Map.of("db", on(BOW, "b"), "web", web(BOW, "a", OnUpdate.WAIT)));
            next.announce(BOW, "i", "n");
            next.report(
                    BOW,
                    next.all(
                            11,
                            new WorkloadState(
                                    old.instance(),
                                    old.changedAt(),
                                    ExecutionState.of(Phase.STOPPING_WAITING_TO_STOP))));
            assertThat(next.facts(BOW).getLast().needed().getFirst().by())
                    .extracting(each -> each.instance().agent())
                    .containsExactly("stern");
            next.announce(STERN, "i", "n");
            next.report(STERN, next.all(11));
            assertThat(next.facts(BOW).getLast().needed().getFirst().by()).isEmpty();
        }

        private Core afterMoving(Map<String, Workload> workloads) {
            var past = new ArrayList<PastUpdate>();
            core.ask(Core.ALICE, "move", set(workloads));
            core.given().ifPresent(commit -> past.addAll(commit.past()));
            core.store();
            var stored = new TreeMap<WorkloadName, Head.Stored>();
            core.state
                    .ledger()
                    .committed()
                    .workloads()
                    .forEach((name, placed) ->
                            stored.put(
                                    name, new Head.Stored(placed.written(), placed.changedAt())));
            var head =
                    new Head(
                            Core.LINEAGE,
                            2,
                            core.state.version().revision(),
                            false,
                            Optional.empty(),
                            stored,
                            Map.of(),
                            List.of(),
                            past);
            return new Core(head, ServerSettings.DEFAULTS).connected();
        }

        @Test
        void agents_that_do_not_come_are_waited_for_no_longer_than_a_moment() {
            var stored =
                    Map.of(
                            new WorkloadName("web"),
                            new Head.Stored(web(STERN, "a", OnUpdate.WAIT), new Revision(1)),
                            DB,
                            new Head.Stored(on(BOW, "b"), new Revision(2)));
            var next = new Core(Core.head(2, 2, stored), ServerSettings.DEFAULTS).connected();
            next.announce(BOW, "i", "n");
            var old =
                    new WorkloadState(
                            InstanceName.of(DB, "a", "bow"),
                            new Revision(1),
                            ExecutionState.of(Phase.STOPPING_WAITING_TO_STOP));
            next.report(BOW, next.all(11, old));
            assertThat(next.facts(BOW).getLast().needed().getFirst().by()).hasSize(1);
            next.pass(Duration.ofSeconds(61));
            assertThat(next.facts(BOW).getLast().needed().getFirst().by()).isEmpty();
        }
    }

    @Nested
    final class An_update {
        @Test
        void does_not_concern_those_that_are_indifferent() {
            both(web(STERN, "a", OnUpdate.IGNORE));
            core.update(set("db", on(BOW, "b")));
            assertThat(core.desired(BOW).getLast().dependents()).isEmpty();
        }

        @Test
        void starts_those_anew_that_want_it_and_what_wants_it_of_those() {
            core.announce(BOW, "i", "n");
            var front = new TreeMap<WorkloadName, Dependency>();
            front.put(
                    new WorkloadName("web"),
                    new Dependency(AddCondition.ADD_COND_RUNNING, OnUpdate.RESTART));
            core.update(
                    set(
                            Map.of(
                                    "db", on(BOW, "a"),
                                    "web", web(STERN, "a", OnUpdate.RESTART),
                                    "front",
                                            Workload.of("bow", "native", "f")
                                                    .withDependencies(front),
                                    "other", on(BOW, "o", "db"))));
            var before = core.placed("other").changedAt();
            core.update(set("db", on(BOW, "b")));
            var revision = core.state.version().revision();
            assertThat(core.placed("web").changedAt()).isEqualTo(revision);
            assertThat(core.placed("front").changedAt()).isEqualTo(revision);
            assertThat(core.placed("other").changedAt()).isEqualTo(before);
            assertThat(core.desired(STERN).getLast().workloads())
                    .singleElement()
                    .satisfies(each -> assertThat(each.changedAt()).isEqualTo(revision));
        }

        @Test
        void in_place_starts_nothing_anew() {
            both(web(STERN, "a", OnUpdate.RESTART));
            var web = core.placed("web");
            core.update(set("db", on(BOW, "a").withTags(new TreeMap<>(Map.of("owner", "me")))));
            assertThat(core.placed("web")).isEqualTo(web);
        }
    }
}
