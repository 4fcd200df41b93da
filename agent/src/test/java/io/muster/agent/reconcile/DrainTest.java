package io.muster.agent.reconcile;

import static io.muster.agent.reconcile.AgentBench.OURS;
import static io.muster.agent.reconcile.AgentBench.found;
import static io.muster.agent.reconcile.AgentBench.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.link.Addressee;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.Dependents;
import io.muster.api.link.DesiredState;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Observation;
import io.muster.api.shell.ProcessRef;
import io.muster.api.state.AddCondition;
import io.muster.api.state.Dependency;
import io.muster.api.state.ImagePullPolicy;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Agents on which nothing is to run. */
final class DrainTest {
    private static final WorkloadName DB = new WorkloadName("db");
    private static final WorkloadName WEB = new WorkloadName("web");
    private static final AssignedWorkload POSTGRES = AgentBench.assigned("db", "postgres", 3);

    private final AgentBench bench = AgentBench.connected();

    private static AssignedWorkload web(OnUpdate onUpdate) {
        var dependencies = new TreeMap<WorkloadName, Dependency>();
        dependencies.put(DB, new Dependency(AddCondition.ADD_COND_RUNNING, onUpdate));
        return Bench.assigned(WEB, Bench.workload("web").withDependencies(dependencies), 3);
    }

    private static AssignedWorkload job(RestartPolicy policy) {
        return Bench.assigned(DB, Bench.workload("job").withRestartPolicy(policy), 3);
    }

    private static DesiredState desired(
            long revision, boolean drained, AssignedWorkload... workloads) {
        return new DesiredState(
                version(OURS, 1, revision),
                false,
                new Addressee.Anybody(),
                drained,
                List.of(workloads),
                List.of());
    }

    @Test
    void stops_all_dependents_first_and_says_why_nothing_runs() {
        for (var each : OnUpdate.values()) {
            var one = AgentBench.connected();
            one.wish(desired(3, false, POSTGRES, web(each))).work();
            one.wish(desired(4, true, POSTGRES, web(each)));
            assertThat(one.shown())
                    .containsExactly(
                            "db Stopping(WaitingToStop)", "web Stopping(RequestedAtRuntime)");
            one.succeed(WEB);
            assertThat(one.shown())
                    .containsExactly(
                            "db Stopping(RequestedAtRuntime)", "web Pending(WaitingToStart)");
            one.work();
            assertThat(one.shown())
                    .containsExactly("db Pending(WaitingToStart)", "web Pending(WaitingToStart)");
            assertThat(one.info("web"))
                    .contains("is drained")
                    .endsWith("muster undrain " + Bench.AGENT);
        }
    }

    @Test
    void starts_all_again_in_order_when_it_is_taken_back() {
        bench.wish(desired(3, false, POSTGRES, web(OnUpdate.WAIT))).work();
        bench.wish(desired(4, true, POSTGRES, web(OnUpdate.WAIT))).work();
        bench.wish(desired(5, false, POSTGRES, web(OnUpdate.WAIT)));
        assertThat(bench.shown())
                .containsExactly("db Pending(Starting)", "web Pending(WaitingToStart)");
        bench.work();
        assertThat(bench.shown()).containsExactly("db Running(Ok)", "web Running(Ok)");
    }

    @Test
    void leaves_alone_what_was_not_stopped_yet_when_it_is_taken_back() {
        bench.wish(desired(3, false, POSTGRES, web(OnUpdate.WAIT))).work();
        bench.wish(desired(4, true, POSTGRES, web(OnUpdate.WAIT)));
        bench.wish(desired(5, false, POSTGRES, web(OnUpdate.WAIT)));
        assertThat(bench.shown())
                .containsExactly("db Running(Ok)", "web Stopping(RequestedAtRuntime)");
        bench.work();
        assertThat(bench.shown()).containsExactly("db Running(Ok)", "web Running(Ok)");
    }

