package io.muster.agent.reconcile;

import static io.muster.agent.reconcile.AgentBench.ITSELF;
import static io.muster.agent.reconcile.AgentBench.OURS;
import static io.muster.agent.reconcile.AgentBench.THEIRS;
import static io.muster.agent.reconcile.AgentBench.assigned;
import static io.muster.agent.reconcile.AgentBench.desired;
import static io.muster.agent.reconcile.AgentBench.found;
import static io.muster.agent.reconcile.AgentBench.server;
import static io.muster.agent.reconcile.AgentBench.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.reconcile.AgentEvent.CommandCame;
import io.muster.agent.reconcile.AgentEvent.Connected;
import io.muster.agent.reconcile.AgentEvent.DesiredCame;
import io.muster.agent.reconcile.AgentEvent.DesiredMalformed;
import io.muster.agent.reconcile.AgentEvent.Disconnected;
import io.muster.agent.reconcile.AgentEvent.FactsCame;
import io.muster.agent.reconcile.AgentEvent.Glimpsed;
import io.muster.agent.reconcile.AgentEvent.ListFailed;
import io.muster.agent.reconcile.AgentEvent.Listed;
import io.muster.agent.reconcile.AgentEvent.ReportAcknowledged;
import io.muster.agent.reconcile.AgentEvent.ReportFailed;
import io.muster.agent.reconcile.AgentEvent.SaveFailed;
import io.muster.agent.reconcile.AgentEvent.Saved;
import io.muster.agent.reconcile.AgentEvent.ServerSeen;
import io.muster.agent.reconcile.AgentEvent.Started;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.Command;
import io.muster.api.link.DesiredState;
import io.muster.api.link.Facts;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Observation.Interrupted;
import io.muster.api.runtime.Observation.Running;
import io.muster.api.shell.ProcessRef;
import io.muster.api.state.AddCondition;
import io.muster.api.state.Dependency;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What an agent as a whole decides. */
final class AgentLogicTest {
    private static final WorkloadName WEB = new WorkloadName("web");
    private static final AssignedWorkload NGINX = assigned("web", "nginx", 3);
    private static final AssignedWorkload APACHE = assigned("web", "apache", 4);
    private static final Running MAIN = new Running(new ProcessRef(77, 1000));

    @Nested
    final class A_desired_state {
        @Test
        void is_on_the_disk_before_it_is_obeyed() {
            var bench = AgentBench.connected();
            bench.on(new DesiredCame(desired(1, 3, NGINX)));
            assertThat(bench.save()).isPresent();
            assertThat(bench.ordersNothing()).isTrue();
            assertThat(bench.shown()).isEmpty();
            bench.saveAll();
            assertThat(bench.tasks()).hasSize(1);
            assertThat(bench.shown()).containsExactly("web Pending(Starting)");
        }

        @Test
        void that_comes_again_changes_nothing_and_writes_nothing() {
            var bench = AgentBench.connected().wish(desired(1, 3, NGINX)).work();
            var before = bench.state();
            bench.on(new DesiredCame(desired(1, 3, NGINX)));
            assertThat(bench.state()).isEqualTo(before);
            assertThat(bench.effects()).isEmpty();
        }

        @Test
        void that_is_older_is_never_obeyed() {
            var bench = AgentBench.connected().wish(desired(2, 5, NGINX)).work();
            for (var older : List.of(desired(2, 4, APACHE), desired(1, 9, APACHE))) {
                bench.on(new DesiredCame(older));
                assertThat(bench.save()).isEmpty();
                assertThat(bench.ordersNothing()).isTrue();
            }
            assertThat(bench.state().observed()).hasValue(version(OURS, 2, 5));
        }

        @Test
        void of_a_later_epoch_is_newer_though_its_revision_is_lower() {
            var bench = AgentBench.connected().wish(desired(1, 9, NGINX)).work();
            bench.wish(desired(2, 4, APACHE)).work();
            assertThat(bench.state().observed()).hasValue(version(OURS, 2, 4));
            assertThat(bench.shown()).containsExactly("web Running(Ok)");
        }

        @Test
        void that_is_newer_without_a_change_writes_the_fence_alone() {
            var bench = AgentBench.connected().wish(desired(1, 3, NGINX)).work();
            bench.on(new DesiredCame(desired(2, 7, NGINX)));
            var save = bench.effects(AgentEffect.Save.class).getFirst();
            assertThat(save.copy()).isEmpty();
            assertThat(save.fence().orElseThrow().newest()).hasValue(version(OURS, 2, 7));
            bench.saveAll();
            assertThat(bench.ordersNothing()).isTrue();
            assertThat(bench.state().observed()).hasValue(version(OURS, 2, 7));
        }

        @Test
        void that_is_the_first_of_its_store_writes_the_fence_too() {
            var bench = AgentBench.connected();
            bench.on(new DesiredCame(desired(1, 3, NGINX)));
            var save = bench.effects(AgentEffect.Save.class).getFirst();
            assertThat(save.copy()).isPresent();
            assertThat(save.fence().orElseThrow().newest()).hasValue(version(OURS, 1, 3));
        }

