package io.muster.agent.reconcile;

import static io.muster.agent.reconcile.AgentBench.ITSELF;
import static io.muster.agent.reconcile.AgentBench.NODE;
import static io.muster.agent.reconcile.AgentBench.assigned;
import static io.muster.agent.reconcile.AgentBench.desired;
import static io.muster.agent.reconcile.AgentBench.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.reconcile.AgentEvent.CommandCame;
import io.muster.agent.reconcile.AgentEvent.Connected;
import io.muster.agent.reconcile.AgentEvent.DesiredCame;
import io.muster.agent.reconcile.AgentEvent.Disconnected;
import io.muster.agent.reconcile.AgentEvent.ServerSeen;
import io.muster.agent.reconcile.AgentEvent.Started;
import io.muster.api.link.Addressee;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.Command;
import io.muster.api.link.DesiredState;
import io.muster.api.name.NodeId;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Observation;
import io.muster.api.shell.ProcessRef;
import io.muster.transport.AgentLink;
import io.muster.transport.LinkOptions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** An agent whose name another node may have. */
final class NameLogicTest {
    private static final AssignedWorkload NGINX = assigned("web", "nginx", 3);
    private static final Addressee ANOTHER = new Addressee.Node(new NodeId("another"));
    private static final Addressee THIS = new Addressee.Node(NODE);

    @Test
    void waits_longer_than_one_that_was_thrown_out_stays_away() {
        assertThat(AgentTiming.DEFAULTS.nameHold())
                .isGreaterThan(AgentLink.returnsWithin(LinkOptions.DEFAULTS));
    }

    @Nested
    final class A_wish_for_another_node {
        @Test
        void is_not_obeyed_nor_kept_and_said_to_be_none() {
            var bench = AgentBench.connected();
            bench.on(new DesiredCame(desired(1, 3, NGINX).to(ANOTHER)));
            assertThat(bench.save()).isEmpty();
            assertThat(bench.tasks()).isEmpty();
            assertThat(bench.state().seen()).isEmpty();
            assertThat(bench.state().trouble())
                    .contains("is for node another", "this is node this");
            bench.wish(desired(1, 3, NGINX).to(THIS));
            assertThat(bench.tasks()).hasSize(1);
            assertThat(bench.state().trouble()).isEmpty();
        }

        @Test
        void changes_nothing_about_one_that_is_obeyed() {
            var bench = AgentBench.connected().wish(desired(1, 3, NGINX).to(THIS)).work();
            bench.wish(desired(1, 4).to(ANOTHER));
            assertThat(bench.tasks()).isEmpty();
            assertThat(bench.shown()).containsExactly("web Running(Ok)");
            bench.wake(new AgentTimer.NameSilent());
            assertThat(bench.tasks()).isEmpty();
        }

        @Test
        void is_no_word_of_the_server_before_the_copy_is_obeyed() {
            var bench = new AgentBench();
            bench.on(new Started(Optional.of(desired(1, 3, NGINX)), Fence.OPEN, ""));
            bench.listNothing().on(new Connected("n1"));
            bench.on(new DesiredCame(desired(1, 3, NGINX).to(ANOTHER)));
            assertThat(bench.tasks()).isEmpty();
            bench.wake(new AgentTimer.GraceOver());
            assertThat(bench.tasks()).hasSize(1);
        }

        @Test
        void is_obeyed_after_a_long_silence_of_that_node_and_the_server() {
            var bench = AgentBench.connected();
            bench.on(new DesiredCame(desired(1, 3, NGINX).to(ANOTHER)));
            assertThat(bench.timer(new AgentTimer.NameSilent())).isPresent();
            bench.wake(new AgentTimer.NameSilent()).saveAll();
            assertThat(bench.tasks()).hasSize(1);
            assertThat(bench.state().trouble()).contains("neither that one nor the server");
            bench.wish(desired(1, 3, NGINX).to(THIS));
            assertThat(bench.state().trouble()).isEmpty();
        }

        @Test
        void is_not_obeyed_while_the_server_is_there() {
            var bench = AgentBench.connected();
            bench.on(new DesiredCame(desired(1, 3, NGINX).to(ANOTHER)));
            bench.on(new ServerSeen(server(1))).wake(new AgentTimer.NameSilent());
            assertThat(bench.save()).isEmpty();
            bench.on(new ServerSeen(server(false, 1)));
            assertThat(bench.timer(new AgentTimer.NameSilent())).isPresent();
            bench.wake(new AgentTimer.NameSilent());
            assertThat(bench.save()).isPresent();
        }

