package io.muster.agent.reconcile;

import static io.muster.agent.reconcile.AgentBench.THEIRS;
import static io.muster.agent.reconcile.AgentBench.found;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.DesiredState;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.Observation;
import io.muster.api.shell.ProcessRef;
import io.muster.api.state.AddCondition;
import io.muster.api.state.Dependency;
import io.muster.api.state.LostContact;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Workloads that are not to go on without the server. */
final class LostContactTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Duration LONGER = Duration.ofHours(2);
    private static final WorkloadName DB = new WorkloadName("db");
    private static final AssignedWorkload KEPT = AgentBench.assigned("kept", "kept", 3);
    private static final AgentTimer.LostLong TIMER = new AgentTimer.LostLong();

    private final AgentBench bench = AgentBench.connected();

    private static AssignedWorkload stopping(String name, Duration limit) {
        return Bench.assigned(new WorkloadName(name), workload(name, limit), 3);
    }

    private static Workload workload(String image, Duration limit) {
        return Bench.workload(image).withLostContact(new LostContact.StopAfter(limit));
    }

    private static DesiredState wish(AssignedWorkload... workloads) {
        return AgentBench.desired(1, 3, workloads);
    }

    private AgentBench inContact(AssignedWorkload... workloads) {
        return bench.on(new AgentEvent.ServerSeen(AgentBench.server(1)))
                .wish(wish(workloads))
                .work();
    }

    private void lose() {
        bench.on(new AgentEvent.Disconnected(false));
    }

    private void regain() {
        bench.on(new AgentEvent.Connected("n2"))
                .on(new AgentEvent.ServerSeen(AgentBench.server(2)));
    }

    private void passes(Duration time) {
        bench.pass(time).wake(TIMER);
    }

    @Test
    void stop_when_their_time_has_passed_and_say_why_and_the_others_go_on() {
        inContact(KEPT, stopping("db", LIMIT));
        lose();
        assertThat(bench.timer(TIMER)).map(AgentEffect.Wake::after).contains(LIMIT);
        passes(LIMIT);
        assertThat(bench.shown())
                .containsExactly("db Stopping(RequestedAtRuntime)", "kept Running(Ok)");
        bench.work();
        assertThat(bench.shown()).containsExactly("db Pending(WaitingToStart)", "kept Running(Ok)");
        assertThat(bench.info("db"))
                .contains("out of contact with the server for 10m")
                .contains("stopAfterLostContact")
                .contains("starts again by itself")
                .hasSizeLessThan(400);
    }

    @Test
    void start_again_with_the_contact() {
        inContact(stopping("db", LIMIT));
        lose();
        passes(LIMIT);
        bench.work();
        regain();
        assertThat(bench.shown()).containsExactly("db Pending(Starting)");
        bench.work();
        assertThat(bench.shown()).containsExactly("db Running(Ok)");
    }

    @Test
    void are_left_alone_by_a_loss_that_ends_in_time() {
        inContact(stopping("db", LIMIT));
        lose();
        bench.pass(LIMIT.minusSeconds(1));
        regain();
        assertThat(bench.ordersNothing()).isTrue();
        lose();
        passes(Duration.ofSeconds(1)); // the timer of the first loss
        assertThat(bench.ordersNothing()).isTrue();
        assertThat(bench.timer(TIMER)).map(AgentEffect.Wake::after).contains(LIMIT.minusSeconds(1));
    }

    @Test
    void stop_one_after_the_other() {
        inContact(stopping("db", LIMIT), stopping("web", LONGER));
        lose();
        passes(LIMIT);
        assertThat(bench.timer(TIMER)).map(AgentEffect.Wake::after).contains(LONGER.minus(LIMIT));
        bench.work();
        assertThat(bench.shown()).containsExactly("db Pending(WaitingToStart)", "web Running(Ok)");
        passes(LONGER.minus(LIMIT));
        bench.work();
        assertThat(bench.shown())
                .containsExactly("db Pending(WaitingToStart)", "web Pending(WaitingToStart)");
    }

    @Test
    void count_a_server_that_has_left_its_broker_as_lost() {
        inContact(stopping("db", LIMIT));
        bench.on(new AgentEvent.ServerSeen(AgentBench.server(false, 1)));
        passes(LIMIT);
        assertThat(bench.shown()).containsExactly("db Stopping(RequestedAtRuntime)");
    }

    @Test
    void count_a_foreign_server_as_none() {
        inContact(stopping("db", LIMIT));
        bench.on(
                new AgentEvent.ServerSeen(
                        new ServerPresence(true, THEIRS, 1, 9, "0.1.0", "another")));
        passes(LIMIT);
        assertThat(bench.shown()).containsExactly("db Stopping(RequestedAtRuntime)");
    }

    @Test
    void a_job_that_is_done_stays_done_and_one_that_was_stopped_runs_again() {
        var job =
                Bench.assigned(
                        DB, workload("job", LIMIT).withRestartPolicy(RestartPolicy.NEVER), 3);
        inContact(job, stopping("web", LIMIT));
        bench.exit("db", 0);
        lose();
        passes(LIMIT);
        bench.work();
        assertThat(bench.shown())
                .containsExactly("db Succeeded(Ok)", "web Pending(WaitingToStart)");
        regain();
        bench.work();
        assertThat(bench.shown()).containsExactly("db Succeeded(Ok)", "web Running(Ok)");
    }

    @Test
    void wait_only_for_dependents_that_stop_too() {
        inContact(stopping("db", LIMIT), dependent("keeps", Optional.empty()), dependent("web"));
        lose();
        passes(LIMIT);
        assertThat(bench.shown())
                .containsExactly(
                        "db Stopping(WaitingToStop)",
                        "keeps Running(Ok)",
                        "web Stopping(RequestedAtRuntime)");
        bench.succeed(new WorkloadName("web"));
        assertThat(bench.shown())
                .containsExactly(
                        "db Stopping(RequestedAtRuntime)",
                        "keeps Running(Ok)",
                        "web Pending(WaitingToStart)");
    }

    private static AssignedWorkload dependent(String name) {
        return dependent(name, Optional.of(LIMIT));
    }

    private static AssignedWorkload dependent(String name, Optional<Duration> limit) {
        var dependencies = new TreeMap<>(Map.of(DB, Dependency.on(AddCondition.ADD_COND_RUNNING)));
        var workload = Bench.workload(name).withDependencies(dependencies);
        return Bench.assigned(
                new WorkloadName(name),
                limit.map(each -> workload.withLostContact(new LostContact.StopAfter(each)))
                        .orElse(workload),
                3);
    }

    @Test
    void obey_a_new_limit_without_a_restart() {
        inContact(AgentBench.assigned("db", "db", 3));
        bench.wish(AgentBench.desired(1, 4, stopping("db", LIMIT)));
        assertThat(bench.ordersNothing()).isTrue();
        lose();
        passes(LIMIT);
        assertThat(bench.shown()).containsExactly("db Stopping(RequestedAtRuntime)");
    }

    @Test
    void nothing_is_written_unless_something_is_stopped() {
        inContact(KEPT, stopping("db", LIMIT));
        lose();
        assertThat(bench.effects(AgentEffect.KeepLost.class)).isEmpty();
        regain();
        assertThat(bench.effects(AgentEffect.KeepLost.class)).isEmpty();
        lose();
        passes(LIMIT);
        assertThat(bench.effects(AgentEffect.KeepLost.class))
                .containsExactly(new AgentEffect.KeepLost(LIMIT));
        bench.on(new AgentEvent.LostKept(LIMIT));
        regain();
        assertThat(bench.effects(AgentEffect.KeepLost.class))
                .containsExactly(new AgentEffect.KeepLost(Duration.ZERO));
    }

    @Test
    void what_the_disk_did_not_take_is_given_to_it_again() {
        inContact(stopping("db", LIMIT));
        lose();
        passes(LIMIT);
        bench.on(new AgentEvent.LostNotKept());
        assertThat(bench.timer(new AgentTimer.KeepLostAgain())).isPresent();
        assertThat(bench.effects(AgentEffect.KeepLost.class)).isEmpty();
        bench.wake(new AgentTimer.KeepLostAgain());
        assertThat(bench.effects(AgentEffect.KeepLost.class))
                .containsExactly(new AgentEffect.KeepLost(LIMIT));
    }

    @Test
    void what_was_stopped_stays_so_when_the_agent_starts_again_without_a_server() {
        var copy = wish(KEPT, stopping("db", LIMIT), stopping("web", LONGER));
        var fresh = startedWith(copy, LIMIT, List.of());
        fresh.wake(new AgentTimer.GraceOver()).work();
        assertThat(fresh.shown())
                .containsExactly(
                        "db Pending(WaitingToStart)", "kept Running(Ok)", "web Running(Ok)");
        assertThat(fresh.info("db")).contains("stopAfterLostContact");
        fresh.pass(LONGER.minus(LIMIT)).wake(TIMER).work();
        assertThat(fresh.shown())
                .containsExactly(
                        "db Pending(WaitingToStart)",
                        "kept Running(Ok)",
                        "web Pending(WaitingToStart)");
    }

    @Test
    void time_counts_from_the_start_of_the_agent() {
        var copy = wish(stopping("db", LIMIT));
        var fresh =
                startedWith(
                        copy,
                        Duration.ZERO,
                        List.of(
                                found(
                                        "c1",
                                        copy,
                                        "db",
                                        new Observation.Running(new ProcessRef(1, 1)))));
        fresh.wake(new AgentTimer.GraceOver());
        assertThat(fresh.shown()).containsExactly("db Running(Ok)");
        fresh.pass(LIMIT).wake(TIMER);
        assertThat(fresh.shown()).containsExactly("db Stopping(RequestedAtRuntime)");
    }

    @Test
    void what_the_disk_remembers_is_forgotten_with_the_contact() {
        var copy = wish(stopping("db", LIMIT));
        var fresh = startedWith(copy, LIMIT, List.of());
        fresh.on(new AgentEvent.Connected("n1"))
                .on(new AgentEvent.ServerSeen(AgentBench.server(1)));
        assertThat(fresh.effects(AgentEffect.KeepLost.class))
                .containsExactly(new AgentEffect.KeepLost(Duration.ZERO));
        fresh.wake(new AgentTimer.GraceOver()).work();
        assertThat(fresh.shown()).containsExactly("db Running(Ok)");
    }

    private static AgentBench startedWith(DesiredState copy, Duration lost, List<Found> podman) {
        var fresh = new AgentBench();
        fresh.on(new AgentEvent.Started(Optional.of(copy), Fence.OPEN, "", lost));
        fresh.on(new AgentEvent.Listed("native", List.of()));
        return fresh.on(new AgentEvent.Listed("podman", podman));
    }
}
