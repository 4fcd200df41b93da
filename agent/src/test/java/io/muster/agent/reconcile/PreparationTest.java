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

import io.muster.agent.reconcile.WorkloadEvent.ProcessEnded;
import io.muster.agent.reconcile.WorkloadEvent.Woke;
import io.muster.api.runtime.Observation.Exited;
import io.muster.api.runtime.Observation.Running;
import io.muster.api.state.ImagePullPolicy;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.WorkloadFile.TextFile;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What runs goes on until what replaces it can start. */
final class PreparationTest {
    private static final Wish.Run NGINX = run("nginx", 3);
    private static final Wish.Run APACHE = run("apache", 4);
    private static final String OLD = NGINX.instance().shortName();
    private static final String PREPARING =
            "4 Pending(Initial): Being prepared, which may pull its image; %s goes on until then."
                    .formatted(OLD);

    @Test
    void of_an_update_comes_before_anything_is_stopped() {
        var bench = Bench.running(NGINX).slow();
        bench.wish(APACHE);
        assertThat(bench.task()).isEqualTo(new Task.Prepare(PODMAN, APACHE.order()));
        assertThat(bench.shown()).containsExactlyInAnyOrder("3 Running(Ok)", PREPARING);
        bench.prepared();
        assertThat(bench.task()).isInstanceOf(Task.Delete.class);
        bench.deleted();
        assertThat(bench.task()).isEqualTo(new Task.Create(PODMAN, APACHE.preparedOrder()));
        bench.created("c2");
        assertThat(bench.shown()).containsExactly("4 Running(Ok)");
    }

    @Test
    void of_the_first_instance_is_part_of_its_creation() {
        var bench = Bench.idle().slow();
        bench.wish(NGINX);
        assertThat(bench.task()).isInstanceOf(Task.Create.class);
    }

    @Test
    void does_not_keep_what_has_ended() {
        var bench = Bench.running(NGINX).slow();
        bench.exit("c1", 1);
        bench.wish(APACHE);
        assertThat(bench.task()).isInstanceOf(Task.Delete.class);
    }

    @Test
    void that_fails_leaves_the_old_one_running_and_is_tried_again() {
        var bench = Bench.running(NGINX).slow();
        bench.wish(APACHE);
        bench.answer(failed("no such image"));
        assertThat(bench.isResting()).isTrue();
        assertThat(bench.shown())
                .containsExactlyInAnyOrder(
                        "3 Running(Ok)", "4 Pending(Starting): Retry 1: no such image");
        bench.wake();
        assertThat(bench.task()).isInstanceOf(Task.Prepare.class);
        bench.answer(failed("no registry"));
        assertThat(bench.shown()).contains("4 Pending(Starting): Retry 2: no registry");
        bench.wake();
        bench.prepared();
        bench.deleted();
        bench.created("c2");
        assertThat(bench.shown()).containsExactly("4 Running(Ok)");
    }

    @Test
    void that_can_never_succeed_leaves_the_old_one_running_until_another_wish() {
        var bench = Bench.running(NGINX).slow();
        bench.wish(APACHE);
        bench.answer(new Answer.Failed("no image named", false));
        assertThat(bench.isIdle()).isTrue();
        assertThat(bench.shown())
                .containsExactlyInAnyOrder(
                        "3 Running(Ok)", "4 Pending(StartingFailed): no image named");
        bench.wish(run("caddy", 5));
        assertThat(bench.task()).isInstanceOf(Task.Prepare.class);
    }

    @Test
    void is_given_up_for_a_newer_wish() {
        var bench = Bench.running(NGINX).slow();
        bench.wish(APACHE);
        var caddy = run("caddy", 5);
        bench.wish(caddy);
        assertThat(bench.interrupted()).isTrue();
        bench.answer(failed("interrupted"));
        assertThat(bench.task()).isEqualTo(new Task.Prepare(PODMAN, caddy.order()));
        assertThat(bench.steps()).noneMatch(step -> step.contains("Retry"));
    }

    @Test
    void is_given_up_when_the_old_wish_is_back_which_has_never_stopped() {
        var bench = Bench.running(NGINX).slow();
        bench.wish(APACHE);
        bench.wish(NGINX);
        assertThat(bench.interrupted()).isTrue();
        bench.answer(failed("interrupted"));
        assertThat(bench.isIdle()).isTrue();
        assertThat(bench.shown()).containsExactly("3 Running(Ok)");
    }

    @Test
    void is_given_up_for_a_deletion() {
        var bench = Bench.running(NGINX).slow();
        bench.wish(APACHE);
        bench.wishNothing();
        assertThat(bench.interrupted()).isTrue();
        bench.answer(failed("interrupted"));
        assertThat(bench.task()).isInstanceOf(Task.Delete.class);
        bench.deleted();
        assertThat(bench.managed().isFinished()).isTrue();
    }

