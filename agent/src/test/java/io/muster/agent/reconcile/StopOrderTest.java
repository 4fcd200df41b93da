package io.muster.agent.reconcile;

import static io.muster.agent.reconcile.AgentBench.OURS;
import static io.muster.agent.reconcile.AgentBench.found;
import static io.muster.agent.reconcile.AgentBench.server;
import static io.muster.agent.reconcile.AgentBench.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.reconcile.AgentEvent.FactsCame;
import io.muster.agent.reconcile.AgentEvent.Listed;
import io.muster.agent.reconcile.AgentEvent.ServerSeen;
import io.muster.agent.reconcile.AgentEvent.Started;
import io.muster.api.link.Addressee;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.Dependents;
import io.muster.api.link.DesiredState;
import io.muster.api.link.Facts;
import io.muster.api.link.Needed;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Observation.Interrupted;
import io.muster.api.runtime.Observation.Running;
import io.muster.api.shell.ProcessRef;
import io.muster.api.state.AddCondition;
import io.muster.api.state.Dependency;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is stopped only when nobody needs it any more. */
final class StopOrderTest {
    private static final WorkloadName DB = new WorkloadName("db");
    private static final WorkloadName WEB = new WorkloadName("web");
    private static final AssignedWorkload POSTGRES = AgentBench.assigned("db", "postgres", 3);

    private final AgentBench bench = AgentBench.connected();

    private static AssignedWorkload web(OnUpdate onUpdate, long changedAt) {
        return web(new Dependency(AddCondition.ADD_COND_RUNNING, onUpdate), "web", "db", changedAt);
    }

    private static AssignedWorkload web(
            Dependency dependency, String name, String on, long changedAt) {
        var dependencies = new TreeMap<WorkloadName, Dependency>();
        dependencies.put(new WorkloadName(on), dependency);
        return Bench.assigned(
                new WorkloadName(name),
                Bench.workload(name).withDependencies(dependencies),
                changedAt);
    }

    private static DesiredState desired(long revision, AssignedWorkload... workloads) {
        return AgentBench.desired(1, revision, workloads);
    }

    private static DesiredState desired(
            long revision, Dependents dependents, AssignedWorkload... workloads) {
        return new DesiredState(
                version(OURS, 1, revision),
                false,
                new Addressee.Anybody(),
                List.of(workloads),
                List.of(dependents));
    }

    private static Dependents leaving(String on, String... dependents) {
        var names = new TreeSet<WorkloadName>();
        for (var each : dependents) {
            names.add(new WorkloadName(each));
        }
        return new Dependents(new WorkloadName(on), false, false, names);
    }

    private List<String> underWay() {
        return bench.tasks().stream()
                .map(each ->
                        each.name()
                                + " "
                                + (each.doing() instanceof Doing.Working(_, var task, _, _)
                                        ? task.getClass().getSimpleName()
                                        : ""))
                .toList();
    }

    @Nested
    final class A_deletion {
        @Test
        void waits_for_a_dependent_that_runs_and_says_what_to_do() {
            bench.wish(desired(3, POSTGRES, web(OnUpdate.WAIT, 3))).work();
            bench.wish(desired(4, web(OnUpdate.WAIT, 3)));
            assertThat(bench.tasks()).isEmpty();
            assertThat(bench.shown())
                    .containsExactly("db Stopping(WaitingToStop)", "web Running(Ok)");
            assertThat(bench.info("db"))
                    .isEqualTo(
                            "Not stopped as long as it is needed by \"web\" (Running(Ok)). Delete"
                                    + " that too, or let it not depend on this any more.");
            bench.wish(desired(5, leaving("db", "web"))).work();
            assertThat(bench.shown()).isEmpty();
        }

        @Test
        void is_no_update_whatever_that_means_to_dependents() {
            for (var each : OnUpdate.values()) {
                var one = AgentBench.connected();
                one.wish(desired(3, POSTGRES, web(each, 3))).work();
                one.wish(desired(4, web(each, 3)));
                assertThat(one.tasks()).isEmpty();
            }
        }