        @Test
        void that_changes_something_writes_the_copy_alone() {
            var bench = AgentBench.connected().wish(desired(1, 3, NGINX));
            bench.on(new DesiredCame(desired(1, 4, APACHE)));
            var save = bench.effects(AgentEffect.Save.class).getFirst();
            assertThat(save.copy()).hasValue(desired(1, 4, APACHE));
            assertThat(save.fence()).isEmpty();
        }

        @Test
        void that_comes_while_the_disk_is_busy_waits_for_it_and_the_newest_wins() {
            var bench = AgentBench.connected();
            bench.on(new DesiredCame(desired(1, 3, NGINX)));
            bench.on(new DesiredCame(desired(1, 4, APACHE)));
            bench.on(new DesiredCame(desired(1, 5)));
            bench.on(new DesiredCame(desired(1, 4, APACHE)));
            assertThat(bench.state().seen()).hasValue(version(OURS, 1, 5));
            bench.saveAll();
            assertThat(bench.state().observed()).hasValue(version(OURS, 1, 5));
        }

        @Test
        void that_is_empty_removes_everything() {
            var bench = AgentBench.connected().wish(desired(1, 3, NGINX)).work();
            bench.wish(desired(1, 4)).work();
            assertThat(bench.shown()).isEmpty();
            assertThat(bench.state().workloads()).isEmpty();
        }

        @Test
        void that_cannot_be_read_changes_nothing_and_is_reported() {
            var bench = AgentBench.connected().wish(desired(1, 3, NGINX)).work().acknowledge();
            bench.on(new DesiredMalformed("its digest does not fit"));
            assertThat(bench.ordersNothing()).isTrue();
            assertThat(bench.shown()).containsExactly("web Running(Ok)");
            assertThat(bench.report().orElseThrow().trouble()).contains("its digest does not fit");
            bench.acknowledge();
            bench.on(new DesiredCame(desired(1, 3, NGINX)));
            assertThat(bench.state().trouble()).isEmpty();
        }

        @Test
        void for_another_agent_is_not_obeyed() {
            var other =
                    new AssignedWorkload(
                            new InstanceName(WEB, "0123", "agent_B"),
                            new Revision(3),
                            Bench.workload("nginx"));
            var bench = AgentBench.connected();
            bench.on(new DesiredCame(desired(1, 3, other)));
            assertThat(bench.save()).isEmpty();
            assertThat(bench.state().trouble()).contains("agent_B");
        }
    }

    @Nested
    final class A_foreign_lineage {
        @Test
        void is_not_obeyed_and_reported_with_a_remedy() {
            var bench = AgentBench.connected().wish(desired(1, 3, NGINX)).work().acknowledge();
            bench.on(new DesiredCame(desired(THEIRS, 9, 9, false, APACHE)));
            assertThat(bench.ordersNothing()).isTrue();
            assertThat(bench.save()).isEmpty();
            assertThat(bench.report().orElseThrow().trouble())
                    .contains("theirs")
                    .contains("--take-over");
        }

        @Test
        void is_no_trouble_any_more_when_ours_speaks_again() {
            var bench = AgentBench.connected().wish(desired(1, 3, NGINX)).work();
            bench.on(new DesiredCame(desired(THEIRS, 9, 9, false, APACHE)));
            bench.on(new DesiredCame(desired(1, 3, NGINX)));
            assertThat(bench.state().trouble()).isEmpty();
        }

        @Test
        void that_takes_over_is_obeyed_and_what_is_the_same_is_left_alone() {
            var bench = AgentBench.connected().wish(desired(5, 3, NGINX)).work();
            bench.steps();
            bench.wish(desired(THEIRS, 1, 1, true, assigned("web", "nginx", 1)));
            assertThat(bench.tasks()).isEmpty();
            assertThat(bench.shown()).containsExactly("web Running(Ok)");
            assertThat(bench.state().observed()).hasValue(version(THEIRS, 1, 1));
        }

        @Test
        void that_takes_over_is_written_with_the_old_fence() {
            var bench = AgentBench.connected().wish(desired(5, 3, NGINX)).work();
            bench.on(new DesiredCame(desired(THEIRS, 1, 1, true, NGINX)));
            var save = bench.effects(AgentEffect.Save.class).getFirst();
            assertThat(save.copy()).isPresent();
            assertThat(save.fence().orElseThrow().seen())
                    .containsExactly(version(THEIRS, 1, 1), version(OURS, 5, 3));
        }

        @Test
        void that_had_been_taken_over_from_cannot_come_back_with_what_was_seen() {
            var bench = AgentBench.connected().wish(desired(OURS, 5, 3, true, NGINX)).work();
            bench.wish(desired(THEIRS, 1, 1, true, APACHE)).work();
            bench.on(new DesiredCame(desired(OURS, 5, 3, true, NGINX)));
            assertThat(bench.save()).isEmpty();
            bench.wish(desired(OURS, 6, 3, true, NGINX));
            assertThat(bench.state().observed()).hasValue(version(OURS, 6, 3));
        }

