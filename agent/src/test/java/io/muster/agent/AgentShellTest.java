package io.muster.agent;

import static io.muster.agent.Stage.BOW;
import static io.muster.agent.Stage.assigned;
import static io.muster.agent.Stage.desired;
import static io.muster.agent.Stage.workload;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.muster.api.link.Addressee;
import io.muster.api.link.AgentPresence;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.Command;
import io.muster.api.link.Load;
import io.muster.api.name.NodeId;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.state.AgentAttributes.Status;
import io.muster.api.state.Phase;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import io.muster.api.state.WorkloadUsage;
import io.muster.testkit.runtime.Behaviour;
import io.muster.testkit.runtime.FakeMachine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The whole agent in virtual time: real links, a broker in memory, a machine in memory. */
final class AgentShellTest {
    @Test
    void makes_the_wish_true_and_reports_every_step() {
        var stage = Stage.set(1);
        stage.wish(3, workload("web", "image: nginx", 3));
        stage.awaitReport("web Running(Ok)");
        assertThat(stage.alive()).containsExactly("web");
        assertThat(
                        stage.reports.stream()
                                .flatMap(each -> each.transitions().stream())
                                .map(each -> each.state().phase())
                                .distinct())
                .containsExactly(Phase.PENDING_STARTING, Phase.RUNNING_OK);
    }

    @Test
    void announces_itself_with_all_that_it_is() {
        var stage = Stage.set(2);
        var presence = stage.presences.getLast();
        assertThat(presence.online()).isTrue();
        assertThat(presence.instance()).isEqualTo("i1");
        assertThat(presence.runtimes()).containsExactly("native", "podman");
        assertThat(presence.tags()).containsEntry("zone", "front");
    }

    @Test
    void tells_its_load() {
        var stage = Stage.set(3);
        stage.await("a load", () -> !stage.loads.isEmpty());
        assertThat(stage.loads.getFirst()).isEqualTo(Load.of(new Status(12, 1_000_000)));
        stage.world.run(Duration.ofSeconds(30));
        assertThat(stage.loads).hasSizeBetween(3, 5);
    }

    @Test
    void tells_what_those_workloads_use_that_run() {
        var stage = Stage.set(3);
        stage.wish(3, workload("web", "image: nginx", 3), workload("db", "image: pg", 3));
        stage.awaitReport("db Running(Ok)", "web Running(Ok)");
        stage.machine.end(stage.resident("db").id(), 0);
        stage.awaitReport("db Succeeded(Ok)", "web Running(Ok)");
        stage.loads.clear();
        stage.await("a load", () -> !stage.loads.isEmpty());
        assertThat(stage.loads.getFirst().workloads())
                .containsExactly(new WorkloadUsage(stage.resident("web").instance(), 500, 7_000));
    }

    @Test
    void tells_no_load_if_it_is_not_to() {
        var stage = Stage.set(3);
        stage.killAgent();
        stage.loads.clear();
        stage.options = AgentOptions.DEFAULTS.tellingLoadEvery(Duration.ZERO);
        stage.startAgent();
        stage.world.run(Duration.ofMinutes(5));
        assertThat(stage.loads).isEmpty();
    }

    @Test
    void sees_the_end_of_a_process_at_once() {
        var stage = Stage.set(4);
        stage.wish(3, workload("web", "image: nginx", 3));
        stage.awaitReport("web Running(Ok)");
        stage.machine.end(stage.resident("web").id(), 3);
        var before = stage.world.elapsed();
        stage.awaitReport("web Failed(ExecFailed)");
        assertThat(stage.world.elapsed().minus(before)).isLessThan(Duration.ofMillis(500));
        assertThat(stage.reports.getLast().states().getFirst().state().additionalInfo())
                .isEqualTo("Exit code: '3'");
    }

