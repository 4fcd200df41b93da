package io.muster.agent;

import static io.muster.agent.Stage.assigned;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.control.FakeDoors.Visitor;
import io.muster.api.control.FromWorkload;
import io.muster.api.control.ToWorkload;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.LogSelection;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.request.Response.LogEntries;
import io.muster.api.request.Response.LogEntry;
import io.muster.api.request.Response.LogsAccepted;
import io.muster.api.request.Response.LogsStopped;
import io.muster.api.state.AccessRule;
import io.muster.api.state.AccessRule.LogRule;
import io.muster.api.state.AccessRule.Operation;
import io.muster.api.state.AccessRule.StateRule;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.api.state.Workload;
import io.muster.testkit.runtime.Behaviour;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How workloads read logs over their control interfaces, in virtual time. */
final class ControlLogsTest {
    private static final AssignedWorkload WEB = Stage.workload("web", "image: web", 1);
    private static final AccessRule LOGS = new LogRule(List.of("web"));

    private final Stage stage = Stage.set(1);

    private static AssignedWorkload reading(String name, AccessRule... rules) {
        var access = new ControlInterfaceAccess(List.of(rules), List.of());
        var workload = Workload.of(Stage.BOW.value(), "podman", "image: x").withAccess(access);
        return assigned(name, workload, 1);
    }

    /** A workload that has said Hello, beside one that has written something. */
    private Visitor captain(String printed, AccessRule... rules) {
        stage.behaviours.put("web", Behaviour.LASTING.printing(printed));
        stage.wish(1, reading("captain", rules), WEB);
        stage.awaitReport("captain Running(Ok)", "web Running(Ok)");
        return hello("captain");
    }

    private Visitor hello(String workload) {
        var its = stage.doors.visitor(workload);
        its.say(new FromWorkload.Hello("1.0.0", false));
        stage.await("an answer to the Hello", its::heardSomething);
        assertThat(its.take()).containsExactly(new ToWorkload.Accepted());
        return its;
    }

    private void ask(Visitor captain, String id, LogSelection selection, InstanceName... of) {
        say(captain, id, new Request.GetLogs(List.of(of), selection));
    }

    private void say(Visitor captain, String id, Request.Body body) {
        captain.say(new FromWorkload.Ask(new Request(id, body)));
        stage.world.run(Duration.ofSeconds(1));
    }

    /** Returns what it was told under this id since the last call. */
    private static List<Response.Body> told(Visitor captain, String id) {
        var bodies = new ArrayList<Response.Body>();
        for (var each : captain.take()) {
            var response = ((ToWorkload.Answer) each).response();
            assertThat(response.id()).isEqualTo(id);
            bodies.add(response.body());
        }
        return bodies;
    }

    private static List<String> lines(List<Response.Body> told) {
        return told.stream()
                .filter(LogEntries.class::isInstance)
                .flatMap(each -> ((LogEntries) each).entries().stream())
                .map(LogEntry::message)
                .toList();
    }

    private void print(String text) {
        stage.machine.print(stage.resident("web").id(), text);
        stage.world.run(Stage.SOON);
    }

    @Test
    void it_is_told_that_they_come_then_lines_and_then_the_end() {
        var captain = captain("one\ntwo", LOGS);
        ask(captain, "l", LogSelection.ALL, WEB.instance());
        var told = told(captain, "l");
        assertThat(told)
                .startsWith(new LogsAccepted(List.of(WEB.instance()), List.of()))
                .endsWith(new LogsStopped(WEB.instance(), "", false))
                .contains(new LogEntries(List.of(new LogEntry(WEB.instance(), "one"))));
        assertThat(lines(told)).containsExactly("one", "two");
        stage.await("nobody reads", () -> stage.agent().openLogs() == 0);
        assertThat(stage.asked)
                .containsExactly("agent/bow/captain GetLogs", "agent/bow/captain CancelLogs");
    }

    @Test
    void of_a_workload_that_runs_nowhere_are_none_and_it_says_why() {
        var captain = captain("one", LOGS);
        var nowhere = InstanceName.of(new WorkloadName("web"), "x", "");
        ask(captain, "l", LogSelection.ALL, nowhere);
        assertThat(told(captain, "l"))
                .singleElement()
                .isInstanceOfSatisfying(
                        LogsAccepted.class,
                        accepted -> {
                            assertThat(accepted.instances()).isEmpty();
                            assertThat(accepted.problems())
                                    .singleElement()
                                    .satisfies(each ->
                                            assertThat(each.what()).contains("names no agent"));
                        });
        assertThat(stage.asked).isEmpty();
    }