        @Test
        void that_was_obeyed_once_and_is_older_now_is_told_so_that_it_can_jump() {
            var bench = AgentBench.connected().wish(desired(OURS, 5, 3, true, NGINX)).work();
            bench.wish(desired(THEIRS, 1, 1, true, APACHE)).work().acknowledge();
            bench.on(new DesiredCame(desired(OURS, 4, 2, false, NGINX)));
            assertThat(bench.announcement()).isEmpty();
            assertThat(bench.state().trouble()).contains("ours", "--take-over");

            bench.on(new DesiredCame(desired(OURS, 4, 2, true, NGINX)));
            assertThat(bench.announcement().orElseThrow().seen()).hasValue(version(OURS, 5, 3));
            assertThat(bench.state().trouble()).contains("ours", "older");
            assertThat(bench.ordersNothing()).isTrue();

            bench.wish(desired(OURS, 6, 3, true, NGINX)).work();
            assertThat(bench.state().observed()).hasValue(version(OURS, 6, 3));
            assertThat(bench.state().seen()).hasValue(version(OURS, 6, 3));
            assertThat(bench.state().trouble()).isEmpty();
        }

        @Test
        void that_takes_over_makes_facts_unknown_and_asks_for_them() {
            var bench = AgentBench.connected().wish(desired(5, 3, NGINX)).work();
            bench.on(new FactsCame(new Facts(5, 8, Revision.ZERO, List.of())));
            bench.on(new DesiredCame(desired(THEIRS, 1, 1, true, NGINX)));
            bench.on(new Saved(bench.save().orElseThrow().number()));
            assertThat(bench.announcement().orElseThrow().factsEpoch()).isZero();
            bench.on(new FactsCame(new Facts(1, 1, Revision.ZERO, List.of())));
            assertThat(bench.state().presence().facts()).isPresent();
        }
    }

    @Nested
    final class The_disk {
        @Test
        void that_is_full_stops_nothing_and_is_reported() {
            var bench = AgentBench.connected().wish(desired(1, 3, NGINX)).work().acknowledge();
            bench.on(new DesiredCame(desired(1, 4, APACHE)));
            bench.on(new SaveFailed(bench.save().orElseThrow().number(), "No space left"));
            assertThat(bench.tasks()).hasSize(1);
            assertThat(bench.state().trouble()).contains("No space left", "copy is old");
            assertThat(bench.state().observed()).hasValue(version(OURS, 1, 4));
        }

        @Test
        void that_has_room_again_gets_the_copy_and_the_trouble_ends() {
            var bench = AgentBench.connected();
            bench.on(new DesiredCame(desired(1, 3, NGINX)));
            bench.on(new SaveFailed(bench.save().orElseThrow().number(), "No space left"));
            bench.wake(new AgentTimer.SaveAgain());
            assertThat(bench.save().orElseThrow().copy()).hasValue(desired(1, 3, NGINX));
            bench.saveAll();
            assertThat(bench.state().trouble()).isEmpty();
            bench.wake(new AgentTimer.SaveAgain());
            assertThat(bench.save()).isEmpty();
        }

        @Test
        void that_does_not_answer_is_not_waited_for() {
            var bench = AgentBench.connected();
            bench.on(new DesiredCame(desired(1, 3, NGINX)));
            long number = bench.save().orElseThrow().number();
            bench.wake(new AgentTimer.SaveOverdue(number));
            assertThat(bench.shown()).containsExactly("web Pending(Starting)");
            assertThat(bench.state().trouble()).contains("did not answer");
            bench.on(new DesiredCame(desired(1, 4, APACHE)));
            assertThat(bench.state().observed()).hasValue(version(OURS, 1, 4));
            assertThat(bench.save().orElseThrow().number()).isEqualTo(number);
            bench.on(new Saved(number));
            assertThat(bench.save().orElseThrow().copy()).hasValue(desired(1, 4, APACHE));
            bench.saveAll();
            assertThat(bench.state().trouble()).isEmpty();
            assertThat(bench.state().observed()).hasValue(version(OURS, 1, 4));
        }

        @Test
        void whose_late_answers_are_doubled_changes_nothing() {
            var bench = AgentBench.connected();
            bench.on(new DesiredCame(desired(1, 3, NGINX)));
            long number = bench.save().orElseThrow().number();
            bench.on(new Saved(number)).work();
            var before = bench.state();
            bench.on(new Saved(number));
            bench.on(new SaveFailed(number, "late"));
            bench.wake(new AgentTimer.SaveOverdue(number));
            assertThat(bench.state()).isEqualTo(before);
        }
    }

    @Nested
    final class At_the_start {
        private AgentBench restarted(DesiredState copy, Fence fence) {
            return new AgentBench().on(new Started(Optional.of(copy), fence, ""));
        }

