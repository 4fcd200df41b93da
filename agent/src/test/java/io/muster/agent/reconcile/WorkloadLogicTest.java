package io.muster.agent.reconcile;

import static io.muster.agent.reconcile.Bench.MAIN;
import static io.muster.agent.reconcile.Bench.PODMAN;
import static io.muster.agent.reconcile.Bench.failed;
import static io.muster.agent.reconcile.Bench.found;
import static io.muster.agent.reconcile.Bench.id;
import static io.muster.agent.reconcile.Bench.observed;
import static io.muster.agent.reconcile.Bench.open;
import static io.muster.agent.reconcile.Bench.refused;
import static io.muster.agent.reconcile.Bench.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.reconcile.WorkloadEffect.Unwatch;
import io.muster.agent.reconcile.WorkloadEffect.Watch;
import io.muster.agent.reconcile.WorkloadEvent.Answered;
import io.muster.agent.reconcile.WorkloadEvent.Glimpsed;
import io.muster.agent.reconcile.WorkloadEvent.ProcessEnded;
import io.muster.agent.reconcile.WorkloadEvent.Woke;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.Furnishing;
import io.muster.api.runtime.Mark;
import io.muster.api.runtime.Observation.Exited;
import io.muster.api.runtime.Observation.Gone;
import io.muster.api.runtime.Observation.Interrupted;
import io.muster.api.runtime.Observation.Running;
import io.muster.api.runtime.Observation.Starting;
import io.muster.api.runtime.Observation.Stopping;
import io.muster.api.runtime.Observation.Unclear;
import io.muster.api.shell.ProcessRef;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What one reconciler decides, step by step. */
final class WorkloadLogicTest {
    private static final Circumstances DRAINED =
            new Circumstances(
                    Optional.empty(),
                    new Conditions.Met(),
                    false,
                    Optional.empty(),
                    false,
                    false,
                    Optional.of("drained"));

    private static final Wish.Run NGINX = run("nginx", 3);
    private static final Wish.Run APACHE = run("apache", 4);

    @Nested
    final class A_wish {
        @Test
        void is_created_and_runs() {
            var bench = Bench.idle();
            bench.wish(NGINX);
            assertThat(bench.task()).isEqualTo(new Task.Create(PODMAN, NGINX.order()));
            bench.created("c1");
            assertThat(bench.steps())
                    .containsExactly("3 Pending(Starting): Triggered at runtime.", "3 Running(Ok)");
            assertThat(bench.isIdle()).isTrue();
        }

        @Test
        void that_is_repeated_changes_nothing() {
            var bench = Bench.running(NGINX);
            var before = bench.managed();
            bench.wish(run("nginx", 3));
            assertThat(bench.managed()).isEqualTo(before);
            assertThat(bench.effects()).isEmpty();
        }

        @Test
        void for_other_tags_or_policy_leaves_the_container_alone() {
            var bench = Bench.running(NGINX);
            bench.wish(run("nginx", 3, RestartPolicy.ALWAYS));
            assertThat(bench.effects()).isEmpty();
            assertThat(bench.steps()).isEmpty();
        }

        @Test
        void for_another_image_deletes_the_old_before_it_creates_the_new() {
            var bench = Bench.running(NGINX);
            bench.wish(APACHE);
            assertThat(bench.task()).isInstanceOf(Task.Delete.class);
            bench.deleted();
            assertThat(bench.task()).isEqualTo(new Task.Create(PODMAN, APACHE.preparedOrder()));
            bench.created("c2");
            assertThat(bench.steps())
                    .contains(
                            "3 Stopping(RequestedAtRuntime)",
                            "3 Removed",
                            "4 Pending(Starting): Triggered at runtime.")
                    .endsWith("4 Running(Ok)");
            assertThat(bench.shown()).containsExactly("4 Running(Ok)");
        }

        @Test
        void for_another_image_says_what_the_new_one_waits_for() {
            var bench = Bench.running(NGINX);
            bench.wish(APACHE);
            assertThat(bench.shown())
                    .containsExactlyInAnyOrder(
                            "3 Stopping(RequestedAtRuntime)",
                            "4 Pending(Initial): Waiting until "
                                    + NGINX.instance().shortName()
                                    + " is removed.");
        }

        @Test
        void for_the_same_image_at_a_later_revision_is_another_instance_of_the_same_name() {
            var bench = Bench.running(NGINX);
            bench.wish(run("nginx", 9));
            bench.deleted();
            bench.created("c2");
            assertThat(bench.steps())
                    .containsExactly(
                            "3 Running(Ok): Goes on until its update is prepared.",
                            "3 Stopping(RequestedAtRuntime)",
                            "3 Removed",
                            "9 Pending(Starting): Triggered at runtime.",
                            "9 Running(Ok)");
        }

        @Test
        void that_moves_to_another_runtime_deletes_in_the_old_one_first() {
            var bench = Bench.running(NGINX);
            var nativeWorkload = Workload.of(Bench.AGENT, "native", "command: /bin/true");
            bench.wish(run(nativeWorkload, 5));
            assertThat(bench.task().runtime()).isEqualTo(PODMAN);
            bench.deleted();
            assertThat(bench.task().runtime()).isEqualTo("native");
        }