    @Test
    void lines_come_some_time_after_the_acceptance_for_the_published_clients() {
        var captain = captain("one", LOGS);
        captain.say(
                new FromWorkload.Ask(
                        new Request(
                                "l",
                                new Request.GetLogs(List.of(WEB.instance()), LogSelection.ALL))));
        stage.await("the acceptance", captain::heardSomething);
        assertThat(told(captain, "l")).singleElement().isInstanceOf(LogsAccepted.class);
        stage.world.run(Duration.ofMillis(90));
        assertThat(captain.heardSomething()).isFalse();
        stage.world.run(Duration.ofMillis(20));
        assertThat(lines(told(captain, "l"))).containsExactly("one");
    }

    @Test
    void they_go_on_until_it_wants_no_more() {
        var captain = captain("one", LOGS);
        ask(captain, "l", LogSelection.ALL.following(), WEB.instance());
        print("\ntwo\n");
        assertThat(lines(told(captain, "l"))).containsExactly("one", "two");
        say(captain, "l", new Request.CancelLogs());
        assertThat(told(captain, "l")).containsExactly(new Response.LogsCancelled());
        stage.await("nobody reads", () -> stage.agent().openLogs() == 0);
        print("three\n");
        assertThat(captain.heardSomething()).isFalse();
        say(captain, "l", new Request.CancelLogs());
        assertThat(told(captain, "l")).containsExactly(new Response.LogsCancelled());
    }

    @Test
    void without_a_log_rule_they_are_refused_and_not_asked_for() {
        var captain = captain("one", new StateRule(Operation.READ_WRITE, List.of("*")));
        ask(captain, "l", LogSelection.ALL, WEB.instance());
        assertThat(told(captain, "l"))
                .singleElement()
                .isInstanceOfSatisfying(
                        Response.Refused.class,
                        refused ->
                                assertThat(refused.message())
                                        .startsWith("Access denied")
                                        .contains("logs of \"web\""));
        assertThat(stage.asked).isEmpty();
    }

    @Test
    void they_end_when_the_rules_do_not_allow_them_any_more() {
        var captain = captain("one", LOGS);
        ask(captain, "l", LogSelection.ALL.following(), WEB.instance());
        told(captain, "l");
        stage.wish(2, reading("captain", new LogRule(List.of("db"))), WEB);
        stage.world.run(Stage.SOON);
        assertThat(told(captain, "l")).singleElement().isInstanceOf(Response.Refused.class);
        assertThat(stage.agent().openLogs()).isZero();
    }

    @Test
    void they_end_when_it_begins_anew_or_is_gone() {
        var captain = captain("one", LOGS);
        ask(captain, "l", LogSelection.ALL.following(), WEB.instance());
        told(captain, "l");
        hello("captain");
        stage.await("nobody reads", () -> stage.agent().openLogs() == 0);
        ask(captain, "l", LogSelection.ALL.following(), WEB.instance());
        assertThat(stage.agent().openLogs()).isOne();
        stage.wish(2, WEB);
        stage.await("nobody reads", () -> stage.agent().openLogs() == 0);
    }

    @Test
    void the_same_id_asks_anew() {
        var captain = captain("one\n", LOGS);
        for (int i = 0; i < 3; i++) {
            ask(captain, "l", LogSelection.ALL.following(), WEB.instance());
            assertThat(lines(told(captain, "l"))).containsExactly("one");
        }
        assertThat(stage.agent().openLogs()).isOne();
    }

    @Test
    void who_does_not_read_loses_nothing_and_stops_the_agent_that_sends() {
        var captain = captain("", LOGS);
        ask(captain, "l", LogSelection.ALL.following(), WEB.instance());
        captain.room(10_000);
        captain.stall(2);
        told(captain, "l");
        var lines = IntStream.range(0, 8_000).mapToObj("%d is a line that is read late"::formatted);
        var all = lines.toList();
        print(String.join("\n", all) + "\n");
        stage.world.run(Duration.ofMinutes(2));
        var heard = new ArrayList<>(lines(told(captain, "l")));
        assertThat(heard).hasSizeLessThan(5_000).isNotEmpty();
        captain.goOn();
        stage.world.runUntil(
                "all lines",
                Duration.ofMinutes(2),
                () -> {
                    heard.addAll(lines(told(captain, "l")));
                    return heard.size() >= all.size();
                });
        assertThat(heard.equals(all)).isTrue();
    }

    @Test
    void a_line_for_which_there_is_no_room_is_told_when_there_is() {
        var captain = captain("one\n", LOGS);
        ask(captain, "l", LogSelection.ALL.following(), WEB.instance());
        told(captain, "l");
        captain.refuseNext();
        print("two\n");
        print("three\n");
        assertThat(told(captain, "l")).isEmpty();
        captain.goOn();
        stage.world.run(Stage.SOON);
        assertThat(lines(told(captain, "l"))).containsExactly("two", "three");
    }