        @Test
        void all_runtimes_are_listed() {
            var bench = new AgentBench();
            bench.on(new Started(Optional.empty(), Fence.OPEN, ""));
            assertThat(bench.effects(AgentEffect.ListRuntime.class))
                    .extracting(AgentEffect.ListRuntime::runtime)
                    .containsExactly("native", "podman");
        }

        @Test
        void without_a_server_the_copy_is_obeyed_after_a_moment() {
            var bench = restarted(desired(1, 3, NGINX), Fence.OPEN).listNothing();
            assertThat(bench.tasks()).isEmpty();
            assertThat(bench.shown()).containsExactly("web Pending(Initial)");
            bench.wake(new AgentTimer.GraceOver());
            bench.work();
            assertThat(bench.shown()).containsExactly("web Running(Ok)");
        }

        @Test
        void a_connection_that_cannot_be_made_ends_the_moment() {
            var bench = restarted(desired(1, 3, NGINX), Fence.OPEN).listNothing();
            bench.on(new Disconnected(false));
            assertThat(bench.tasks()).hasSize(1);
        }

        @Test
        void the_word_of_the_server_ends_the_moment() {
            var bench = restarted(desired(1, 3, NGINX), Fence.OPEN).listNothing();
            bench.on(new Connected("n1"));
            bench.on(new DesiredCame(desired(1, 3, NGINX)));
            assertThat(bench.tasks()).hasSize(1);
        }

        @Test
        void a_newer_wish_is_obeyed_instead_of_the_copy() {
            var bench = restarted(desired(1, 3, NGINX), Fence.OPEN).listNothing();
            bench.on(new Connected("n1"));
            bench.wish(desired(1, 4, APACHE)).work();
            assertThat(bench.steps())
                    .doesNotContainSubsequence("web Running(Ok)", "web Running(Ok)");
            assertThat(bench.shown()).containsExactly("web Running(Ok)");
        }

        @Test
        void a_version_that_only_the_fence_knows_still_counts() {
            var fence = new Fence(List.of(version(OURS, 2, 9)));
            var bench = restarted(desired(1, 3, NGINX), fence);
            bench.on(new DesiredCame(desired(2, 8, APACHE)));
            assertThat(bench.save()).isEmpty();
            assertThat(bench.state().observed()).hasValue(version(OURS, 2, 9));
        }

        @Test
        void a_lost_copy_is_made_up_for_by_the_same_wish() {
            var bench = new AgentBench();
            var fence = new Fence(List.of(version(OURS, 2, 9)));
            bench.on(new Started(Optional.empty(), fence, "The offline copy is damaged."));
            bench.listNothing();
            assertThat(bench.state().trouble()).contains("damaged");
            bench.wish(desired(2, 9, NGINX)).work();
            assertThat(bench.shown()).containsExactly("web Running(Ok)");
            assertThat(bench.state().trouble()).isEmpty();
        }

        @Test
        void without_copy_and_server_what_runs_is_shown_and_left_alone() {
            var bench = new AgentBench();
            bench.on(new Started(Optional.empty(), Fence.OPEN, ""));
            var made = desired(1, 3, NGINX);
            bench.on(new Listed("podman", List.of(found("c1", made, "web", MAIN))));
            bench.on(new Listed("native", List.of()));
            assertThat(bench.tasks()).isEmpty();
            assertThat(bench.shown()).containsExactly("web Running(Ok)");
        }

        @Test
        void what_runs_is_adopted_replaced_or_removed() {
            var made = desired(1, 3, NGINX, assigned("old", "x", 2), assigned("gone", "y", 1));
            var wish = desired(1, 4, NGINX, assigned("old", "x2", 4));
            var bench = restarted(wish, Fence.OPEN);
            bench.on(
                    new Listed(
                            "podman",
                            List.of(
                                    found("c1", made, "web", MAIN),
                                    found("c2", made, "old", new Running(new ProcessRef(2, 2))),
                                    found("c3", made, "gone", new Running(new ProcessRef(3, 3))))));
            bench.on(new Listed("native", List.of()));
            bench.wake(new AgentTimer.GraceOver());
            assertThat(bench.tasks())
                    .extracting(each -> each.name().value())
                    .containsExactly("gone", "old");
            bench.work();
            assertThat(bench.shown())
                    .containsExactlyInAnyOrder("web Running(Ok)", "old Running(Ok)");
        }

        @Test
        void a_runtime_that_cannot_list_is_not_touched_and_the_states_say_why() {
            var bench = new AgentBench();
            bench.on(new Started(Optional.of(desired(1, 3, NGINX)), Fence.OPEN, ""));
            bench.wake(new AgentTimer.GraceOver());
            bench.on(new Listed("native", List.of()));
            bench.on(new ListFailed("podman", "no such socket"));
            assertThat(bench.tasks()).isEmpty();
            assertThat(bench.info("web")).contains("podman", "no such socket");
            assertThat(bench.state().trouble()).contains("no such socket");
            bench.wake(new AgentTimer.ListAgain("podman"));
            assertThat(bench.effects(AgentEffect.ListRuntime.class)).hasSize(1);
            bench.on(new Listed("podman", List.of())).work();
            assertThat(bench.shown()).containsExactly("web Running(Ok)");
            assertThat(bench.state().trouble()).isEmpty();
        }