        @Test
        void for_nothing_deletes_and_forgets() {
            var bench = Bench.running(NGINX);
            bench.wishNothing();
            bench.deleted();
            assertThat(bench.steps())
                    .containsExactly("3 Stopping(RequestedAtRuntime)", "3 Removed");
            assertThat(bench.managed().isFinished()).isTrue();
        }

        @Test
        void that_cannot_be_started_says_why_and_asks_no_runtime() {
            var bench = Bench.idle();
            bench.wish(refused("nginx", 3, "files: not built yet"));
            assertThat(bench.isIdle()).isTrue();
            assertThat(bench.shown())
                    .containsExactly("3 Pending(StartingFailed): files: not built yet");
        }

        @Test
        void that_cannot_be_started_still_ends_its_predecessor() {
            var bench = Bench.running(NGINX);
            bench.wish(refused("apache", 4, "files: not built yet"));
            bench.deleted();
            assertThat(bench.shown())
                    .containsExactly("4 Pending(StartingFailed): files: not built yet");
        }

        @Test
        void that_comes_back_while_its_instance_is_deleted_creates_it_anew() {
            var bench = Bench.running(NGINX);
            bench.wishNothing();
            bench.wish(NGINX);
            assertThat(bench.effects()).isEmpty();
            bench.deleted();
            assertThat(bench.task()).isEqualTo(new Task.Create(PODMAN, NGINX.preparedOrder()));
        }
    }

    @Nested
    final class A_create {
        @Test
        void that_fails_is_tried_again_after_a_pause() {
            var bench = Bench.idle();
            bench.wish(NGINX);
            bench.answer(failed("no network"));
            assertThat(bench.shown()).containsExactly("3 Pending(Starting): Retry 1: no network");
            assertThat(bench.pause().after()).isEqualTo(Duration.ofMillis(500));
            assertThat(bench.pause().jittered()).isTrue();
            bench.wake();
            assertThat(bench.task()).isEqualTo(new Task.Create(PODMAN, NGINX.order()));
            bench.answer(failed("still none"));
            assertThat(bench.shown()).containsExactly("3 Pending(Starting): Retry 2: still none");
            assertThat(bench.pause().after()).isEqualTo(Duration.ofSeconds(1));
        }

        @Test
        void never_pauses_longer_than_five_minutes() {
            var bench = Bench.idle();
            bench.wish(NGINX);
            for (int i = 0; i < 70; i++) {
                bench.answer(failed("no network"));
                assertThat(bench.pause().after())
                        .isPositive()
                        .isLessThanOrEqualTo(Duration.ofMinutes(5));
                bench.wake();
            }
        }

        @Test
        void that_can_never_succeed_is_not_tried_again_and_what_it_left_is_looked_for() {
            var bench = Bench.idle();
            bench.wish(NGINX);
            bench.answer(new Answer.Failed("image: missing", false));
            assertThat(bench.task()).isEqualTo(new Task.Search(PODMAN));
            bench.answer(new Answer.Searched(List.of()));
            assertThat(bench.isIdle()).isTrue();
            assertThat(bench.shown()).containsExactly("3 Pending(StartingFailed): image: missing");
        }

        @Test
        void that_hangs_is_interrupted_by_the_next_wish() {
            var bench = Bench.idle();
            bench.wish(NGINX);
            bench.wish(APACHE);
            assertThat(bench.interrupted()).isTrue();
            bench.answer(failed("interrupted"));
            assertThat(bench.task()).isEqualTo(new Task.Search(PODMAN));
            bench.answer(new Answer.Searched(List.of()));
            assertThat(bench.task()).isEqualTo(new Task.Create(PODMAN, APACHE.order()));
        }

        @Test
        void that_is_interrupted_may_have_made_a_container_all_the_same() {
            var bench = Bench.idle();
            bench.wish(NGINX);
            bench.wish(APACHE);
            bench.answer(failed("interrupted"));
            bench.answer(new Answer.Searched(List.of(found("c1", NGINX, new Running(MAIN)))));
            assertThat(bench.task()).isInstanceOf(Task.Delete.class);
            bench.deleted();
            assertThat(bench.task()).isEqualTo(new Task.Create(PODMAN, APACHE.preparedOrder()));
        }

        @Test
        void that_succeeds_after_its_wish_has_gone_is_undone() {
            var bench = Bench.idle();
            bench.wish(NGINX);
            bench.wishNothing();
            bench.created("c1");
            assertThat(bench.task()).isInstanceOf(Task.Delete.class);
            bench.deleted();
            assertThat(bench.managed().isFinished()).isTrue();
            assertThat(bench.steps())
                    .containsExactly(
                            "3 Pending(Starting): Triggered at runtime.",
                            "3 Stopping(RequestedAtRuntime)",
                            "3 Removed");
        }