        @Test
        void is_not_obeyed_without_a_connection_nor_after_one_that_another_ended() {
            var bench = AgentBench.connected();
            bench.on(new DesiredCame(desired(1, 3, NGINX).to(ANOTHER)));
            bench.on(new Disconnected(true)).wake(new AgentTimer.NameSilent());
            assertThat(bench.save()).isEmpty();
            bench.on(new Connected("n2")).wake(new AgentTimer.NameSilent());
            assertThat(bench.save()).isEmpty();
            bench.wish(desired(1, 3, NGINX).to(THIS));
            assertThat(bench.tasks()).hasSize(1);
        }
    }

    @Test
    void a_wish_for_the_former_node_is_obeyed_by_one_that_has_seen_an_earlier_one() {
        var bench = AgentBench.connected().wish(desired(1, 3, NGINX)).work();
        bench.wish(desired(2, 4).to(new Addressee.Former()));
        assertThat(bench.tasks()).hasSize(1);

        var other = AgentBench.connected();
        other.on(new DesiredCame(desired(2, 4, NGINX).to(new Addressee.Former())));
        assertThat(other.save()).isEmpty();
        assertThat(other.state().trouble()).contains("the node that had the name before");
    }

    @Nested
    final class That_another_has {
        @Test
        void lets_it_remove_what_it_created_but_nothing_that_it_found() {
            var wish = desired(1, 3, assigned("db", "db", 3), NGINX);
            var bench = found("web", wish).wish(wish).work();
            assertThat(bench.shown()).containsExactly("db Running(Ok)", "web Running(Ok)");
            refuse(bench, true);
            assertThat(bench.tasks())
                    .singleElement()
                    .satisfies(each -> {
                        assertThat(each.name()).isEqualTo(new WorkloadName("db"));
                        assertThat(each.doing())
                                .isInstanceOfSatisfying(
                                        Doing.Working.class,
                                        working ->
                                                assertThat(working.task())
                                                        .isInstanceOf(Task.Delete.class));
                    });
            bench.work();
            assertThat(bench.shown()).containsExactly("db Pending(Initial)", "web Running(Ok)");
            bench.on(new CommandCame(new Command.NameGranted(ITSELF))).work();
            assertThat(bench.shown()).containsExactly("db Running(Ok)", "web Running(Ok)");
        }

        @Test
        void lets_it_remove_what_it_is_creating() {
            var bench = AgentBench.connected().wish(desired(1, 3, NGINX));
            refuse(bench, true);
            assertThat(bench.effects())
                    .anySatisfy(each ->
                            assertThat(each)
                                    .isInstanceOfSatisfying(
                                            AgentEffect.OfWorkload.class,
                                            its ->
                                                    assertThat(its.effect())
                                                            .isInstanceOf(
                                                                    WorkloadEffect.Interrupt
                                                                            .class)));
            bench.succeed(new WorkloadName("web"));
            assertThat(bench.working(new WorkloadName("web")).task())
                    .isInstanceOf(Task.Delete.class);
        }

        @Test
        void lets_it_look_for_what_is_left_of_a_try() {
            var web = new WorkloadName("web");
            var wish = desired(1, 3, NGINX);
            var bench = AgentBench.connected().wish(wish);
            refuse(bench, true);
            bench.answer(web, new Answer.Failed("interrupted", true));
            assertThat(bench.working(web).task()).isInstanceOf(Task.Search.class);
            var running = new Observation.Running(new ProcessRef(7, 7));
            bench.answer(
                    web,
                    new Answer.Searched(List.of(AgentBench.found("c7", wish, "web", running))));
            assertThat(bench.working(web).task()).isInstanceOf(Task.Delete.class);
            bench.work();
            assertThat(bench.tasks()).isEmpty();
        }

        @Test
        void lets_it_remove_nothing_as_long_as_that_is_not_decided() {
            var bench = AgentBench.connected().wish(desired(1, 3, NGINX)).work();
            refuse(bench, false);
            bench.wish(desired(1, 4));
            assertThat(bench.tasks()).isEmpty();
            assertThat(bench.shown()).containsExactly("web Running(Ok)");
        }

        private static AgentBench found(String workload, DesiredState wish) {
            var running = new Observation.Running(new ProcessRef(5, 5));
            var bench = new AgentBench();
            bench.on(new Started(Optional.empty(), Fence.OPEN, ""));
            bench.on(new AgentEvent.Listed("native", List.of()));
            bench.on(
                    new AgentEvent.Listed(
                            "podman", List.of(AgentBench.found("c0", wish, workload, running))));
            return bench.on(new Connected("n1"));
        }

        private static void refuse(AgentBench bench, boolean decided) {
            bench.on(new CommandCame(new Command.NameRefused(ITSELF, "it is taken", decided)));
        }
    }
}