        @Test
        void of_a_chain_ends_its_last_link_first() {
            var front = web(Dependency.on(AddCondition.ADD_COND_RUNNING), "front", "web", 3);
            bench.wish(desired(3, POSTGRES, front, web(OnUpdate.WAIT, 3))).work().steps();
            bench.wish(
                    new DesiredState(
                            version(OURS, 1, 4),
                            false,
                            new Addressee.Anybody(),
                            List.of(),
                            List.of(leaving("db", "web"), leaving("web", "front"))));
            assertThat(underWay()).containsExactly("front Delete");
            assertThat(bench.shown())
                    .containsExactly(
                            "db Stopping(WaitingToStop)",
                            "front Stopping(RequestedAtRuntime)",
                            "web Stopping(WaitingToStop)");
            assertThat(bench.info("db"))
                    .isEqualTo(
                            "Not stopped as long as it is needed by \"web\""
                                    + " (Stopping(WaitingToStop)).");
            bench.succeed(new WorkloadName("front"));
            assertThat(underWay()).containsExactly("web Delete");
            bench.succeed(WEB);
            assertThat(underWay()).containsExactly("db Delete");
            bench.work();
            assertThat(bench.shown()).isEmpty();
        }

        @Test
        void does_not_wait_for_dependents_that_wait_to_start_nor_for_those_of_other_conditions() {
            for (var condition :
                    List.of(AddCondition.ADD_COND_SUCCEEDED, AddCondition.ADD_COND_FAILED)) {
                var one = AgentBench.connected();
                var web = web(Dependency.on(condition), "web", "db", 3);
                one.wish(desired(3, POSTGRES, web)).work();
                one.wish(desired(4, web)).work();
                assertThat(one.shown()).containsExactly("web Pending(WaitingToStart)");
            }
            var waiting = web(OnUpdate.WAIT, 4);
            bench.wish(desired(3, POSTGRES)).work();
            bench.wish(desired(4, AgentBench.assigned("db", "postgres:2", 4), waiting));
            bench.succeed(DB); // the old one is gone
            bench.wish(desired(5, waiting));
            assertThat(bench.shown()).contains("web Pending(WaitingToStart)");
            bench.answer(DB, new Answer.Failed("given up", true)).work();
            assertThat(bench.shown()).containsExactly("web Pending(WaitingToStart)");
        }

        @Test
        void goes_on_at_once_when_the_dependency_is_dropped_or_the_dependent_ends() {
            bench.wish(desired(3, POSTGRES, web(OnUpdate.WAIT, 3))).work();
            bench.wish(desired(4, web(OnUpdate.WAIT, 3)));
            bench.wish(desired(5, Bench.assigned(WEB, Bench.workload("web"), 3)));
            assertThat(underWay()).containsExactly("db Delete");

            var other = AgentBench.connected();
            other.wish(desired(3, POSTGRES, web(OnUpdate.WAIT, 3))).work();
            other.wish(desired(4, web(OnUpdate.WAIT, 3)));
            other.exit("web", 0).work();
            assertThat(other.shown()).containsExactly("web Succeeded(Ok)");
        }

        @Test
        void that_is_taken_back_has_stopped_nothing() {
            bench.wish(desired(3, POSTGRES, web(OnUpdate.WAIT, 3))).work();
            var before = bench.managed(DB).there();
            bench.wish(desired(4, web(OnUpdate.WAIT, 3)));
            bench.wish(desired(5, POSTGRES, web(OnUpdate.WAIT, 3)));
            assertThat(bench.tasks()).isEmpty();
            assertThat(bench.shown()).containsExactly("db Running(Ok)", "web Running(Ok)");
            assertThat(bench.managed(DB).there()).isEqualTo(before);
        }

        @Test
        void of_what_has_ended_does_not_wait() {
            bench.wish(desired(3, POSTGRES, web(OnUpdate.WAIT, 3))).work();
            bench.wish(desired(4, web(OnUpdate.WAIT, 3)));
            bench.exit("db", 1).work();
            assertThat(bench.shown()).containsExactly("web Running(Ok)");
        }

        @Test
        void still_waits_after_a_restart_of_the_agent() {
            var before = desired(3, POSTGRES, web(OnUpdate.WAIT, 3));
            var copy = desired(4, leaving("db", "web"));
            var agent = new AgentBench();
            agent.on(new Started(Optional.of(copy), Fence.OPEN, ""));
            agent.on(new Listed("native", List.of()));
            agent.on(new AgentEvent.Woke(new AgentTimer.GraceOver()));
            agent.on(
                    new Listed(
                            "podman",
                            List.of(
                                    found("c1", before, "db", new Running(new ProcessRef(7, 7))),
                                    found(
                                            "c2",
                                            before,
                                            "web",
                                            new Running(new ProcessRef(8, 8))))));
            assertThat(agent.shown())
                    .containsExactly(
                            "db Stopping(WaitingToStop)", "web Stopping(RequestedAtRuntime)");
            agent.succeed(WEB);
            assertThat(agent.shown()).containsExactly("db Stopping(RequestedAtRuntime)");
        }
    }