        @Test
        void that_is_paused_is_begun_at_once_for_the_next_wish() {
            var bench = Bench.idle();
            bench.wish(NGINX);
            bench.answer(failed("no such image"));
            bench.wish(run("nginx:2", 4));
            assertThat(bench.task()).isEqualTo(new Task.Search(PODMAN));
            bench.answer(new Answer.Searched(List.of()));
            assertThat(bench.task()).isInstanceOf(Task.Create.class);
            bench.created("c2");
            assertThat(bench.shown()).containsExactly("4 Running(Ok)");
        }

        @Test
        void that_is_paused_is_forgotten_at_once_with_its_wish() {
            var bench = Bench.idle();
            bench.wish(NGINX);
            bench.answer(failed("no such image"));
            assertThat(bench.isResting()).isTrue();
            bench.wishNothing();
            assertThat(bench.task()).isEqualTo(new Task.Search(PODMAN));
            bench.answer(new Answer.Searched(List.of()));
            assertThat(bench.managed().isFinished()).isTrue();
            assertThat(bench.shown()).isEmpty();
        }

        @Test
        void that_takes_for_ever_is_interrupted_and_tried_again() {
            var bench = Bench.idle();
            bench.wish(NGINX);
            bench.on(new Woke(bench.working().token()));
            assertThat(bench.interrupted()).isTrue();
            bench.answer(failed("interrupted"));
            assertThat(bench.shown())
                    .containsExactly(
                            "3 Pending(Starting): Retry 1: the runtime did not answer within 7200"
                                    + " s");
        }

        @Test
        void that_was_interrupted_for_a_wish_that_came_back_is_no_failure() {
            var bench = Bench.idle();
            bench.wish(NGINX);
            bench.wishNothing();
            bench.wish(NGINX);
            bench.answer(failed("interrupted"));
            assertThat(bench.task()).isEqualTo(new Task.Create(PODMAN, NGINX.order()));
            assertThat(bench.shown()).containsExactly("3 Pending(Starting): Triggered at runtime.");
        }

        @Test
        void whose_container_does_not_run_yet_is_looked_at_until_it_does() {
            var bench = Bench.idle();
            bench.wish(NGINX);
            bench.answer(new Answer.Created(id("c1"), new Starting("created")));
            assertThat(bench.shown()).containsExactly("3 Pending(Starting): created");
            bench.wake();
            bench.answer(observed(new Running(MAIN)));
            assertThat(bench.shown()).containsExactly("3 Running(Ok)");
            assertThat(bench.isIdle()).isTrue();
        }

        @Test
        void whose_container_never_runs_is_begun_again() {
            var bench = Bench.idle();
            bench.wish(NGINX);
            bench.answer(new Answer.Created(id("c1"), new Starting("created")));
            bench.pass(Duration.ofSeconds(31)).wake();
            bench.answer(observed(new Starting("created")));
            assertThat(bench.task()).isInstanceOf(Task.Delete.class);
            bench.deleted();
            assertThat(bench.shown())
                    .containsExactly(
                            "3 Pending(Starting): Retry 1: it was still \"created\" after 30 s");
            bench.wake();
            assertThat(bench.task()).isInstanceOf(Task.Create.class);
        }
    }

    @Nested
    final class An_end {
        @Test
        void with_code_zero_is_success() {
            var bench = Bench.running(NGINX).exit("c1", 0);
            assertThat(bench.steps()).containsExactly("3 Succeeded(Ok)");
            assertThat(bench.isIdle()).isTrue();
        }

        @Test
        void with_another_code_is_failure() {
            var bench = Bench.running(NGINX).exit("c1", 7);
            assertThat(bench.steps()).containsExactly("3 Failed(ExecFailed): Exit code: '7'");
            assertThat(bench.isIdle()).isTrue();
        }

        @Test
        void that_was_somebody_elses_doing_is_a_loss() {
            var bench = Bench.running(NGINX);
            bench.on(new ProcessEnded(PODMAN, id("c1"), MAIN));
            bench.answer(observed(new Gone()));
            assertThat(bench.shown()).containsExactly("3 Failed(Lost)");
            assertThat(bench.isIdle()).isTrue();
        }

        @Test
        void of_a_predecessor_changes_nothing() {
            var bench = Bench.running(NGINX);
            var before = bench.managed();
            bench.on(new ProcessEnded(PODMAN, id("c0"), MAIN));
            bench.on(new ProcessEnded(PODMAN, id("c1"), new ProcessRef(77, 999)));
            bench.on(new ProcessEnded("native", id("c1"), MAIN));
            assertThat(bench.managed()).isEqualTo(before);
            assertThat(bench.effects()).isEmpty();
        }

        @Test
        void that_the_runtime_has_not_seen_yet_is_asked_for_again_ever_more_slowly() {
            var bench = Bench.running(NGINX);
            bench.on(new ProcessEnded(PODMAN, id("c1"), MAIN));
            bench.answer(observed(new Running(MAIN)));
            assertThat(bench.pause().after()).isEqualTo(Duration.ofMillis(100));
            bench.wake().answer(observed(new Running(MAIN)));
            assertThat(bench.pause().after()).isEqualTo(Duration.ofMillis(200));
            bench.wake().answer(observed(new Exited(0)));
            assertThat(bench.steps()).containsExactly("3 Succeeded(Ok)");
        }