    @Test
    void leaves_what_runs_alone_until_the_image_of_its_update_can_be_had() {
        var stage = Stage.set(41);
        stage.wish(3, workload("web", "image: nginx", 3));
        stage.awaitReport("web Running(Ok)");
        var before = stage.machine.residents();
        stage.machine.preparing(_ ->
                FakeMachine.Preparation.taking(Duration.ofMillis(10)).failing("no registry", true));
        stage.wish(4, workload("web", "image: caddy", 4));
        stage.world.run(Duration.ofMinutes(3));
        assertThat(stage.lastReport())
                .containsExactlyInAnyOrder("web Running(Ok)", "web Pending(Starting)");
        assertThat(stage.machine.residents()).isEqualTo(before);
        stage.machine.preparing(_ -> FakeMachine.Preparation.taking(Duration.ofHours(1)));
        stage.world.run(Duration.ofMinutes(50));
        assertThat(stage.machine.residents()).isEqualTo(before);
        stage.machine.preparing(_ -> FakeMachine.Preparation.NONE);
        stage.wish(5, workload("web", "image: other", 5)); // what hangs is given up
        stage.awaitReport("web Running(Ok)");
        assertThat(stage.resident("web").instance().id())
                .isNotEqualTo(before.getFirst().instance().id());
    }

    @Test
    void finds_with_its_slow_look_what_nobody_told() {
        var stage = Stage.set(5);
        stage.wish(3, workload("web", "image: nginx", 3));
        stage.awaitReport("web Running(Ok)");
        stage.machine.losesExits(true);
        stage.machine.vanish(stage.resident("web").id());
        stage.world.run(Duration.ofSeconds(35));
        assertThat(stage.lastReport()).containsExactly("web Failed(Lost)");
    }

    @Test
    void leaves_workloads_alone_when_it_is_killed_and_adopts_them_again() {
        var stage = Stage.set(6);
        stage.wish(3, workload("web", "image: nginx", 3), workload("db", "image: pg", 3));
        stage.awaitReport("db Running(Ok)", "web Running(Ok)");
        long starts = stage.machine.starts();
        long writes = stage.disk.writes();
        var before = stage.machine.residents();
        stage.killAgent();
        stage.reports.clear();
        stage.startAgent();
        stage.awaitReport("db Running(Ok)", "web Running(Ok)");
        assertThat(stage.machine.residents()).isEqualTo(before);
        assertThat(stage.machine.starts()).isEqualTo(starts);
        assertThat(stage.disk.writes()).isEqualTo(writes);
        stage.machine.end(stage.resident("web").id(), 0);
        stage.awaitReport("db Running(Ok)", "web Succeeded(Ok)");
    }

    @Test
    void restarts_nothing_when_the_connection_breaks_and_comes_back() {
        var stage = Stage.set(7);
        stage.wish(3, workload("web", "image: nginx", 3));
        stage.awaitReport("web Running(Ok)");
        long starts = stage.machine.starts();
        long writes = stage.disk.writes();
        stage.broker.cut("node");
        stage.reports.clear();
        stage.world.runUntil("a report", Duration.ofSeconds(60), () -> !stage.reports.isEmpty());
        assertThat(stage.lastReport()).containsExactly("web Running(Ok)");
        assertThat(stage.machine.starts()).isEqualTo(starts);
        assertThat(stage.disk.writes()).isEqualTo(writes);
    }

    @Test
    void writes_nothing_in_an_hour_in_which_nothing_changes() {
        var stage = Stage.set(71);
        stage.wish(3, workload("web", "image: nginx", 3), workload("job", "image: job", 3));
        stage.awaitReport("job Running(Ok)", "web Running(Ok)");
        stage.machine.end(stage.resident("job").id(), 0);
        stage.awaitReport("job Succeeded(Ok)", "web Running(Ok)");
        stage.world.run(Duration.ofMinutes(1));
        long changes = stage.disk.changes();
        assertThat(changes).isPositive();
        for (int minute = 0; minute < 60; minute++) {
            if (minute % 10 == 5) {
                stage.broker.cut("node");
            }
            if (minute % 10 == 8) { // again, as a server does that has started
                stage.wish(3, workload("web", "image: nginx", 3), workload("job", "image: job", 3));
            }
            stage.world.run(Duration.ofMinutes(1));
        }
        assertThat(stage.lastReport()).containsExactly("job Succeeded(Ok)", "web Running(Ok)");
        assertThat(stage.disk.changes()).isEqualTo(changes);
    }