    @Nested
    final class An_update {
        private final AssignedWorkload newer = AgentBench.assigned("db", "postgres:2", 4);

        @Test
        void waits_for_a_dependent_that_runs_and_says_what_to_do() {
            bench.wish(desired(3, POSTGRES, web(OnUpdate.WAIT, 3))).work();
            bench.wish(desired(4, newer, web(OnUpdate.WAIT, 3)));
            assertThat(bench.tasks()).isEmpty();
            assertThat(bench.shown())
                    .containsExactlyInAnyOrder(
                            "db Stopping(WaitingToStop)", "db Pending(Initial)", "web Running(Ok)");
            assertThat(bench.state().shown().values())
                    .extracting(each -> each.state().additionalInfo())
                    .contains(
                            "Not stopped as long as it is needed by \"web\" (Running(Ok)). Delete"
                                    + " or change that, or write onUpdate: restart (or ignore) in"
                                    + " its dependency.");
        }

        @Test
        void goes_ahead_where_dependents_do_not_mind() {
            bench.wish(desired(3, POSTGRES, web(OnUpdate.IGNORE, 3))).work().steps();
            bench.wish(desired(4, newer, web(OnUpdate.IGNORE, 3))).work();
            assertThat(bench.steps())
                    .contains("db Removed", "db Running(Ok)")
                    .noneMatch(each -> each.startsWith("web"));
        }

        @Test
        void of_both_stops_the_dependent_first_and_starts_it_last() {
            bench.wish(desired(3, POSTGRES, web(OnUpdate.WAIT, 3))).work();
            bench.wish(desired(4, newer, web(OnUpdate.RESTART, 4)));
            assertThat(underWay()).containsExactly("web Delete");
            bench.succeed(WEB);
            assertThat(underWay()).containsExactly("db Delete");
            bench.succeed(DB);
            assertThat(underWay()).containsExactly("db Create");
            assertThat(bench.shown()).contains("web Pending(WaitingToStart)");
            bench.succeed(DB);
            assertThat(underWay()).containsExactly("web Create");
            bench.work();
            assertThat(bench.shown()).containsExactly("db Running(Ok)", "web Running(Ok)");
        }

        @Test
        void found_at_a_cold_start_goes_ahead_and_what_depends_on_it_follows() {
            var before = desired(3, POSTGRES, web(OnUpdate.WAIT, 3));
            for (var web : List.of(web(OnUpdate.WAIT, 3), web(OnUpdate.RESTART, 4))) {
                var agent = new AgentBench();
                agent.on(new Started(Optional.of(desired(4, newer, web)), Fence.OPEN, ""));
                agent.on(new Listed("native", List.of()));
                agent.on(new AgentEvent.Woke(new AgentTimer.GraceOver()));
                agent.on(
                        new Listed(
                                "podman",
                                List.of(
                                        found("old1", before, "db", new Interrupted("rebooted")),
                                        found(
                                                "old2",
                                                before,
                                                "web",
                                                new Interrupted("rebooted")))));
                agent.steps();
                agent.work();
                var order =
                        agent.steps().stream()
                                .filter(each -> each.contains("Running(Ok)"))
                                .toList();
                assertThat(order).containsExactly("db Running(Ok)", "web Running(Ok)");
                boolean same =
                        agent.managed(WEB)
                                .there()
                                .getFirst()
                                .instance()
                                .id()
                                .value()
                                .equals("old2");
                assertThat(same).isEqualTo(web.changedAt().value() == 3);
            }
        }

        @Test
        void to_another_agent_is_one_to_the_dependents_that_stay() {
            var moved = new Dependents(DB, true, false, new TreeSet<>());
            bench.wish(desired(3, POSTGRES, web(OnUpdate.IGNORE, 3))).work();
            bench.wish(desired(4, moved, web(OnUpdate.IGNORE, 3))).work();
            assertThat(bench.shown()).containsExactly("web Running(Ok)");
        }
    }

    @Nested
    final class Dependents_on_other_agents {
        private final Dependents foreign = new Dependents(DB, false, true, new TreeSet<>());

        private Facts facts(long sequence, long asOf, Phase... phases) {
            var by = new ArrayList<WorkloadState>();
            for (var phase : phases) {
                by.add(
                        new WorkloadState(
                                new InstanceName(WEB, "0123", "agent_B"),
                                new Revision(2),
                                ExecutionState.of(phase)));
            }
            return new Facts(
                    1,
                    sequence,
                    Revision.ZERO,
                    List.of(),
                    List.of(new Needed(DB, new Revision(asOf), by, false)));
        }