        @Test
        void that_comes_while_it_is_being_deleted_does_not_disturb() {
            var bench = Bench.running(NGINX);
            bench.wishNothing();
            bench.on(new ProcessEnded(PODMAN, id("c1"), MAIN));
            assertThat(bench.effects()).isEmpty();
            bench.deleted();
            assertThat(bench.managed().isFinished()).isTrue();
        }

        @Test
        void is_watched_for_while_it_runs_and_no_longer() {
            var bench = Bench.idle();
            bench.wish(NGINX).created("c1");
            assertThat(bench.effects()).hasAtLeastOneElementOfType(Watch.class);
            bench.exit("c1", 0);
            assertThat(bench.effects()).hasAtLeastOneElementOfType(Unwatch.class);
        }

        @Test
        void of_a_process_that_was_started_again_behind_our_back_is_no_end() {
            var bench = Bench.running(NGINX);
            bench.on(new ProcessEnded(PODMAN, id("c1"), MAIN));
            var other = new ProcessRef(78, 2000);
            bench.answer(observed(new Running(other)));
            assertThat(bench.isIdle()).isTrue();
            assertThat(bench.effects())
                    .anySatisfy(each -> assertThat(each).isInstanceOf(Watch.class));
            assertThat(bench.steps()).isEmpty();
        }
    }

    @Nested
    final class A_restart_policy {
        @Test
        void of_always_starts_the_same_instance_after_success() {
            var bench = Bench.running(run("nginx", 3, RestartPolicy.ALWAYS)).exit("c1", 0);
            assertThat(bench.task()).isInstanceOf(Task.Restart.class);
            bench.answer(observed(new Running(new ProcessRef(78, 2000))));
            assertThat(bench.steps())
                    .containsExactly(
                            "3 Succeeded(Ok)",
                            "3 Pending(Starting): Triggered at runtime.",
                            "3 Running(Ok)");
        }

        @Test
        void of_always_makes_a_new_instance_after_failure() {
            var bench = Bench.running(run("nginx", 3, RestartPolicy.ALWAYS)).exit("c1", 1);
            assertThat(bench.task()).isInstanceOf(Task.Delete.class);
            bench.deleted().created("c2");
            assertThat(bench.steps())
                    .containsExactly(
                            "3 Failed(ExecFailed): Exit code: '1'",
                            "3 Stopping(RequestedAtRuntime)",
                            "3 Removed",
                            "3 Pending(Starting): Triggered at runtime.",
                            "3 Running(Ok)");
        }

        @Test
        void of_on_failure_leaves_success_alone() {
            var bench = Bench.running(run("nginx", 3, RestartPolicy.ON_FAILURE)).exit("c1", 0);
            assertThat(bench.isIdle()).isTrue();
        }

        @Test
        void of_on_failure_starts_again_what_was_lost() {
            var bench = Bench.running(run("nginx", 3, RestartPolicy.ON_FAILURE));
            bench.on(new ProcessEnded(PODMAN, id("c1"), MAIN)).answer(observed(new Gone()));
            assertThat(bench.task()).isInstanceOf(Task.Create.class);
            assertThat(bench.steps())
                    .containsExactly(
                            "3 Failed(Lost)", "3 Pending(Starting): Triggered at runtime.");
        }

        @Test
        void of_on_failure_does_not_start_again_what_removed_itself() {
            var bench = Bench.running(run("nginx", 3, RestartPolicy.ON_FAILURE));
            bench.on(new ProcessEnded(PODMAN, id("c1"), MAIN)).answer(observed(new Gone(true)));
            assertThat(bench.isIdle()).isTrue();
            assertThat(bench.shown()).singleElement().asString().startsWith("3 Failed(Lost): Its");
            assertThat(bench.shown()).singleElement().asString().contains("--rm");
        }

        @Test
        void of_on_failure_does_not_start_again_what_ended_well_before_it_was_lost() {
            var bench = Bench.running(run("nginx", 3, RestartPolicy.ON_FAILURE)).exit("c1", 0);
            bench.pass(Duration.ofMinutes(1));
            bench.on(new Glimpsed(PODMAN, bench.now(), List.of())).answer(observed(new Gone()));
            assertThat(bench.isIdle()).isTrue();
            assertThat(bench.shown())
                    .singleElement()
                    .asString()
                    .startsWith("3 Failed(Lost): It had ended with exit code '0'");
        }

        @Test
        void of_on_failure_leaves_what_is_lost_for_good_alone_after_a_drain() {
            var bench = Bench.running(run("nginx", 3, RestartPolicy.ON_FAILURE));
            bench.on(new ProcessEnded(PODMAN, id("c1"), MAIN)).answer(observed(new Gone(true)));
            bench.place(DRAINED).free();
            assertThat(bench.isIdle()).isTrue();
            assertThat(bench.shown()).singleElement().asString().startsWith("3 Failed(Lost)");
        }

        @Test
        void of_always_starts_again_what_removed_itself() {
            var bench = Bench.running(run("nginx", 3, RestartPolicy.ALWAYS));
            bench.on(new ProcessEnded(PODMAN, id("c1"), MAIN)).answer(observed(new Gone(true)));
            assertThat(bench.task()).isInstanceOf(Task.Create.class);
        }