        @Test
        void what_a_runtime_has_is_known_as_a_whole_before_anything_is_made_of_it() {
            var dependencies = new TreeMap<WorkloadName, Dependency>();
            dependencies.put(new WorkloadName("db"), Dependency.on(AddCondition.ADD_COND_RUNNING));
            var web = Bench.workload("nginx").withDependencies(dependencies);
            var made = desired(1, 3, assigned("db", "db", 3), Bench.assigned(WEB, web, 3));
            var bench = restarted(made, Fence.OPEN);
            bench.wake(new AgentTimer.GraceOver());
            bench.on(new Listed("native", List.of()));
            bench.on(new ListFailed("podman", "no such socket"));
            bench.wake(new AgentTimer.ListAgain("podman"));
            var db = found("c1", made, "db", new Running(new ProcessRef(2, 2)));
            bench.on(new Listed("podman", List.of(db, found("c2", made, "web", MAIN))));
            assertThat(bench.tasks()).isEmpty();
            assertThat(bench.shown())
                    .containsExactlyInAnyOrder("db Running(Ok)", "web Running(Ok)");
        }

        @Test
        void a_runtime_that_cannot_list_does_not_stop_the_others() {
            var workload = Workload.of(Bench.AGENT, "native", "command: /bin/true");
            var bench = restarted(desired(1, 3, Bench.assigned(WEB, workload, 3)), Fence.OPEN);
            bench.wake(new AgentTimer.GraceOver());
            bench.on(new Listed("native", List.of()));
            assertThat(bench.info("web")).contains("podman");
            bench.on(new ListFailed("podman", "no such socket"));
            assertThat(bench.tasks()).hasSize(1);
        }

        @Test
        void the_copy_of_another_agent_is_not_obeyed() {
            var other =
                    new AssignedWorkload(
                            new InstanceName(WEB, "0123", "agent_B"),
                            new Revision(3),
                            Bench.workload("nginx"));
            var bench = restarted(desired(1, 3, other), Fence.OPEN).listNothing();
            assertThat(bench.shown()).isEmpty();
            assertThat(bench.state().trouble()).contains("another agent's");
        }
    }

    @Nested
    final class A_workload {
        @Test
        void whose_templates_nobody_has_filled_in_is_not_started() {
            var workload = Bench.workload("nginx");
            var templated =
                    new Workload(
                            workload.agent(),
                            workload.runtime(),
                            workload.runtimeConfig(),
                            workload.restartPolicy(),
                            workload.dependencies(),
                            workload.tags(),
                            workload.controlInterfaceAccess(),
                            new TreeMap<>(Map.of("alias", "config")),
                            workload.files());
            var bench = AgentBench.connected();
            bench.wish(desired(1, 3, Bench.assigned(WEB, templated, 3)));
            assertThat(bench.shown()).containsExactly("web Pending(StartingFailed)");
            assertThat(bench.info("web")).startsWith("configs: the server has not filled in");
        }

        @Test
        void of_an_unknown_runtime_is_told_which_there_are() {
            var workload = Workload.of(Bench.AGENT, "podmn", "image: x");
            var bench = AgentBench.connected();
            bench.wish(desired(1, 3, Bench.assigned(WEB, workload, 3)));
            assertThat(bench.shown()).containsExactly("web Pending(StartingFailed)");
            assertThat(bench.info("web")).contains("\"podmn\"", "native, podman");
        }

        @Test
        void that_nobody_knows_is_removed_when_the_slow_look_finds_it() {
            var bench = AgentBench.connected().wish(desired(1, 3, NGINX)).work();
            bench.pass(Duration.ofSeconds(30)).wake(new AgentTimer.LookDue());
            assertThat(bench.effects(AgentEffect.LookAt.class)).hasSize(2);
            var stray = desired(1, 2, assigned("stray", "x", 2));
            var web = bench.managed(WEB).there().getFirst();
            bench.on(
                    new Glimpsed(
                            "podman",
                            bench.now(),
                            Optional.of(
                                    List.of(
                                            found(
                                                    web.instance().id().value(),
                                                    desired(1, 3, NGINX),
                                                    "web",
                                                    web.seen()),
                                            found("c9", stray, "stray", MAIN)))));
            assertThat(bench.tasks())
                    .extracting(each -> each.name().value())
                    .containsExactly("stray");
            bench.work();
            assertThat(bench.shown()).containsExactly("web Running(Ok)");
        }

        @Test
        void that_a_former_agent_made_late_is_looked_for_though_none_is_known() {
            var bench = AgentBench.connected();
            bench.wake(new AgentTimer.LookDue());
            assertThat(bench.effects(AgentEffect.LookAt.class)).hasSize(2);
        }