    @Test
    void starts_nothing_that_comes_later() {
        bench.wish(desired(3, true, POSTGRES)).work();
        assertThat(bench.shown()).containsExactly("db Pending(WaitingToStart)");
        assertThat(bench.ordersNothing()).isTrue();
    }

    @Test
    void interrupts_a_start_that_is_under_way() {
        bench.wish(desired(3, false, POSTGRES));
        bench.wish(desired(4, true, POSTGRES));
        assertThat(bench.working(DB).interrupted()).isTrue();
        bench.work();
        assertThat(bench.shown()).containsExactly("db Pending(WaitingToStart)");
    }

    @Test
    void leaves_what_has_ended_for_good_and_does_not_run_it_again() {
        bench.wish(desired(3, false, job(RestartPolicy.NEVER))).work().exit("db", 0);
        bench.wish(desired(4, true, job(RestartPolicy.NEVER))).work();
        assertThat(bench.shown()).containsExactly("db Succeeded(Ok)");
        bench.wish(desired(5, false, job(RestartPolicy.NEVER))).work();
        assertThat(bench.shown()).containsExactly("db Succeeded(Ok)");
    }

    @Test
    void does_not_restart_what_ends_whatever_its_policy() {
        bench.wish(desired(3, false, job(RestartPolicy.ALWAYS))).work().exit("db", 0);
        bench.wish(desired(4, true, job(RestartPolicy.ALWAYS))).work();
        assertThat(bench.shown()).containsExactly("db Pending(WaitingToStart)");
    }

    @Test
    void looks_whether_a_job_has_finished_before_it_is_removed() {
        bench.wish(desired(3, false, job(RestartPolicy.NEVER))).work();
        var there = bench.managed(DB).there().getFirst();
        bench.of(
                DB,
                new WorkloadEvent.ProcessEnded(
                        "podman",
                        there.instance().id(),
                        ((Observation.Running) there.seen()).processes().getFirst()));
        bench.wish(desired(4, true, job(RestartPolicy.NEVER)));
        assertThat(bench.working(DB).task()).isInstanceOf(Task.Observe.class);
        bench.work();
        assertThat(bench.shown()).containsExactly("db Succeeded(Ok)");
    }

    @Test
    void stops_the_rest_of_a_pod_of_which_one_container_has_failed() {
        for (var worst :
                List.of(new Observation.Exited(1), new Observation.Interrupted("a reboot"))) {
            var bench = drainedPod(worst);
            assertThat(bench.task()).isInstanceOf(Task.Delete.class);
            bench.deleted();
            assertThat(bench.isIdle()).isTrue();
            assertThat(bench.shown()).singleElement().asString().contains("WaitingToStart");
        }
    }

    @Test
    void leaves_a_pod_of_which_all_containers_have_succeeded() {
        var bench = drainedPod(new Observation.Exited(0));
        assertThat(bench.isIdle()).isTrue();
        assertThat(bench.shown()).singleElement().asString().contains("Succeeded(Ok)");
    }

    private static Bench drainedPod(Observation observation) {
        var run = Bench.run(Workload.of(Bench.AGENT, "podman-kube", "manifest: x"), 3);
        var bench = Bench.idle();
        bench.wish(run);
        bench.place(drained());
        bench.answer(new Answer.Created(Bench.id("pods"), observation));
        return bench;
    }

    private static Circumstances drained() {
        return new Circumstances(
                Optional.empty(),
                new Conditions.Met(),
                false,
                Optional.empty(),
                false,
                false,
                Optional.of("It is drained."));
    }

    @Test
    void gets_no_image_anew_when_it_is_taken_back() {
        var always =
                Bench.run(Bench.workload("web").withImagePullPolicy(ImagePullPolicy.ALWAYS), 3);
        var bench = Bench.running(always);
        bench.place(drained());
        bench.deleted();
        bench.free();
        assertThat(bench.task()).isEqualTo(new Task.Create(Bench.PODMAN, always.preparedOrder()));
    }