        @Test
        void pauses_ever_longer_in_a_crash_loop() {
            var bench = Bench.running(run("nginx", 3, RestartPolicy.ALWAYS)).exit("c1", 1);
            bench.deleted().created("c2").exit("c2", 1);
            assertThat(bench.pause().after()).isEqualTo(Duration.ofMillis(500));
            assertThat(bench.shown()).containsExactly("3 Failed(ExecFailed): Exit code: '1'");
            bench.wake().deleted().created("c3").exit("c3", 1);
            assertThat(bench.pause().after()).isEqualTo(Duration.ofSeconds(1));
        }

        @Test
        void forgets_the_crash_loop_after_a_healthy_while() {
            var bench = Bench.running(run("nginx", 3, RestartPolicy.ALWAYS)).exit("c1", 1);
            bench.deleted().created("c2").exit("c2", 1);
            bench.wake().deleted().created("c3");
            bench.pass(Duration.ofSeconds(11)).exit("c3", 1);
            assertThat(bench.task()).isInstanceOf(Task.Delete.class);
        }

        @Test
        void that_becomes_never_during_the_pause_ends_the_loop() {
            var bench = Bench.running(run("nginx", 3, RestartPolicy.ALWAYS)).exit("c1", 1);
            bench.deleted().created("c2").exit("c2", 1);
            assertThat(bench.isResting()).isTrue();
            bench.wish(NGINX);
            assertThat(bench.isIdle()).isTrue();
            assertThat(bench.shown()).containsExactly("3 Failed(ExecFailed): Exit code: '1'");
        }

        @Test
        void whose_restart_fails_says_so_and_makes_a_new_instance_in_the_end() {
            var bench = Bench.running(run("nginx", 3, RestartPolicy.ALWAYS)).exit("c1", 0);
            for (int i = 1; i <= 3; i++) {
                bench.answer(failed("no"));
                assertThat(bench.task()).isInstanceOf(Task.Observe.class);
                bench.answer(observed(new Exited(0)));
                if (i < 3) {
                    assertThat(bench.shown())
                            .containsExactly("3 Pending(Starting): Retry " + i + ": no");
                    bench.wake();
                }
            }
            assertThat(bench.task()).isInstanceOf(Task.Delete.class);
            bench.deleted().wake().created("c2");
            assertThat(bench.shown()).containsExactly("3 Running(Ok)");
        }
    }

    @Nested
    final class A_delete {
        @Test
        void that_fails_says_why_and_is_tried_again_and_nothing_is_created_meanwhile() {
            var bench = Bench.running(NGINX);
            bench.wish(APACHE);
            bench.answer(failed("device busy"));
            assertThat(bench.shown()).contains("3 Stopping(DeleteFailed): device busy").hasSize(2);
            assertThat(bench.isResting()).isTrue();
            bench.wake();
            assertThat(bench.task()).isInstanceOf(Task.Delete.class);
            bench.deleted();
            assertThat(bench.task()).isEqualTo(new Task.Create(PODMAN, APACHE.preparedOrder()));
        }

        @Test
        void that_failed_for_a_wish_that_came_back_looks_what_is_left() {
            var bench = Bench.running(NGINX);
            bench.wishNothing();
            bench.answer(failed("device busy"));
            bench.wish(NGINX);
            assertThat(bench.task()).isInstanceOf(Task.Observe.class);
            bench.answer(observed(new Running(MAIN)));
            assertThat(bench.shown()).containsExactly("3 Running(Ok)");
            assertThat(bench.isIdle()).isTrue();
        }
    }

    @Nested
    final class At_the_start {
        @Test
        void nothing_is_touched_before_the_runtimes_are_listed() {
            var bench = new Bench();
            bench.wish(NGINX);
            assertThat(bench.isIdle()).isTrue();
            assertThat(bench.shown()).containsExactly("3 Pending(Initial): not listed yet");
        }

        @Test
        void without_any_wish_what_runs_is_reported_and_left_alone() {
            var bench = Bench.idle().list(found("c1", NGINX, new Running(MAIN)));
            assertThat(bench.ordered()).isEmpty();
            assertThat(bench.shown()).containsExactly("3 Running(Ok)");
            bench.on(new ProcessEnded(PODMAN, id("c1"), MAIN)).answer(observed(new Exited(3)));
            assertThat(bench.shown()).containsExactly("3 Failed(ExecFailed): Exit code: '3'");
            assertThat(bench.isIdle()).isTrue();
        }

        @Test
        void what_runs_as_wished_is_adopted() {
            var bench = new Bench();
            bench.wish(NGINX);
            bench.list(found("c1", NGINX, new Running(MAIN))).free();
            assertThat(bench.ordered()).isEmpty();
            assertThat(bench.shown()).containsExactly("3 Running(Ok)");
        }

        @Test
        void what_runs_as_wished_is_adopted_though_its_conditions_are_open() {
            var bench = new Bench();
            bench.wish(NGINX).list(found("c1", NGINX, new Running(MAIN)));
            bench.place(open("db"));
            assertThat(bench.shown()).containsExactly("3 Running(Ok)");
        }