    @Test
    void obeys_its_copy_after_a_reboot_without_any_network() {
        var stage = Stage.set(8);
        stage.wish(3, workload("web", "image: nginx", 3), workload("job", "image: job", 3));
        stage.awaitReport("job Running(Ok)", "web Running(Ok)");
        stage.machine.end(stage.resident("job").id(), 0);
        stage.awaitReport("job Succeeded(Ok)", "web Running(Ok)");
        var id = stage.resident("web").id();
        stage.killAgent();
        stage.broker.stop();
        stage.machine.reboot();
        assertThat(stage.alive()).isEmpty();
        stage.startAgent();
        stage.await("web lives again", () -> stage.alive().contains("web"));
        stage.world.run(Duration.ofMinutes(1));
        assertThat(stage.alive()).containsExactly("web");
        assertThat(stage.resident("web").id()).isEqualTo(id);
    }

    @Test
    void deletes_what_was_taken_off_while_it_was_away() {
        var stage = Stage.set(9);
        stage.wish(3, workload("web", "image: nginx", 3), workload("db", "image: pg", 3));
        stage.awaitReport("db Running(Ok)", "web Running(Ok)");
        stage.killAgent();
        stage.wish(4, workload("web", "image: nginx", 3));
        stage.world.run(Duration.ofSeconds(1));
        stage.startAgent();
        stage.awaitReport("web Running(Ok)");
        assertThat(stage.alive()).containsExactly("web");
    }

    @Test
    void does_not_let_a_create_that_hangs_block_the_next_wish() {
        var stage = Stage.set(10);
        stage.behaviours.put("web", Behaviour.LASTING.creatingTakes(Duration.ofDays(1)));
        stage.wish(3, workload("web", "image: huge", 3));
        stage.awaitReport("web Pending(Starting)");
        stage.behaviours.remove("web");
        stage.wish(4, workload("web", "image: small", 4));
        stage.awaitReport("web Running(Ok)");
    }

    @Test
    void does_not_let_creates_that_hang_block_other_workloads() {
        var stage = Stage.set(11);
        var workloads = new AssignedWorkload[7];
        for (int i = 0; i < 6; i++) {
            stage.behaviours.put("a" + i, Behaviour.LASTING.creatingTakes(Duration.ofDays(1)));
            workloads[i] = workload("a" + i, "image: huge", 3);
        }
        workloads[6] = workload("z", "image: small", 3);
        stage.wish(3, workloads);
        stage.world.runUntil("z lives", Duration.ofSeconds(20), () -> stage.alive().contains("z"));
    }

    @Test
    void tries_again_what_fails_and_says_how_often() {
        var stage = Stage.set(12);
        stage.behaviours.put("web", Behaviour.LASTING.failing("no space for the image", true));
        stage.wish(3, workload("web", "image: nginx", 3));
        stage.awaitReport("web Pending(Starting)");
        stage.await(
                "a retry is reported",
                () ->
                        stage.reports.getLast().states().stream()
                                .anyMatch(each ->
                                        each.state()
                                                .additionalInfo()
                                                .equals("Retry 2: no space for the image")));
        stage.behaviours.remove("web");
        stage.awaitReport("web Running(Ok)");
    }

    @Test
    void restarts_what_crashes_with_growing_pauses() {
        var stage = Stage.set(13);
        stage.behaviours.put("web", Behaviour.LASTING.endingAfter(Duration.ofMillis(100), 1));
        var workload =
                Workload.of(BOW.value(), "podman", "image: nginx")
                        .withRestartPolicy(RestartPolicy.ALWAYS);
        stage.wish(3, assigned("web", workload, 3));
        stage.world.run(Duration.ofMinutes(10));
        assertThat(stage.machine.starts()).isBetween(5L, 40L);
    }

    @Test
    void goes_on_with_a_full_disk_and_says_so() {
        var stage = Stage.set(14);
        stage.disk.full(true);
        stage.wish(3, workload("web", "image: nginx", 3));
        stage.awaitReport("web Running(Ok)");
        assertThat(stage.reports.getLast().trouble()).contains("No space left on device");
        stage.disk.full(false);
        stage.world.run(Duration.ofSeconds(70));
        assertThat(stage.agent().trouble()).isEmpty();
        assertThat(stage.reports.getLast().trouble()).isEmpty();
    }