    @Test
    void holds_without_a_server_after_a_restart_of_the_agent() {
        var copy = desired(4, true, POSTGRES, web(OnUpdate.WAIT));
        var fresh = new AgentBench();
        fresh.on(new AgentEvent.Started(Optional.of(copy), Fence.OPEN, ""));
        fresh.on(new AgentEvent.Listed("native", List.of()));
        fresh.on(
                new AgentEvent.Listed(
                        "podman",
                        List.of(
                                found(
                                        "c1",
                                        copy,
                                        "db",
                                        new Observation.Running(new ProcessRef(1, 1))))));
        fresh.wake(new AgentTimer.GraceOver()).work();
        assertThat(fresh.shown())
                .containsExactly("db Pending(WaitingToStart)", "web Pending(WaitingToStart)");
    }

    @Test
    void is_written_to_the_disk_although_the_workloads_are_the_same() {
        bench.wish(desired(3, false, POSTGRES)).work();
        bench.on(new AgentEvent.DesiredCame(desired(4, true, POSTGRES)));
        assertThat(bench.save().orElseThrow().copy()).map(DesiredState::drained).contains(true);
    }

    @Nested
    final class An_agent_that_leaves {
        @Test
        void stops_all_in_order_and_runs_them_again_when_it_starts() {
            bench.wish(desired(3, false, POSTGRES, web(OnUpdate.WAIT))).work();
            bench.on(new AgentEvent.Leaving());
            assertThat(bench.state().running()).containsExactly(DB, WEB);
            assertThat(bench.shown())
                    .containsExactly(
                            "db Stopping(WaitingToStop)", "web Stopping(RequestedAtRuntime)");
            bench.work();
            assertThat(bench.state().running()).isEmpty();
            assertThat(bench.info("db")).contains("until it starts");
        }

        @Test
        void has_not_stopped_before_every_runtime_has_told_what_it_has() {
            var fresh = new AgentBench();
            fresh.on(
                    new AgentEvent.Started(
                            Optional.of(desired(4, false, POSTGRES)), Fence.OPEN, ""));
            fresh.on(new AgentEvent.Leaving());
            fresh.on(new AgentEvent.Listed("native", List.of()));
            fresh.on(new AgentEvent.ListFailed("podman", "it hangs"));
            assertThat(fresh.state().running()).isEmpty();
            assertThat(fresh.state().hasStopped()).isFalse();
            assertThat(fresh.state().unlisted()).containsExactly("podman");
            fresh.on(
                    new AgentEvent.Listed(
                            "podman",
                            List.of(
                                    found(
                                            "c1",
                                            desired(4, false, POSTGRES),
                                            "db",
                                            new Observation.Running(new ProcessRef(1, 1))))));
            assertThat(fresh.state().hasStopped()).isFalse();
            fresh.work();
            assertThat(fresh.state().hasStopped()).isTrue();
        }

        @Test
        void waits_for_nobody_elsewhere() {
            bench.wish(
                            new DesiredState(
                                    version(OURS, 1, 3),
                                    false,
                                    new Addressee.Anybody(),
                                    List.of(POSTGRES),
                                    List.of(new Dependents(DB, false, true, new TreeSet<>()))))
                    .work();
            bench.on(new AgentEvent.Leaving()).work();
            assertThat(bench.state().running()).isEmpty();
        }

        @Test
        void touches_nothing_that_it_has_no_wish_for() {
            var copy = desired(4, false, POSTGRES);
            var fresh = new AgentBench();
            fresh.on(new AgentEvent.Started(Optional.empty(), Fence.OPEN, ""));
            fresh.on(
                    new AgentEvent.Listed(
                            "podman",
                            List.of(
                                    found(
                                            "c1",
                                            copy,
                                            "db",
                                            new Observation.Running(new ProcessRef(1, 1))))));
            fresh.on(new AgentEvent.Listed("native", List.of()));
            fresh.on(new AgentEvent.Leaving());
            assertThat(fresh.ordersNothing()).isTrue();
            assertThat(fresh.state().running()).isEmpty();
        }
    }
}