        @Test
        void what_was_applied_again_meanwhile_is_replaced() {
            var bench = new Bench();
            bench.wish(run("nginx", 8)).list(found("c1", NGINX, new Exited(0))).free();
            assertThat(bench.task()).isInstanceOf(Task.Delete.class);
            bench.deleted();
            assertThat(bench.task()).isInstanceOf(Task.Create.class);
        }

        @Test
        void what_another_lineage_made_the_same_way_is_adopted_and_reported_as_wished() {
            var bench = new Bench();
            var foreign = new Mark(NGINX.mark().digest(), new Lineage("theirs"), new Revision(77));
            bench.wish(NGINX).list(found("c1", NGINX, foreign, new Running(MAIN))).free();
            assertThat(bench.ordered()).isEmpty();
            assertThat(bench.shown()).containsExactly("3 Running(Ok)");
            bench.wish(run("nginx", 5)); // from now on our own revisions count
            assertThat(bench.task()).isInstanceOf(Task.Delete.class);
        }

        @Test
        void what_another_lineage_made_in_another_way_is_replaced() {
            var bench = new Bench();
            var foreign = new Mark("0123", new Lineage("theirs"), NGINX.changedAt());
            bench.wish(NGINX).list(found("c1", NGINX, foreign, new Running(MAIN))).free();
            assertThat(bench.task()).isInstanceOf(Task.Delete.class);
        }

        @Test
        void what_ankaios_made_is_known_by_its_name() {
            var bench = new Bench();
            var unmarked =
                    new Found(id("c1"), NGINX.instance(), Optional.empty(), new Running(MAIN));
            bench.wish(NGINX).list(unmarked).free();
            assertThat(bench.ordered()).isEmpty();
            assertThat(bench.shown()).containsExactly("3 Running(Ok)");
        }

        @Test
        void what_ankaios_gave_other_files_or_no_access_is_replaced() {
            var file = new WorkloadFile.TextFile("/etc/app.conf", "new");
            var wish =
                    run(NGINX.workload().rendered(Bench.AGENT, "image: nginx", List.of(file)), 3);
            var as = new Furnishing(false, new TreeMap<>(Map.of("/etc/app.conf", "digest")));
            assertThat(adopting(wish, as).ordered()).isPresent();
            assertThat(adopting(wish, Furnishing.of(NGINX.workload())).ordered()).isPresent();
            assertThat(adopting(NGINX, as).ordered()).isPresent();
            assertThat(adopting(NGINX, new Furnishing(true, new TreeMap<>())).ordered())
                    .isPresent();
            var bench = adopting(NGINX, new Furnishing(true, new TreeMap<>()));
            assertThat(bench.task()).isInstanceOf(Task.Delete.class);
            bench.deleted().created("c2");
            assertThat(bench.shown()).containsExactly("3 Running(Ok)");
        }

        @Test
        void what_ankaios_gave_what_is_wished_is_adopted() {
            var file = new WorkloadFile.BinaryFile("//etc/./logo", "AAEC\nAwQF");
            var wish =
                    run(NGINX.workload().rendered(Bench.AGENT, "image: nginx", List.of(file)), 3);
            var digest = Furnishing.digest(new byte[] {0, 1, 2, 3, 4, 5});
            var bench =
                    adopting(
                            wish,
                            new Furnishing(false, new TreeMap<>(Map.of("/etc/logo", digest))));
            assertThat(bench.ordered()).isEmpty();
            assertThat(bench.shown()).containsExactly("3 Running(Ok)");
        }

        private Bench adopting(Wish.Run wish, Furnishing furnishing) {
            var unmarked =
                    new Found(
                            id("c1"),
                            wish.instance(),
                            Optional.empty(),
                            new Running(MAIN),
                            Optional.of(furnishing));
            return new Bench().wish(wish).list(unmarked).free();
        }

        @Test
        void what_nobody_wants_is_deleted() {
            var bench = new Bench();
            bench.list(found("c1", NGINX, new Running(MAIN)));
            bench.wishNothing().free();
            assertThat(bench.task()).isInstanceOf(Task.Delete.class);
        }

        @Test
        void what_had_finished_is_not_run_again_under_never() {
            var bench = new Bench();
            bench.wish(NGINX).list(found("c1", NGINX, new Exited(0))).free();
            assertThat(bench.isIdle()).isTrue();
            assertThat(bench.shown()).containsExactly("3 Succeeded(Ok)");
        }

        @Test
        void what_had_finished_is_started_again_under_always() {
            var wish = run("nginx", 3, RestartPolicy.ALWAYS);
            var bench = new Bench();
            bench.wish(wish).list(found("c1", wish, new Exited(0))).free();
            assertThat(bench.task()).isInstanceOf(Task.Restart.class);
        }

        @Test
        void what_a_reboot_cut_short_is_started_again_even_under_never() {
            var bench = new Bench();
            bench.wish(NGINX).list(found("c1", NGINX, new Interrupted("rebooted"))).free();
            assertThat(bench.task()).isInstanceOf(Task.Restart.class);
            bench.answer(observed(new Running(MAIN)));
            assertThat(bench.shown()).containsExactly("3 Running(Ok)");
        }