        @Test
        void keeps_running_through_a_reconnect() {
            var bench = AgentBench.connected().wish(desired(1, 3, NGINX)).work();
            bench.steps();
            bench.on(new Disconnected(false)).on(new Connected("n2"));
            bench.on(new DesiredCame(desired(1, 3, NGINX)));
            assertThat(bench.ordersNothing()).isTrue();
            assertThat(bench.steps()).isEmpty();
        }
    }

    @Nested
    final class Dependencies_of_a_workload {
        private AssignedWorkload dependent(String on, AddCondition condition) {
            var dependencies = new TreeMap<WorkloadName, Dependency>();
            dependencies.put(new WorkloadName(on), Dependency.on(condition));
            return Bench.assigned(WEB, Bench.workload("nginx").withDependencies(dependencies), 3);
        }

        private Facts facts(long sequence, Phase phase) {
            return new Facts(
                    1,
                    sequence,
                    new Revision(3),
                    List.of(
                            new WorkloadState(
                                    new InstanceName(new WorkloadName("db"), "0123", "agent_B"),
                                    new Revision(1),
                                    ExecutionState.of(phase))));
        }

        @Test
        void on_one_of_the_same_agent_are_waited_for() {
            var bench = AgentBench.connected();
            bench.wish(
                    desired(
                            1,
                            3,
                            dependent("db", AddCondition.ADD_COND_RUNNING),
                            assigned("db", "postgres", 3)));
            assertThat(bench.shown())
                    .containsExactlyInAnyOrder(
                            "db Pending(Starting)", "web Pending(WaitingToStart)");
            assertThat(bench.info("web"))
                    .isEqualTo("Waiting for \"db\" to be Running(Ok); it is Pending(Starting).");
            bench.work();
            assertThat(bench.shown())
                    .containsExactlyInAnyOrder("db Running(Ok)", "web Running(Ok)");
        }

        @Test
        void are_not_judged_by_what_was_told_before_it_was_made_anew() {
            var bench = AgentBench.connected();
            bench.on(new ServerSeen(server(1)));
            bench.on(new FactsCame(facts(1, Phase.RUNNING_OK))); // as of revision 3
            var again =
                    new AssignedWorkload(
                            dependent("db", AddCondition.ADD_COND_RUNNING).instance(),
                            new Revision(4),
                            dependent("db", AddCondition.ADD_COND_RUNNING).workload());
            bench.wish(desired(1, 4, again)).work();
            assertThat(bench.shown()).containsExactly("web Pending(WaitingToStart)");
            assertThat(bench.info("web")).contains("the server has not told how it is");
            bench.on(
                    new FactsCame(
                            new Facts(1, 2, new Revision(4), facts(2, Phase.RUNNING_OK).states())));
            bench.work();
            assertThat(bench.shown()).containsExactly("web Running(Ok)");
        }

        @Test
        void do_not_count_the_predecessor() {
            var bench = AgentBench.connected();
            bench.wish(desired(1, 2, assigned("db", "postgres", 2))).work();
            bench.wish(
                    desired(
                            1,
                            3,
                            dependent("db", AddCondition.ADD_COND_RUNNING),
                            assigned("db", "postgres:2", 3)));
            assertThat(bench.tasks()).extracting(each -> each.name().value()).containsExactly("db");
            assertThat(bench.shown()).contains("web Pending(WaitingToStart)");
        }

        @Test
        void hold_even_if_they_held_for_one_step_only() {
            var bench = AgentBench.connected();
            var db =
                    Bench.assigned(
                            new WorkloadName("db"),
                            Bench.workload("postgres").withRestartPolicy(RestartPolicy.ALWAYS),
                            3);
            bench.wish(desired(1, 3, dependent("db", AddCondition.ADD_COND_FAILED), db)).work();
            bench.exit("db", 1);
            assertThat(bench.shown()).contains("web Pending(Starting)");
        }

        @Test
        void on_another_agents_are_told_by_the_server() {
            var bench = AgentBench.connected();
            bench.on(new ServerSeen(server(1)));
            bench.wish(desired(1, 3, dependent("db", AddCondition.ADD_COND_RUNNING)));
            assertThat(bench.info("web")).contains("the server has not told");
            bench.on(new FactsCame(facts(1, Phase.PENDING_STARTING)));
            assertThat(bench.info("web")).contains("it is Pending(Starting)");
            bench.on(new FactsCame(facts(2, Phase.RUNNING_OK)));
            assertThat(bench.tasks()).hasSize(1);
        }

        @Test
        void ignore_facts_that_are_late() {
            var bench = AgentBench.connected();
            bench.wish(desired(1, 3, dependent("db", AddCondition.ADD_COND_RUNNING)));
            bench.on(new FactsCame(facts(2, Phase.PENDING_STARTING)));
            bench.on(new FactsCame(facts(1, Phase.RUNNING_OK)));
            assertThat(bench.tasks()).isEmpty();
        }