        @Test
        void are_waited_for_as_the_server_tells() {
            bench.on(new ServerSeen(server(1)));
            bench.wish(desired(3, foreign, POSTGRES)).work();
            bench.on(new FactsCame(facts(1, 3)));
            bench.wish(desired(4, foreign));
            assertThat(bench.tasks()).as("what was told before is no answer").isEmpty();
            assertThat(bench.info("db")).contains("the server has not told yet");
            bench.on(new FactsCame(facts(2, 4, Phase.RUNNING_OK)));
            assertThat(bench.tasks()).isEmpty();
            assertThat(bench.info("db")).contains("\"web\" on agent \"agent_B\" (Running(Ok))");
            bench.on(new FactsCame(facts(3, 4)));
            assertThat(underWay()).containsExactly("db Delete");
        }

        @Test
        void are_waited_for_also_if_the_server_had_nothing_to_tell_before() {
            bench.on(new ServerSeen(server(1)));
            bench.wish(desired(3, POSTGRES)).work();
            bench.wake(new AgentTimer.FactsOverdue());
            bench.wish(desired(4, foreign));
            assertThat(bench.tasks()).isEmpty();
            assertThat(bench.info("db")).contains("the server has not told yet");
            bench.wake(new AgentTimer.FactsOverdue());
            assertThat(underWay()).as("it had its time").containsExactly("db Delete");
        }

        @Test
        void are_not_waited_for_when_nothing_is_known_and_nobody_can_tell() {
            bench.wish(desired(3, foreign, POSTGRES)).work();
            bench.wish(desired(4, foreign));
            assertThat(underWay()).containsExactly("db Delete");
        }

        @Test
        void are_waited_for_by_what_is_known_while_the_server_is_away() {
            bench.on(new ServerSeen(server(1)));
            bench.wish(desired(3, foreign, POSTGRES)).work();
            bench.wish(desired(4, foreign));
            bench.on(new FactsCame(facts(1, 4, Phase.RUNNING_OK)));
            bench.on(new AgentEvent.Disconnected(false));
            assertThat(bench.tasks()).isEmpty();
            assertThat(bench.shown()).containsExactly("db Stopping(WaitingToStop)");
        }
    }

    @Nested
    final class An_update_that_is_being_prepared {
        @Test
        void stops_no_dependent_that_it_restarts_before_it_is_prepared() {
            var chain = web(Dependency.on(AddCondition.ADD_COND_RUNNING), "page", "web", 3);
            bench.wish(desired(3, POSTGRES, web(OnUpdate.RESTART, 3), chain)).work();
            bench.slow();
            bench.wish(
                    desired(
                            4,
                            AgentBench.assigned("db", "mariadb", 4),
                            web(OnUpdate.RESTART, 4),
                            web(restart(), "page", "web", 4)));
            assertThat(underWay())
                    .containsExactlyInAnyOrder("db Prepare", "web Prepare", "page Prepare");
            bench.succeed(WEB);
            bench.succeed(new WorkloadName("page"));
            assertThat(underWay()).containsExactly("db Prepare");
            bench.answer(DB, new Answer.Failed("no registry", true));
            assertThat(bench.tasks()).isEmpty();
            assertThat(bench.shown())
                    .contains("db Running(Ok)", "web Running(Ok)", "page Running(Ok)")
                    .contains("db Pending(Starting)");
        }

        @Test
        void stops_them_in_order_when_it_is_prepared() {
            bench.wish(desired(3, POSTGRES, web(OnUpdate.RESTART, 3))).work();
            bench.slow();
            bench.wish(
                    desired(4, AgentBench.assigned("db", "mariadb", 4), web(OnUpdate.RESTART, 4)));
            bench.succeed(WEB);
            bench.steps();
            bench.succeed(DB);
            assertThat(underWay()).containsExactly("web Delete");
            bench.work();
            assertThat(bench.shown()).containsExactly("db Running(Ok)", "web Running(Ok)");
        }

        private static Dependency restart() {
            return new Dependency(AddCondition.ADD_COND_RUNNING, OnUpdate.RESTART);
        }
    }

    @Nested
    final class What_depends_on_something_new {
        private final WorkloadName page = new WorkloadName("page");