    @Test
    void writes_the_copy_once_and_can_read_it() {
        var stage = Stage.set(15);
        long before = stage.disk.writes(); // the node's identity
        stage.wish(3, workload("web", "image: nginx", 3));
        stage.awaitReport("web Running(Ok)");
        assertThat(stage.disk.writes() - before).isEqualTo(2); // and the fence, with the first
        var contents = new AgentFiles(stage.disk).read();
        assertThat(contents.fence().newest()).isPresent();
        assertThat(contents.copy()).hasValue(desired(3, workload("web", "image: nginx", 3)));
        assertThat(contents.damage()).isEmpty();
    }

    @Test
    void touches_nothing_of_a_runtime_that_cannot_list() {
        var stage = new Stage(16);
        stage.startServer();
        for (int i = 0; i < 8; i++) {
            stage.machine.failNextListing(new RuntimeFailure("no such socket", true));
        }
        stage.startAgent();
        stage.wish(3, workload("web", "image: nginx", 3));
        stage.await(
                "the trouble is reported",
                () ->
                        !stage.reports.isEmpty()
                                && stage.reports.getLast().trouble().contains("no such socket"));
        assertThat(stage.alive()).isEmpty();
        stage.world.runUntil(
                "web lives", Duration.ofMinutes(2), () -> stage.alive().contains("web"));
    }

    @Test
    void that_is_refused_leaves_the_name_to_the_other_and_asks_again_later() {
        var stage = Stage.set(17);
        stage.wish(3, workload("web", "image: nginx", 3));
        stage.awaitReport("web Running(Ok)");
        stage.server().command(BOW, new Command.NameRefused("i1", "the name is taken", false));
        stage.await("it is refused", () -> stage.agent().trouble().contains("the name is taken"));
        stage.takeOver();
        stage.world.run(Duration.ofSeconds(5));
        int presences = stage.presences.size();
        stage.wish(4);
        stage.world.run(Duration.ofMinutes(9));
        assertThat(stage.presences).hasSize(presences);
        stage.world.runUntil(
                "it asks again",
                Duration.ofMinutes(7),
                () -> stage.presences.size() > presences && stage.presences.getLast().refused());
        stage.world.run(Duration.ofMinutes(2));
        assertThat(stage.alive()).containsExactly("web");

        stage.server().command(BOW, new Command.NameGranted("i1"));
        stage.await("the wish is obeyed", () -> stage.alive().isEmpty());
        assertThat(stage.agent().trouble()).isEmpty();
    }

    @Test
    void that_another_has_the_name_of_removes_what_it_created_and_nothing_that_it_found() {
        var stage = Stage.set(17);
        stage.wish(3, workload("web", "image: nginx", 3));
        stage.awaitReport("web Running(Ok)");
        stage.killAgent();
        stage.startAgent();
        stage.wish(4, workload("db", "image: db", 4), workload("web", "image: nginx", 3));
        stage.await("both live", () -> stage.alive().size() == 2);
        stage.server().command(BOW, new Command.NameRefused("i2", "the name is taken", true));
        stage.await("what it created is gone", () -> stage.alive().equals(List.of("web")));
        stage.world.run(Duration.ofMinutes(5));
        assertThat(stage.alive()).containsExactly("web");
    }

    @Test
    void obeys_a_wish_for_another_node_when_neither_that_one_nor_the_server_is_about() {
        var stage = Stage.set(17);
        var wish = Stage.desired(3, workload("web", "image: nginx", 3));
        stage.server().desired(BOW, wish.to(new Addressee.Node(new NodeId("another"))));
        stage.await("the trouble", () -> stage.agent().trouble().contains("is for node another"));
        stage.world.run(Duration.ofMinutes(3));
        assertThat(stage.alive()).isEmpty();
        stage.server().close();
        stage.world.run(Duration.ofSeconds(55));
        assertThat(stage.alive()).isEmpty();
        stage.world.run(Duration.ofSeconds(10));
        assertThat(stage.alive()).contains("web");
        assertThat(stage.agent().trouble()).contains("neither that one nor the server");
    }