    @Test
    void is_given_up_when_the_old_one_ends_by_itself() {
        var bench = Bench.running(NGINX).slow();
        bench.wish(APACHE);
        bench.on(new ProcessEnded(PODMAN, id("c1"), MAIN));
        assertThat(bench.interrupted()).isTrue();
        bench.answer(failed("interrupted"));
        assertThat(bench.task()).isInstanceOf(Task.Observe.class);
        bench.answer(observed(new Exited(1)));
        assertThat(bench.task()).isInstanceOf(Task.Delete.class);
        bench.deleted();
        assertThat(bench.task()).isEqualTo(new Task.Create(PODMAN, APACHE.order()));
    }

    @Test
    void whose_pause_is_under_way_ends_with_the_old_one() {
        var bench = Bench.running(NGINX).slow();
        bench.wish(APACHE);
        bench.answer(failed("no registry"));
        bench.on(new ProcessEnded(PODMAN, id("c1"), MAIN));
        bench.answer(observed(new Exited(1)));
        bench.deleted();
        assertThat(bench.isResting()).isTrue(); // it is not tried more often because of that
        assertThat(bench.shown()).containsExactly("4 Pending(Starting): Retry 1: no registry");
        bench.wake();
        assertThat(bench.task()).isInstanceOf(Task.Create.class);
    }

    @Test
    void that_failed_lets_nothing_start_before_its_conditions_when_the_old_one_ends() {
        var bench = Bench.running(NGINX).slow();
        bench.place(open("Waiting for db."));
        bench.wish(APACHE);
        bench.answer(failed("no registry"));
        bench.on(new ProcessEnded(PODMAN, id("c1"), MAIN));
        bench.answer(observed(new Exited(1)));
        bench.deleted();
        assertThat(bench.isIdle()).isTrue();
        assertThat(bench.shown()).containsExactly("4 Pending(WaitingToStart): Waiting for db.");
        bench.free().wake();
        assertThat(bench.task()).isInstanceOf(Task.Create.class);
    }

    @Test
    void that_hangs_is_overdue_one_day() {
        var bench = Bench.running(NGINX).slow();
        bench.wish(APACHE);
        assertThat(bench.pause().after()).isEqualTo(Timing.DEFAULTS.prepareWithin());
        bench.on(new Woke(bench.working().token()));
        assertThat(bench.interrupted()).isTrue();
        bench.answer(failed("interrupted"));
        assertThat(bench.shown())
                .contains("4 Pending(Starting): Retry 1: the runtime did not answer within 7200 s");
    }

    @Test
    void does_not_wait_for_conditions_nor_for_those_that_need_the_old_one() {
        var bench = Bench.running(NGINX).slow();
        bench.place(
                new Circumstances(
                        Optional.empty(),
                        new Conditions.Open("Waiting for db."),
                        false,
                        Optional.of("Needed by x."),
                        false));
        bench.wish(APACHE);
        assertThat(bench.task()).isInstanceOf(Task.Prepare.class);
        assertThat(bench.shown()).contains("3 Running(Ok)");
        bench.prepared();
        assertThat(bench.isIdle()).isTrue();
        assertThat(bench.shown())
                .containsExactlyInAnyOrder(
                        "3 Stopping(WaitingToStop): Needed by x.",
                        "4 Pending(WaitingToStart): Waiting for db.");
        bench.place(open("Waiting for db."));
        assertThat(bench.task()).isInstanceOf(Task.Delete.class);
    }

    @Test
    void done_does_not_stop_what_depends_on_something_that_is_being_prepared() {
        var bench = Bench.running(NGINX).slow();
        bench.place(awaiting());
        bench.wish(APACHE);
        bench.prepared();
        assertThat(bench.isIdle()).isTrue();
        assertThat(bench.shown())
                .containsExactlyInAnyOrder(
                        "3 Running(Ok)", "4 Pending(WaitingToStart): Waiting for db.");
        bench.place(open("Waiting for db."));
        assertThat(bench.task()).isInstanceOf(Task.Delete.class);
    }

    private static Circumstances awaiting() {
        return new Circumstances(
                Optional.empty(),
                new Conditions.Open("Waiting for db."),
                false,
                Optional.empty(),
                true);
    }