        @Test
        void what_a_reboot_cut_short_waits_for_its_conditions() {
            var bench = new Bench();
            bench.wish(NGINX).list(found("c1", NGINX, new Interrupted("rebooted")));
            bench.place(open("waits for db"));
            assertThat(bench.isIdle()).isTrue();
            assertThat(bench.shown()).containsExactly("3 Pending(WaitingToStart): waits for db");
            bench.free();
            assertThat(bench.task()).isInstanceOf(Task.Restart.class);
        }

        @Test
        void half_a_container_of_an_agent_that_died_is_given_time_and_then_replaced() {
            var bench = new Bench();
            bench.wish(NGINX).list(found("c1", NGINX, new Starting("created"))).free();
            assertThat(bench.isResting()).isTrue();
            bench.pass(Duration.ofSeconds(31)).wake().answer(observed(new Starting("created")));
            assertThat(bench.task()).isInstanceOf(Task.Delete.class);
        }

        @Test
        void of_two_instances_the_running_one_is_kept() {
            var bench = new Bench();
            bench.wish(NGINX);
            bench.list(found("c1", NGINX, new Exited(0)), found("c2", NGINX, new Running(MAIN)))
                    .free();
            assertThat(bench.task())
                    .isInstanceOfSatisfying(
                            Task.Delete.class,
                            each -> assertThat(each.instance().id()).isEqualTo(id("c1")));
            bench.deleted();
            assertThat(bench.isIdle()).isTrue();
            assertThat(bench.shown()).containsExactly("3 Running(Ok)");
        }
    }

    @Nested
    final class A_condition {
        @Test
        void is_waited_for_and_the_state_says_for_what() {
            var bench = Bench.idle().place(open("waits for db"));
            bench.wish(NGINX);
            assertThat(bench.isIdle()).isTrue();
            assertThat(bench.shown()).containsExactly("3 Pending(WaitingToStart): waits for db");
            bench.free();
            assertThat(bench.task()).isInstanceOf(Task.Create.class);
        }

        @Test
        void does_not_keep_the_predecessor_alive() {
            var bench = Bench.running(NGINX).place(open("waits for db"));
            bench.wish(APACHE);
            bench.deleted();
            assertThat(bench.isIdle()).isTrue();
            assertThat(bench.shown()).containsExactly("4 Pending(WaitingToStart): waits for db");
        }

        @Test
        void is_not_asked_again_for_retries_and_restarts() {
            var bench = Bench.idle();
            bench.wish(run("nginx", 3, RestartPolicy.ALWAYS));
            bench.place(open("waits for db"));
            bench.answer(failed("no network")).wake();
            assertThat(bench.task()).isInstanceOf(Task.Create.class);
            bench.created("c1").exit("c1", 0);
            assertThat(bench.task()).isInstanceOf(Task.Restart.class);
        }

        @Test
        void that_cannot_be_known_is_waited_for() {
            var unknowable =
                    new Circumstances(
                            Optional.empty(), new Conditions.Unknowable("no server"), false);
            var bench = Bench.idle().place(unknowable);
            bench.wish(NGINX);
            assertThat(bench.shown()).containsExactly("3 Pending(WaitingToStart): no server");
        }

        @Test
        void that_cannot_be_known_lets_pass_what_had_started_before() {
            var unknowable =
                    new Circumstances(
                            Optional.empty(), new Conditions.Unknowable("no server"), false);
            var bench = new Bench();
            bench.wish(NGINX).list(found("c1", NGINX, new Interrupted("rebooted")));
            bench.place(unknowable);
            assertThat(bench.task()).isInstanceOf(Task.Restart.class);
        }

        @Test
        void is_not_waited_for_by_what_is_deleted_again() {
            var bench = Bench.idle().place(open("waits for db"));
            bench.wish(NGINX);
            bench.wishNothing();
            assertThat(bench.managed().isFinished()).isTrue();
            assertThat(bench.steps())
                    .containsExactly("3 Pending(WaitingToStart): waits for db", "3 Removed");
        }
    }

    @Nested
    final class Late_or_doubled_news {
        @Test
        void of_an_answer_changes_nothing() {
            var bench = Bench.idle();
            bench.wish(NGINX);
            long token = bench.working().token();
            bench.created("c1");
            var before = bench.managed();
            bench.on(new Answered(token, new Answer.Created(id("c9"), new Running(MAIN))));
            bench.on(new Answered(token, failed("late")));
            bench.on(new Answered(token + 17, failed("never asked")));
            assertThat(bench.managed()).isEqualTo(before);
        }

        @Test
        void of_a_timer_changes_nothing() {
            var bench = Bench.idle();
            bench.wish(NGINX);
            bench.answer(failed("no network"));
            long token = bench.pause().token();
            bench.wake().created("c1");
            var before = bench.managed();
            bench.on(new Woke(token));
            bench.on(new Woke(1));
            assertThat(bench.managed()).isEqualTo(before);
        }

        @Test
        void of_a_listing_changes_nothing() {
            var bench = Bench.running(NGINX);
            var before = bench.managed();
            bench.list(found("c1", NGINX, new Running(MAIN)));
            assertThat(bench.managed()).isEqualTo(before);
        }
    }