        @Test
        void on_another_agents_cannot_be_known_without_a_server() {
            var bench = AgentBench.started();
            bench.wish(desired(1, 3, dependent("db", AddCondition.ADD_COND_RUNNING)));
            assertThat(bench.shown()).containsExactly("web Pending(WaitingToStart)");
            assertThat(bench.info("web")).contains("no server to ask");
        }

        @Test
        void that_cannot_be_known_let_pass_what_had_started_before() {
            var wish = desired(1, 3, dependent("db", AddCondition.ADD_COND_RUNNING));
            var bench = new AgentBench();
            bench.on(new Started(Optional.of(wish), Fence.OPEN, ""));
            bench.on(
                    new Listed(
                            "podman",
                            List.of(found("c1", wish, "web", new Interrupted("rebooted")))));
            bench.on(new Listed("native", List.of()));
            bench.wake(new AgentTimer.GraceOver());
            assertThat(bench.tasks()).hasSize(1);
        }

        @Test
        void are_waited_for_as_long_as_the_server_may_still_tell() {
            var wish = desired(1, 3, dependent("db", AddCondition.ADD_COND_RUNNING));
            var bench = new AgentBench();
            bench.on(new Started(Optional.of(wish), Fence.OPEN, ""));
            bench.on(
                    new Listed(
                            "podman",
                            List.of(found("c1", wish, "web", new Interrupted("rebooted")))));
            bench.on(new Listed("native", List.of()));
            bench.on(new ServerSeen(server(1))).on(new Connected("n1"));
            bench.on(new DesiredCame(wish));
            assertThat(bench.tasks()).isEmpty();
            bench.wake(new AgentTimer.FactsOverdue());
            assertThat(bench.tasks()).hasSize(1);
        }
    }

    @Nested
    final class Reports {
        @Test
        void go_at_once_and_then_after_a_short_pause() {
            var bench = AgentBench.connected();
            bench.wish(desired(1, 3, NGINX));
            var first = bench.report().orElseThrow();
            assertThat(first.transitions()).hasSize(1);
            assertThat(first.observed()).hasValue(version(OURS, 1, 3));
            bench.succeed(WEB);
            assertThat(bench.report()).isEmpty();
            bench.on(new ReportAcknowledged(first.sequence()));
            assertThat(bench.report()).isEmpty();
            bench.wake(new AgentTimer.ReportDue());
            var second = bench.report().orElseThrow();
            assertThat(second.sequence()).isEqualTo(first.sequence() + 1);
            assertThat(second.transitions())
                    .singleElement()
                    .satisfies(each -> {
                        assertThat(each.number()).isEqualTo(2);
                        assertThat(each.state().phase()).isEqualTo(Phase.RUNNING_OK);
                    });
        }

        @Test
        void keep_transitions_until_they_are_acknowledged() {
            var bench = AgentBench.connected();
            bench.wish(desired(1, 3, NGINX));
            var lost = bench.report().orElseThrow();
            bench.on(new ReportFailed(lost.sequence()));
            assertThat(bench.timer(new AgentTimer.ReportDue())).isPresent();
            bench.wake(new AgentTimer.ReportDue());
            assertThat(bench.report().orElseThrow().transitions()).isEqualTo(lost.transitions());
        }

        @Test
        void are_sent_again_on_a_new_connection_with_its_nonce() {
            var bench = AgentBench.connected().wish(desired(1, 3, NGINX)).work();
            bench.on(new Disconnected(false));
            assertThat(bench.report()).isEmpty();
            bench.on(new Connected("n2"));
            var report = bench.report().orElseThrow();
            assertThat(report.nonce()).isEqualTo("n2");
            assertThat(report.instance()).isEqualTo(ITSELF);
            assertThat(report.states()).hasSize(1);
            assertThat(report.transitions()).hasSize(2);
        }

        @Test
        void are_sent_again_when_the_server_asks() {
            var bench = AgentBench.connected();
            bench.on(new CommandCame(new Command.ReportAgain()));
            assertThat(bench.report()).isPresent();
        }

        @Test
        void say_when_transitions_had_to_be_dropped() {
            var bench = AgentBench.started();
            for (int i = 1; i <= 100; i++) {
                bench.wish(desired(1, i, assigned("web", "nginx:" + i, i))).work();
            }
            bench.on(new Connected("n1"));
            var report = bench.report().orElseThrow();
            assertThat(report.overflow()).isTrue();
            assertThat(report.transitions()).hasSize(Reporter.MOST_TRANSITIONS);
            bench.acknowledge();
            bench.on(new CommandCame(new Command.ReportAgain()));
            assertThat(bench.report().orElseThrow().overflow()).isFalse();
        }

        @Test
        void tell_that_a_wish_was_seen_though_nothing_was_to_do() {
            var bench = AgentBench.connected().wish(desired(1, 3, NGINX)).work().acknowledge();
            bench.acknowledge();
            bench.wish(desired(1, 4, NGINX));
            assertThat(bench.report().orElseThrow().observed()).hasValue(version(OURS, 1, 4));
        }