    @Test
    void is_shown_with_the_old_one_where_both_have_one_name() {
        var bench = Bench.running(NGINX).slow();
        var other = Bench.workload("nginx");
        bench.wish(
                run(
                        other.rendered(
                                other.agent(),
                                other.runtimeConfig(),
                                List.of(new TextFile("/a", "b"))),
                        4));
        assertThat(bench.shown())
                .containsExactly("3 Running(Ok): Goes on until its update is prepared.");
        bench.answer(failed("no registry"));
        assertThat(bench.shown())
                .containsExactly(
                        "3 Running(Ok): Goes on until its update is prepared. Retry 1: no"
                                + " registry");
        bench.wake();
        bench.answer(new Answer.Failed("no such mount point", false));
        assertThat(bench.shown())
                .containsExactly(
                        "3 Running(Ok): Goes on, because its update cannot be started: no such"
                                + " mount point");
    }

    @Test
    void is_tried_again_at_once_when_the_policy_changes() {
        var bench = Bench.running(NGINX).slow();
        bench.wish(pulling("apache", 4, ImagePullPolicy.NEVER));
        bench.answer(failed("it is not there"));
        assertThat(bench.isResting()).isTrue();
        bench.wish(pulling("apache", 4, ImagePullPolicy.IF_NOT_PRESENT));
        assertThat(bench.task()).isInstanceOf(Task.Prepare.class);
        assertThat(policy(bench)).isEqualTo(ImagePullPolicy.IF_NOT_PRESENT);
        bench.wish(pulling("apache", 4, ImagePullPolicy.NEVER));
        assertThat(bench.interrupted()).isTrue();
    }

    @Test
    void pulls_always_before_an_update_and_not_again_to_create_it_nor_to_restart_it() {
        var bench = Bench.running(NGINX).slow();
        var always = pulling("apache", 4, ImagePullPolicy.ALWAYS);
        bench.wish(always);
        assertThat(policy(bench)).isEqualTo(ImagePullPolicy.ALWAYS);
        bench.prepared();
        bench.deleted();
        assertThat(policy(bench)).isEqualTo(ImagePullPolicy.IF_NOT_PRESENT);
        assertThat(bench.task())
                .isInstanceOfSatisfying(
                        Task.Create.class, each -> assertThat(each.order().prepared()).isTrue());
        bench.created("c2");
        bench.exit("c2", 1);
        bench.deleted();
        assertThat(policy(bench)).isEqualTo(ImagePullPolicy.IF_NOT_PRESENT);
    }

    @Test
    void pulls_always_at_the_first_start_until_it_succeeds() {
        var bench = Bench.idle().slow();
        bench.wish(pulling("apache", 4, ImagePullPolicy.ALWAYS));
        assertThat(policy(bench)).isEqualTo(ImagePullPolicy.ALWAYS);
        bench.answer(failed("no registry"));
        bench.wake();
        assertThat(policy(bench)).isEqualTo(ImagePullPolicy.ALWAYS);
        bench.created("c1");
        bench.exit("c1", 1);
        bench.deleted();
        assertThat(policy(bench)).isEqualTo(ImagePullPolicy.IF_NOT_PRESENT);
    }

    @Test
    void pulls_nothing_again_for_what_was_adopted() {
        var bench = new Bench().slow();
        var always = pulling("apache", 4, ImagePullPolicy.ALWAYS);
        bench.list(found("c1", always, new Running(MAIN)));
        bench.free();
        bench.wish(always);
        bench.exit("c1", 1);
        bench.deleted();
        assertThat(policy(bench)).isEqualTo(ImagePullPolicy.IF_NOT_PRESENT);
    }

    @Test
    void is_not_waited_for_where_the_update_cannot_start_anyway() {
        var bench = Bench.running(NGINX).slow();
        bench.wish(refused("apache", 4, "no such runtime"));
        assertThat(bench.task()).isInstanceOf(Task.Delete.class);
    }

    @Test
    void begins_anew_after_a_restart_of_the_agent() {
        var bench = new Bench().slow();
        bench.list(found("c1", NGINX, new Running(MAIN)));
        bench.free();
        bench.wish(APACHE);
        assertThat(bench.task()).isInstanceOf(Task.Prepare.class);
        bench.pass(Duration.ofMinutes(1)).prepared();
        assertThat(bench.task()).isInstanceOf(Task.Delete.class);
    }

    private static Wish.Run pulling(String image, long changedAt, ImagePullPolicy policy) {
        return run(
                Bench.workload(image)
                        .withRestartPolicy(RestartPolicy.ALWAYS)
                        .withImagePullPolicy(policy),
                changedAt);
    }

    private static ImagePullPolicy policy(Bench bench) {
        return switch (bench.task()) {
            case Task.Create(_, var order) -> order.workload().imagePullPolicy();
            case Task.Prepare(_, var order) -> order.workload().imagePullPolicy();
            default -> throw new AssertionError(bench.task() + " needs no image");
        };
    }
}