    @Nested
    final class The_slow_look {
        private Bench glimpse(Bench bench, Found... found) {
            bench.pass(Duration.ofSeconds(30));
            return bench.on(new Glimpsed(PODMAN, bench.now(), List.of(found)));
        }

        @Test
        void that_shows_what_is_known_changes_nothing() {
            var bench = Bench.running(NGINX);
            var before = bench.managed();
            glimpse(bench, found("c1", NGINX, new Running(MAIN)));
            assertThat(bench.managed()).isEqualTo(before);
        }

        @Test
        void finds_an_end_that_was_missed() {
            var bench = glimpse(Bench.running(NGINX), found("c1", NGINX, new Exited(2)));
            assertThat(bench.task()).isInstanceOf(Task.Observe.class);
            bench.answer(observed(new Exited(2)));
            assertThat(bench.shown()).containsExactly("3 Failed(ExecFailed): Exit code: '2'");
        }

        @Test
        void finds_a_loss() {
            var bench = glimpse(Bench.running(NGINX));
            bench.answer(observed(new Gone()));
            assertThat(bench.shown()).containsExactly("3 Failed(Lost)");
        }

        @Test
        void finds_the_remains_of_what_has_succeeded_gone_and_lets_it_be_done() {
            var bench = Bench.running(run("nginx", 3, RestartPolicy.ON_FAILURE)).exit("c1", 0);
            glimpse(bench).answer(observed(new Gone()));
            assertThat(bench.isIdle()).isTrue();
            assertThat(bench.shown()).singleElement().asString().startsWith("3 Failed(Lost)");
            bench.wish(run("nginx", 3, RestartPolicy.ALWAYS));
            assertThat(bench.task()).isInstanceOf(Task.Create.class);
        }

        @Test
        void is_verified_before_it_is_believed() {
            var bench = glimpse(Bench.running(NGINX));
            bench.answer(observed(new Running(MAIN)));
            assertThat(bench.steps()).isEmpty();
            assertThat(bench.isIdle()).isTrue();
        }

        @Test
        void that_began_before_the_last_answer_is_not_believed() {
            var bench = Bench.running(NGINX);
            var before = bench.managed();
            bench.on(new Glimpsed(PODMAN, Moment.ORIGIN, List.of()));
            assertThat(bench.managed()).isEqualTo(before);
        }

        @Test
        void finds_and_removes_what_does_not_belong() {
            var bench =
                    glimpse(
                            Bench.running(NGINX),
                            found("c1", NGINX, new Running(MAIN)),
                            found("c2", APACHE, new Running(new ProcessRef(90, 1))));
            assertThat(bench.task())
                    .isInstanceOfSatisfying(
                            Task.Delete.class,
                            each -> assertThat(each.instance().id()).isEqualTo(id("c2")));
        }
    }

    @Nested
    final class An_odd_state {
        @Test
        void is_shown_with_the_word_of_the_runtime_and_looked_at_again() {
            var bench = Bench.running(NGINX);
            bench.on(new ProcessEnded(PODMAN, id("c1"), MAIN));
            bench.answer(observed(new Unclear("paused")));
            assertThat(bench.shown()).containsExactly("3 Failed(Unknown): paused");
            assertThat(bench.pause().after()).isEqualTo(Duration.ofMillis(100));
            bench.wake().answer(observed(new Stopping("stopping")));
            assertThat(bench.shown()).containsExactly("3 Stopping: stopping");
            bench.wake().answer(observed(new Running(MAIN)));
            assertThat(bench.shown()).containsExactly("3 Running(Ok)");
        }

        @Test
        void of_a_runtime_that_cannot_look_is_shown_when_that_lasts() {
            var bench = Bench.running(NGINX);
            bench.on(new ProcessEnded(PODMAN, id("c1"), MAIN));
            bench.answer(failed("cannot look")).wake().answer(failed("cannot look"));
            assertThat(bench.shown()).containsExactly("3 Running(Ok)");
            bench.wake().answer(failed("cannot look"));
            assertThat(bench.shown()).containsExactly("3 Failed(Unknown): cannot look");
            bench.wake().answer(observed(new Exited(0)));
            assertThat(bench.shown()).containsExactly("3 Succeeded(Ok)");
        }
    }

    @Nested
    final class A_hold {
        @Test
        void stops_everything_but_looking() {
            var bench = Bench.running(run("nginx", 3, RestartPolicy.ALWAYS));
            bench.place(Circumstances.held("name refused")).exit("c1", 1);
            assertThat(bench.isIdle()).isTrue();
            assertThat(bench.shown()).containsExactly("3 Failed(ExecFailed): Exit code: '1'");
            bench.free();
            assertThat(bench.task()).isInstanceOf(Task.Delete.class);
        }

        @Test
        void ends_no_pause_early() {
            var bench = Bench.idle();
            bench.wish(NGINX);
            bench.answer(failed("no network"));
            bench.place(Circumstances.held("name refused")).free();
            assertThat(bench.isResting()).isTrue();
        }
    }
}
