package io.muster.server.core;

import static io.muster.server.core.Core.ALICE;
import static io.muster.server.core.Core.BOB;
import static io.muster.server.core.Core.BOW;
import static io.muster.server.core.Core.STERN;
import static io.muster.server.core.Core.on;
import static io.muster.server.core.Core.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.link.Command;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.LogAudience;
import io.muster.api.request.LogSelection;
import io.muster.api.request.LogStream;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.state.AccessRule;
import io.muster.api.state.ControlInterfaceAccess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LogsTest {
    private static final InstanceName WEB = Core.instance("web", "a", BOW);
    private static final InstanceName DB = Core.instance("db", "a", BOW);
    private static final InstanceName BELL = Core.instance("bell", "a", STERN);
    private static final LogSelection LAST = LogSelection.ALL.last(10).following();
    private static final LogStream STREAM =
            new LogStream(new LogAudience.Client(new ClientName("alice")), "r");

    private final Core core = new Core().connected();

    @BeforeEach
    void workloadsOnTwoAgents() {
        core.update(set(Map.of("web", on(BOW, "a"), "db", on(BOW, "a"), "bell", on(STERN, "a"))));
        core.announce(BOW, "i", "n");
        core.announce(STERN, "i", "n");
    }

    private void ask(InstanceName... instances) {
        core.ask(ALICE, "r", new Request.GetLogs(List.of(instances), LAST));
    }

    private static Command start(InstanceName... instances) {
        return new Command.StartLogs(STREAM, new Request.GetLogs(List.of(instances), LAST));
    }

    private String refusal() {
        return ((Response.Refused) core.answer(ALICE)).message();
    }

    @Test
    void are_ordered_from_each_agent_that_has_them() {
        ask(WEB, BELL, DB, WEB);
        assertThat(core.commands(BOW)).containsExactly(start(WEB, DB));
        assertThat(core.commands(STERN)).containsExactly(start(BELL));
        assertThat(core.answer(ALICE))
                .isEqualTo(new Response.LogsAccepted(List.of(WEB, BELL, DB), List.of()));
        assertThat(core.state.logReaders()).isOne();
    }

    @Test
    void come_of_what_is_there_and_the_rest_is_named_with_a_remedy() {
        var old = Core.instance("web", "old", BOW);
        var absent = Core.instance("absent", "a", BOW);
        ask(WEB, old, absent);
        assertThat(core.commands(BOW)).containsExactly(start(WEB));
        var accepted = (Response.LogsAccepted) core.answer(ALICE);
        assertThat(accepted.instances()).containsExactly(WEB);
        assertThat(accepted.problems())
                .extracting(Object::toString)
                .satisfiesExactly(
                        problem -> assertThat(problem).contains(old + "", "it is " + WEB + " now"),
                        problem -> assertThat(problem).contains("absent", "get workloads"));
    }

    @Test
    void are_refused_if_there_is_nothing_to_read() {
        ask(Core.instance("absent", "a", BOW));
        assertThat(refusal()).contains("absent").contains("there is no such workload instance");
        ask();
        assertThat(refusal()).contains("name at least one");
        core.update(set("idle", on(new AgentName("none"), "a").withAgent("")));
        ask(new InstanceName(WEB.workload(), "x", ""));
        assertThat(refusal()).contains("no such workload instance");
        assertThat(core.state.logReaders()).isZero();
    }

    @Test
    void are_refused_under_an_id_that_is_no_level_of_a_topic() {
        core.ask(ALICE, "a/b", new Request.GetLogs(List.of(WEB), LAST));
        assertThat(refusal()).contains("[a-zA-Z0-9_-]");
        assertThat(core.commands(BOW)).isEmpty();
    }

    @Test
    void of_an_agent_that_is_away_are_refused_with_a_remedy() {
        core.will(BOW, "i", "n");
        ask(WEB);
        assertThat(refusal()).contains("agent bow is not connected").contains("muster get agents");
    }

    @Test
    void are_ordered_again_when_asked_for_again_so_that_a_lost_order_is_repaired() {
        ask(WEB);
        core.pass(Duration.ofSeconds(50));
        ask(WEB);
        assertThat(core.commands(BOW)).containsExactly(start(WEB));
        core.pass(Duration.ofSeconds(50));
        assertThat(core.state.logReaders()).isOne();
    }

    @Test
    void end_when_they_are_not_asked_for_again() {
        ask(WEB, BELL);
        core.pass(Duration.ofSeconds(61));
        assertThat(core.commands(BOW)).contains(new Command.EndLogs(STREAM));
        assertThat(core.commands(STERN)).contains(new Command.EndLogs(STREAM));
        assertThat(core.state.logReaders()).isZero();
    }

    @Test
    void end_when_their_reader_cancels_them() {
        ask(WEB);
        core.ask(BOB, "r", new Request.CancelLogs()); // another's
        assertThat(core.commands(BOW)).isEmpty();
        core.ask(ALICE, "r", new Request.CancelLogs());
        assertThat(core.answer(ALICE)).isEqualTo(new Response.LogsCancelled());
        assertThat(core.commands(BOW)).containsExactly(new Command.EndLogs(STREAM));
        core.ask(ALICE, "r", new Request.CancelLogs());
        assertThat(core.answer(ALICE)).isEqualTo(new Response.LogsCancelled());
        assertThat(core.commands(BOW)).isEmpty();
    }

    @Test
    void of_an_agent_that_is_lost_end_with_the_reason() {
        ask(WEB, DB, BELL);
        core.will(BOW, "i", "n");
        assertThat(core.answers(ALICE))
                .containsExactly(
                        new Response.LogsStopped(
                                WEB, "agent bow is gone: its connection ended", true),
                        new Response.LogsStopped(
                                DB, "agent bow is gone: its connection ended", true));
        core.will(STERN, "i", "n");
        assertThat(core.state.logReaders()).isZero();
    }

    @Test
    void end_when_their_agent_was_restarted_before_it_was_missed() {
        ask(WEB);
        core.announce(BOW, Core.presence("j", "m"));
        assertThat(core.answers(ALICE))
                .contains(new Response.LogsStopped(WEB, "agent bow was restarted", true));
    }

    @Test
    void are_read_by_no_more_than_a_bound() {
        for (int i = 0; i < LogLogic.MAX_READERS; i++) {
            core.ask(BOB, "r" + i, new Request.GetLogs(List.of(WEB), LAST));
        }
        ask(WEB);
        assertThat(core.answer(ALICE))
                .isInstanceOfSatisfying(
                        Response.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Response.Reason.BUSY));
        core.ask(BOB, "r0", new Request.GetLogs(List.of(WEB), LAST));
        assertThat(core.answer(BOB)).isInstanceOf(Response.LogsAccepted.class);
    }

    @Test
    void are_read_by_people_however_many_workloads_read() {
        var rules = List.<AccessRule>of(new AccessRule.LogRule(List.of("web")));
        var access = new ControlInterfaceAccess(rules, List.of());
        core.update(set("captain", on(STERN, "x").withAccess(access)));
        var captain = new Requester.Workload(STERN, new WorkloadName("captain"));
        for (int i = 0; i < LogLogic.MAX_READERS; i++) {
            core.ask(captain, "r" + i, new Request.GetLogs(List.of(WEB), LAST));
        }
        assertThat(core.answer(captain))
                .isInstanceOfSatisfying(
                        Response.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Response.Reason.BUSY));
        assertThat(core.state.logReaders()).isEqualTo(LogLogic.MAX_READERS / 2);
        ask(WEB);
        assertThat(core.answer(ALICE)).isInstanceOf(Response.LogsAccepted.class);
    }
}