    @Test
    void an_end_for_which_there_is_no_room_is_told_when_there_is() {
        var captain = captain("", LOGS);
        var get = new Request.GetLogs(List.of(WEB.instance()), LogSelection.ALL);
        captain.say(new FromWorkload.Ask(new Request("l", get)));
        stage.await("the acceptance", captain::heardSomething);
        told(captain, "l");
        captain.refuseNext();
        stage.world.run(Stage.SOON);
        assertThat(told(captain, "l")).isEmpty();
        captain.goOn();
        stage.world.run(Stage.SOON);
        assertThat(told(captain, "l")).containsExactly(new LogsStopped(WEB.instance(), "", false));
        assertThat(stage.agent().openLogs()).isZero();
    }

    @Test
    void a_reading_of_what_is_not_there_any_more_ends() {
        var captain = captain("one", LOGS);
        stage.logsThere = _ -> List.of();
        for (int i = 0; i < 9; i++) {
            ask(captain, "l" + i, LogSelection.ALL.following(), WEB.instance());
            assertThat(told(captain, "l" + i))
                    .containsExactly(new LogsAccepted(List.of(), List.of()));
        }
        assertThat(stage.asked).last().isEqualTo("agent/bow/captain CancelLogs");
    }

    @Test
    void who_left_without_reading_is_told_that_something_is_missing() {
        var captain = captain("one", LOGS);
        ask(captain, "l", LogSelection.ALL.following(), WEB.instance());
        told(captain, "l");
        captain.leaveUnread(1);
        stage.world.run(Stage.SOON);
        assertThat(captain.heardSomething()).isFalse(); // nobody would read it
        captain.comeBack();
        stage.world.run(Stage.SOON);
        assertThat(told(captain, "l"))
                .singleElement()
                .isInstanceOfSatisfying(
                        LogsStopped.class, stop -> assertThat(stop.incomplete()).isTrue());
        assertThat(stage.agent().openLogs()).isZero();
    }

    @Test
    void lines_that_were_given_up_unread_end_it_with_something_missing() {
        var captain = captain("one\n", LOGS);
        captain.stall(1);
        ask(captain, "l", LogSelection.ALL.following(), WEB.instance());
        told(captain, "l");
        captain.giveUpUnread();
        captain.goOn();
        stage.world.run(Stage.SOON);
        assertThat(told(captain, "l"))
                .singleElement()
                .isInstanceOfSatisfying(
                        LogsStopped.class, stop -> assertThat(stop.incomplete()).isTrue());
        assertThat(stage.agent().openLogs()).isZero();
    }

    @Test
    void logs_of_which_the_acceptance_was_given_up_are_refused() {
        var captain = captain("one", LOGS);
        captain.stall(0);
        ask(captain, "l", LogSelection.ALL.following(), WEB.instance());
        captain.giveUpUnread();
        captain.goOn();
        stage.world.run(Stage.SOON);
        assertThat(told(captain, "l")).singleElement().isInstanceOf(Response.Refused.class);
        assertThat(stage.agent().openLogs()).isZero();
    }

    @Test
    void an_instance_that_names_no_agent_is_named_with_a_remedy() {
        var captain = captain("one", LOGS);
        var unplaced = new InstanceName(WEB.instance().workload(), "x", "");
        ask(captain, "l", LogSelection.ALL, unplaced, WEB.instance());
        var told = told(captain, "l");
        assertThat(lines(told)).containsExactly("one");
        assertThat(((LogsAccepted) told.getFirst()).problems())
                .singleElement()
                .asString()
                .contains(unplaced.toString(), "workloadStates");
    }

    @Test
    void without_a_server_it_is_told_why_nothing_comes() {
        var captain = captain("one", LOGS);
        stage.server().close();
        stage.world.run(Stage.SOON);
        ask(captain, "l", LogSelection.ALL, WEB.instance());
        stage.world.run(Stage.SOON);
        assertThat(told(captain, "l"))
                .singleElement()
                .isInstanceOfSatisfying(
                        Response.Refused.class,
                        refused -> assertThat(refused.message()).contains("nothing was sent"));
    }

    @Test
    void no_more_are_read_at_once_than_the_bound() {
        var captain = captain("one", LOGS);
        for (int i = 0; i < 9; i++) {
            ask(captain, "l" + i, LogSelection.ALL.following(), WEB.instance());
        }
        assertThat(captain.take())
                .last()
                .isInstanceOfSatisfying(
                        ToWorkload.Answer.class,
                        answer -> {
                            assertThat(answer.response().id()).isEqualTo("l8");
                            assertThat(answer.response().body())
                                    .isInstanceOfSatisfying(
                                            Response.Refused.class,
                                            refused ->
                                                    assertThat(refused.reason())
                                                            .isEqualTo(Response.Reason.BUSY));
                        });
    }
}