    @Test
    void that_was_thrown_out_leaves_a_wish_for_another_node_alone() {
        var stage = Stage.set(17);
        var wish = Stage.desired(3, workload("web", "image: nginx", 3));
        stage.server().desired(BOW, wish.to(new Addressee.Node(new NodeId("another"))));
        stage.await("the trouble", () -> !stage.agent().trouble().isEmpty());
        stage.server().close();
        stage.takeOver();
        stage.world.run(Duration.ofMinutes(30));
        assertThat(stage.alive()).isEmpty();
    }

    @Test
    void has_the_same_node_id_in_its_next_life() {
        var stage = Stage.set(17);
        var first = stage.presences.getLast().node();
        assertThat(first).isPresent();
        stage.killAgent();
        int presences = stage.presences.size();
        stage.startAgent();
        stage.await(
                "its next life",
                () ->
                        stage.presences.stream()
                                .skip(presences)
                                .anyMatch(each -> each.online() && each.node().equals(first)));
    }

    @Test
    void says_good_bye_when_it_is_closed_and_leaves_workloads_alone() {
        var stage = Stage.set(18);
        stage.wish(3, workload("web", "image: nginx", 3));
        stage.awaitReport("web Running(Ok)");
        stage.serial().deliver(stage.agent()::close);
        stage.await(
                "the good-bye", () -> stage.presences.stream().anyMatch(each -> !each.online()));
        assertThat(stage.alive()).containsExactly("web");
        assertThat(stage.presences).extracting(AgentPresence::instance).containsOnly("i1");
        assertThat(stage.presences.getLast().stopped()).isTrue();
    }

    @Test
    void is_quiet_when_nothing_happens() {
        var stage = Stage.set(19);
        stage.wish(3, workload("web", "image: nginx", 3));
        stage.awaitReport("web Running(Ok)");
        stage.world.run(Duration.ofSeconds(10));
        int reports = stage.reports.size();
        int presences = stage.presences.size();
        stage.world.run(Duration.ofMinutes(10));
        assertThat(stage.reports).hasSize(reports);
        assertThat(stage.presences.size() - presences).isBetween(8, 11);
    }

    @Test
    void the_same_seed_gives_the_same_run() {
        assertThat(play(42)).isEqualTo(play(42));
    }

    private static String play(long seed) {
        var stage = Stage.set(seed);
        stage.behaviours.put("web", Behaviour.LASTING.endingAfter(Duration.ofSeconds(3), 1));
        stage.wish(3, workload("web", "image: nginx", 3));
        stage.world.run(Duration.ofSeconds(20));
        return stage.reports + " " + stage.world.steps();
    }

    @Test
    void writes_nothing_of_what_workloads_are_made_of_to_its_log() {
        var logger = (Logger) LoggerFactory.getLogger("io.muster.agent");
        var level = logger.getLevel();
        var written = new ListAppender<ILoggingEvent>();
        written.start();
        logger.addAppender(written);
        logger.setLevel(Level.TRACE);
        try {
            var stage = Stage.set(12);
            var web =
                    Workload.of(Stage.BOW.value(), "podman", "")
                            .rendered(
                                    Stage.BOW.value(),
                                    "image: secret",
                                    List.of(new WorkloadFile.TextFile("/a", "secret")));
            stage.wish(3, Stage.assigned("web", web, 3));
            stage.awaitReport("web Running(Ok)");
            stage.wish(4, Stage.assigned("web", web.withRestartPolicy(RestartPolicy.ALWAYS), 4));
            stage.machine.end(stage.resident("web").id(), 1);
            stage.world.run(Duration.ofSeconds(5));
            stage.awaitReport("web Running(Ok)");
            stage.machine.end(stage.resident("web").id(), 0);
            stage.world.run(Duration.ofSeconds(5));
            stage.wish(5);
            stage.world.run(Duration.ofSeconds(5));
            assertThat(written.list)
                    .extracting(each -> each.getFormattedMessage() + each.getKeyValuePairs())
                    .anySatisfy(each -> assertThat(each).contains("create web."))
                    .anySatisfy(each -> assertThat(each).contains("restart web."))
                    .anySatisfy(each -> assertThat(each).contains("delete web."))
                    .allSatisfy(each -> assertThat(each).doesNotContain("secret"));
        } finally {
            logger.setLevel(level);
            logger.detachAppender(written);
        }
    }
}