        @Test
        void are_not_sent_without_news() {
            var bench = AgentBench.connected().wish(desired(1, 3, NGINX)).work();
            bench.acknowledge().acknowledge();
            bench.wake(new AgentTimer.ReportDue());
            assertThat(bench.effects()).isEmpty();
        }
    }

    @Nested
    final class Presence_of_an_agent {
        @Test
        void is_announced_on_each_connection() {
            var bench = AgentBench.started().wish(desired(1, 3, NGINX));
            bench.on(new FactsCame(new Facts(1, 5, Revision.ZERO, List.of())));
            bench.on(new Connected("n1"));
            var announcement = bench.announcement().orElseThrow();
            assertThat(announcement.nonce()).isEqualTo("n1");
            assertThat(announcement.runtimes()).containsExactly("native", "podman");
            assertThat(announcement.seen()).hasValue(version(OURS, 1, 3));
            assertThat(announcement.factsSequence()).isEqualTo(5);
        }

        @Test
        void is_announced_to_a_new_server_with_jitter() {
            var bench = AgentBench.connected();
            bench.on(new ServerSeen(server(1)));
            assertThat(bench.timer(new AgentTimer.Announce()).orElseThrow().jittered()).isTrue();
            bench.on(new ServerSeen(server(1)));
            assertThat(bench.timer(new AgentTimer.Announce())).isEmpty();
            bench.on(new ServerSeen(server(2)));
            assertThat(bench.timer(new AgentTimer.Announce())).isPresent();
            bench.wake(new AgentTimer.Announce());
            assertThat(bench.announcement()).isPresent();
        }

        @Test
        void is_announced_slowly_without_a_reason() {
            var bench = AgentBench.connected();
            bench.wake(new AgentTimer.Heartbeat());
            assertThat(bench.announcement()).isPresent();
            assertThat(bench.timer(new AgentTimer.Heartbeat())).isPresent();
            bench.on(new Disconnected(false)).wake(new AgentTimer.Heartbeat());
            assertThat(bench.effects()).isEmpty();
        }

        @Test
        void is_announced_when_the_server_asks() {
            var bench = AgentBench.connected();
            bench.on(new CommandCame(new Command.AnnounceAgain()));
            assertThat(bench.announcement()).isPresent();
        }

        @Test
        void that_is_refused_touches_nothing_any_more_and_says_why() {
            var bench = AgentBench.connected().wish(desired(1, 3, NGINX)).work().acknowledge();
            bench.on(new CommandCame(new Command.NameRefused(ITSELF, "the name is taken", false)));
            assertThat(bench.report().orElseThrow().trouble()).contains("the name is taken");
            bench.wish(desired(1, 4));
            assertThat(bench.tasks()).isEmpty();
            assertThat(bench.shown()).containsExactly("web Running(Ok)");
        }

        @Test
        void that_was_refused_asks_on_and_works_again_once_it_has_the_name() {
            var bench = AgentBench.connected();
            bench.on(new CommandCame(new Command.NameRefused(ITSELF, "the name is taken", false)));
            bench.wish(desired(1, 3, NGINX));
            assertThat(bench.tasks()).isEmpty();
            bench.wake(new AgentTimer.Heartbeat());
            assertThat(bench.announcement().orElseThrow().refused()).isTrue();
            bench.on(new CommandCame(new Command.NameGranted("i2")));
            assertThat(bench.tasks()).isEmpty();
            bench.on(new CommandCame(new Command.NameGranted(ITSELF)));
            assertThat(bench.tasks()).hasSize(1);
            assertThat(bench.state().trouble()).isEmpty();
            bench.wake(new AgentTimer.Heartbeat());
            assertThat(bench.announcement().orElseThrow().refused()).isFalse();
        }

        @Test
        void that_is_refused_is_another_instances_affair_if_it_names_that() {
            var bench = AgentBench.connected();
            bench.on(new CommandCame(new Command.NameRefused("i2", "the name is taken", true)));
            bench.wish(desired(1, 3, NGINX));
            assertThat(bench.tasks()).hasSize(1);
        }
    }

    @Test
    void late_news_of_workloads_that_are_gone_changes_nothing() {
        var bench = AgentBench.connected().wish(desired(1, 3, NGINX));
        long token = bench.working(WEB).token();
        bench.work();
        bench.wish(desired(1, 4)).work();
        var before = bench.state();
        bench.of(WEB, new WorkloadEvent.Answered(token, new Answer.Deleted()));
        bench.of(WEB, new WorkloadEvent.Woke(token));
        assertThat(bench.state()).isEqualTo(before);
        bench.wish(desired(1, 5, NGINX));
        bench.of(WEB, new WorkloadEvent.Answered(token, new Answer.Failed("late", true)));
        assertThat(bench.shown()).containsExactly("web Pending(Starting)");
        assertThat(bench.working(WEB).token()).isGreaterThan(token);
    }
}