        /** The web server runs, and from now on needs a database that is not there yet. */
        private void wishDatabase(Dependency dependency) {
            bench.wish(desired(3, AgentBench.assigned("web", "apache", 3))).work();
            bench.slow();
            bench.wish(
                    desired(
                            4,
                            AgentBench.assigned("db", "postgres", 4),
                            web(dependency, "web", "db", 4)));
            bench.succeed(WEB);
        }

        private static Dependency running() {
            return Dependency.on(AddCondition.ADD_COND_RUNNING);
        }

        @Test
        void goes_on_until_that_runs() {
            wishDatabase(running());
            assertThat(underWay()).containsExactly("db Prepare");
            assertThat(bench.shown())
                    .containsExactlyInAnyOrder(
                            "db Pending(Starting)",
                            "web Running(Ok)",
                            "web Pending(WaitingToStart)");
            bench.succeed(DB);
            assertThat(underWay()).containsExactly("db Create");
            bench.succeed(DB);
            assertThat(underWay()).containsExactly("web Delete");
            bench.work();
            assertThat(bench.shown()).containsExactly("db Running(Ok)", "web Running(Ok)");
        }

        @Test
        void goes_on_when_that_cannot_be_got() {
            wishDatabase(running());
            bench.answer(DB, new Answer.Failed("no registry", true));
            assertThat(bench.tasks()).isEmpty();
            assertThat(bench.info("db")).isEqualTo("Retry 1: no registry");
            assertThat(bench.shown()).contains("web Running(Ok)");
        }

        @Test
        void gives_way_when_that_cannot_be_started_since_that_may_be_why() {
            wishDatabase(running());
            bench.succeed(DB);
            bench.answer(DB, new Answer.Failed("the port is in use", true));
            assertThat(underWay()).containsExactly("web Delete");
        }

        @Test
        void goes_on_when_that_is_described_wrongly() {
            wishDatabase(running());
            bench.answer(DB, new Answer.Failed("no image named", false));
            assertThat(bench.tasks()).isEmpty();
            assertThat(bench.shown()).contains("db Pending(StartingFailed)", "web Running(Ok)");
        }

        @Test
        void goes_on_until_a_job_has_done_its_work() {
            wishDatabase(Dependency.on(AddCondition.ADD_COND_SUCCEEDED));
            bench.succeed(DB);
            bench.succeed(DB);
            assertThat(bench.tasks()).isEmpty();
            assertThat(bench.shown()).contains("db Running(Ok)", "web Running(Ok)");
            bench.exit("db", 0);
            assertThat(underWay()).containsExactly("web Delete");
        }

        @Test
        void gives_way_when_a_job_has_failed() {
            wishDatabase(Dependency.on(AddCondition.ADD_COND_SUCCEEDED));
            bench.succeed(DB);
            bench.succeed(DB);
            bench.exit("db", 1);
            assertThat(underWay()).containsExactly("web Delete");
        }

        @Test
        void goes_on_along_a_chain() {
            bench.wish(desired(3, AgentBench.assigned("page", "old", 3))).work();
            bench.slow();
            bench.wish(
                    desired(
                            4,
                            AgentBench.assigned("db", "postgres", 4),
                            web(running(), "web", "db", 4),
                            web(running(), "page", "web", 4)));
            bench.succeed(page);
            assertThat(underWay()).containsExactly("db Create");
            bench.succeed(DB);
            assertThat(underWay()).containsExactly("web Prepare");
            bench.succeed(WEB);
            assertThat(underWay()).containsExactly("web Create");
            bench.succeed(WEB);
            assertThat(underWay()).containsExactly("page Delete");
        }

        @Test
        void gives_way_along_a_chain() {
            bench.wish(desired(3, AgentBench.assigned("page", "old", 3))).work();
            bench.slow();
            bench.wish(
                    desired(
                            4,
                            AgentBench.assigned("db", "postgres", 4),
                            web(running(), "web", "db", 4),
                            web(running(), "page", "web", 4)));
            bench.succeed(page);
            bench.answer(DB, new Answer.Failed("the port is in use", true));
            assertThat(underWay()).containsExactly("page Delete");
        }

        @Test
        void that_has_ended_meanwhile_is_no_reason_to_get_ready_first() {
            wishDatabase(running());
            bench.exit("web", 1);
            bench.answer(DB, new Answer.Failed("interrupted", true));
            assertThat(underWay()).contains("db Create");
        }

        @Test
        void and_does_not_run_is_no_reason_either() {
            bench.slow();
            bench.wish(desired(4, POSTGRES, web(running(), "web", "db", 4)));
            assertThat(underWay()).containsExactly("db Create");
        }
    }
}
