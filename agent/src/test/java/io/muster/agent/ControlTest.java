package io.muster.agent;

import static io.muster.agent.Stage.assigned;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.control.FakeDoors.Visitor;
import io.muster.api.control.FromWorkload;
import io.muster.api.control.ToWorkload;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.request.Response.AlteredFields;
import io.muster.api.request.Response.EventPosition;
import io.muster.api.request.Response.StateAnswer;
import io.muster.api.state.AccessRule.Operation;
import io.muster.api.state.AccessRule.StateRule;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.api.state.Workload;
import io.muster.api.tree.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Control interfaces of an agent's workloads, in virtual time. */
final class ControlTest {
    private static final Request.GetState AGENTS =
            new Request.GetState(List.of(FieldMask.of("agents")), false);
    private static final Request.GetState EVENTS =
            new Request.GetState(List.of(FieldMask.of("agents")), true);
    private static final Node.Entries STATE = new Node.Entries(Map.of("agents", Node.Entries.NONE));

    private final Stage stage = Stage.set(1);

    private static final Request.UpdateState UPDATE =
            new Request.UpdateState(
                    Node.Entries.NONE, List.of(FieldMask.of("desiredState", "workloads", "x")));

    private static AssignedWorkload reading(String name, long changedAt, String... masks) {
        return ruled(name, changedAt, Operation.READ, masks);
    }

    private static AssignedWorkload ruled(
            String name, long changedAt, Operation operation, String... masks) {
        var rules =
                new ControlInterfaceAccess(
                        List.of(new StateRule(operation, List.of(masks))), List.of());
        var workload = Workload.of(Stage.BOW.value(), "podman", "image: x").withAccess(rules);
        return assigned(name, workload, changedAt);
    }

    private static StateAnswer state(long sequence) {
        return new StateAnswer(
                STATE, Optional.empty(), new EventPosition(1, sequence), new Revision(1));
    }

    private static StateAnswer event(long sequence) {
        return new StateAnswer(
                STATE,
                Optional.of(new AlteredFields(List.of("agents.x"), List.of(), List.of())),
                new EventPosition(1, sequence, sequence - 1),
                new Revision(1));
    }

    /** A workload that may read the agents, has said Hello, and was accepted. */
    private Visitor web(boolean extended) {
        return web(extended, 1);
    }

    private Visitor web(boolean extended, long revision) {
        return web(extended, revision, reading("web", revision, "agents"));
    }

    private Visitor web(boolean extended, long revision, AssignedWorkload workload) {
        stage.desk = _ -> Optional.of(state(0));
        stage.wish(revision, workload);
        stage.await("a door", () -> stage.doors.made().contains("web"));
        stage.awaitReport("web Running(Ok)");
        var web = stage.doors.visitor("web");
        web.say(new FromWorkload.Hello("1.0.0", extended));
        stage.await("an answer to the Hello", web::heardSomething);
        assertThat(web.take())
                .isEqualTo(
                        extended
                                ? List.of(
                                        new ToWorkload.ServerConnection(true),
                                        new ToWorkload.Accepted())
                                : List.of(new ToWorkload.Accepted()));
        return web;
    }

    private Response.Reason refusal(Visitor web, Request.Body body) {
        web.say(ask("r", body));
        stage.world.run(Duration.ofSeconds(9)); // the agent asks for 10 s
        return ((Response.Refused) answer(web, "r")).reason();
    }

    private Response.Body answer(Visitor web, String id) {
        stage.await("an answer", web::heardSomething);
        var told = web.take();
        assertThat(told).hasSize(1);
        assertThat(told.getFirst()).isInstanceOf(ToWorkload.Answer.class);
        var response = ((ToWorkload.Answer) told.getFirst()).response();
        assertThat(response.id()).isEqualTo(id);
        return response.body();
    }

    private static FromWorkload.Ask ask(String id, Request.Body body) {
        return new FromWorkload.Ask(new Request(id, body));
    }

    private void tell(StateAnswer event) {
        var requester = new Requester.Workload(Stage.BOW, new WorkloadName("web"));
        stage.server().respond(requester, new Response(stage.lastAsked, event));
        stage.world.run(Duration.ofSeconds(1));
    }

    @Test
    void what_a_workload_asks_is_asked_in_its_name_and_answered_under_its_id() {
        var web = web(false);
        web.say(ask("mine", AGENTS));
        assertThat(answer(web, "mine")).isEqualTo(state(0));
        assertThat(stage.asked).containsExactly("agent/bow/web GetState");
        assertThat(stage.lastAsked).isNotEqualTo("mine");
    }

    @Test
    void what_came_whole_before_a_message_without_end_is_heard_before_that_ends_the_session() {
        web(false);
        var web = stage.doors.visitor("web");
        var hello = Visitor.bytes(new FromWorkload.Hello("1.0.0", false));
        var both = Arrays.copyOf(hello, hello.length + 12);
        Arrays.fill(both, hello.length, both.length, (byte) 0xff);
        web.write(both);
        stage.world.run(Duration.ofSeconds(1));
        assertThat(web.take())
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo(new ToWorkload.Accepted()),
                        second -> assertThat(second).isInstanceOf(ToWorkload.Closed.class));
    }

    @Test
    void what_its_rules_do_not_allow_is_not_asked() {
        var web = web(false);
        web.say(ask("7", new Request.GetState(List.of(), false)));
        assertThat(answer(web, "7"))
                .isInstanceOfSatisfying(
                        Response.Refused.class,
                        refused -> assertThat(refused.message()).contains("the whole state"));
        assertThat(stage.asked).isEmpty();
    }

    @Test
    void without_rules_there_is_nothing() {
        stage.wish(1, Stage.workload("web", "image: x", 1));
        stage.awaitReport("web Running(Ok)");
        assertThat(stage.doors.made()).isEmpty();
        assertThat(stage.agent().openControlInterfaces()).isZero();
    }

    @Test
    void rules_that_come_or_go_replace_the_instance_and_others_hold_at_once() {
        stage.wish(1, Stage.workload("web", "image: x", 1));
        stage.awaitReport("web Running(Ok)");
        var plain = stage.resident("web").id();
        var web = web(false, 2);
        var ruled = stage.resident("web").id();
        assertThat(ruled).isNotEqualTo(plain);

        stage.wish(3, reading("web", 2, "workloadStates"));
        stage.world.run(Stage.SOON);
        assertThat(stage.resident("web").id()).isEqualTo(ruled);
        web.say(ask("7", AGENTS));
        assertThat(answer(web, "7")).isInstanceOf(Response.Refused.class);

        stage.wish(4, Stage.workload("web", "image: x", 4));
        stage.await("a plain one", () -> stage.doors.made().isEmpty());
        stage.world.run(Stage.SOON);
        assertThat(stage.lastReport()).containsExactly("web Running(Ok)");
        assertThat(web.isClosed()).isTrue();
        assertThat(stage.agent().openControlInterfaces()).isZero();
    }

    @Test
    void it_goes_with_the_workload() {
        var web = web(false);
        stage.wish(2);
        stage.await("no door", () -> stage.doors.made().isEmpty());
        stage.world.run(Stage.SOON);
        assertThat(web.isClosed()).isTrue();
        assertThat(stage.agent().openControlInterfaces()).isZero();
    }

    @Test
    void an_instance_that_an_earlier_agent_has_left_is_heard_again() {
        var before = web(false);
        stage.killAgent();
        stage.startAgent();
        stage.await("another door", () -> stage.doors.visitor("web") != before);
        stage.world.run(Stage.SOON);
        var web = stage.doors.visitor("web");
        web.say(new FromWorkload.Hello("1.0.0", false));
        web.say(ask("1", AGENTS));
        stage.world.run(Stage.SOON);
        assertThat(web.take()).hasSize(2).startsWith(new ToWorkload.Accepted());
    }

    private Visitor takenOver() {
        return takenOver(web(false));
    }

    private Visitor takenOver(Visitor before) {
        stage.killAgent();
        stage.startAgent();
        stage.await("another door", () -> stage.doors.visitor("web") != before);
        stage.world.run(Stage.SOON);
        return stage.doors.visitor("web");
    }

    /** The published Python SDK keeps what it could not write, and writes it before its Hello. */
    @Test
    void what_was_said_to_an_earlier_agent_is_not_heard_by_the_next() {
        var web = takenOver();
        web.say(ask("old", AGENTS));
        web.write(new byte[] {2, 0x7f, 0x7f}); // no message
        stage.world.run(Stage.SOON);
        web.say(ask("older", AGENTS));
        web.say(new FromWorkload.Hello("1.0.0", false));
        web.say(ask("mine", AGENTS));
        stage.world.run(Stage.SOON);
        assertThat(web.take())
                .containsExactly(
                        new ToWorkload.Accepted(),
                        new ToWorkload.Answer(new Response("mine", state(0))));
        assertThat(stage.asked).containsExactly("agent/bow/web GetState");
    }

    /** An earlier agent has read the beginning. */
    @Test
    void a_hello_is_recognised_after_the_end_of_a_message() {
        var whole = Visitor.bytes(ask("old".repeat(80), AGENTS));
        var web = web(false);
        for (int cut = 1; cut < whole.length; cut++) {
            web = takenOver(web);
            web.write(Arrays.copyOfRange(whole, cut, whole.length));
            web.say(ask("old", AGENTS));
            web.say(new FromWorkload.Hello("1.0.0", cut % 2 == 0));
            stage.world.run(Duration.ofSeconds(1));
            assertThat(web.take()).as("cut at %d", cut).last().isEqualTo(new ToWorkload.Accepted());
            web.say(ask("mine", AGENTS));
            assertThat(answer(web, "mine")).isEqualTo(state(0));
        }
    }

    /** It has not run while its agent was started again, and takes this one for the one before. */
    @Test
    void who_does_not_say_hello_to_the_next_agent_is_shown_the_end_until_it_does() {
        var web = takenOver();
        web.say(ask("old", AGENTS));
        stage.world.run(Duration.ofSeconds(20));
        assertThat(web.takeEnds()).isBetween(3, 5);
        web.say(new FromWorkload.Hello("1.0.0", false));
        stage.await("an answer to the Hello", web::heardSomething);
        assertThat(web.take()).containsExactly(new ToWorkload.Accepted());
        web.takeEnds();
        stage.world.run(Duration.ofMinutes(1));
        assertThat(web.takeEnds()).isZero();
    }

    @Test
    void nobody_is_shown_the_end_where_nobody_speaks() {
        var web = takenOver();
        web.leave();
        web.takeEnds();
        stage.world.run(Duration.ofMinutes(1));
        assertThat(web.takeEnds()).isZero();
    }

    @Test
    void nothing_is_subscribed_to_once_the_interface_is_closed() {
        var web = web(false);
        web.say(ask("s", EVENTS));
        assertThat(answer(web, "s")).isEqualTo(state(0));
        web.say(new FromWorkload.Hello("2.0.0", false));
        stage.world.run(Duration.ofSeconds(1));
        assertThat(web.take()).singleElement().isInstanceOf(ToWorkload.Closed.class);
        tell(event(1));
        assertThat(web.take()).isEmpty();
        assertThat(stage.asked).last().isEqualTo("agent/bow/web CancelEvents");
    }

    @Test
    void who_comes_after_a_program_that_an_earlier_agent_knew_says_hello_first() {
        var web = takenOver();
        web.leave();
        web.say(ask("1", AGENTS));
        stage.world.run(Stage.SOON);
        assertThat(web.take()).containsExactly(new ToWorkload.Closed("Initial Hello missing!"));
    }

    @Test
    void who_comes_first_says_hello_first() {
        stage.wish(1, reading("web", 1, "agents"));
        stage.await("a door", () -> stage.doors.made().contains("web"));
        stage.awaitReport("web Running(Ok)");
        var web = stage.doors.visitor("web");
        web.say(ask("1", AGENTS));
        stage.world.run(Stage.SOON);
        assertThat(web.take()).containsExactly(new ToWorkload.Closed("Initial Hello missing!"));
    }

    /** It was killed, and the next one has opened the FIFO before that was seen. */
    @Test
    void half_a_message_does_not_swallow_the_hello_of_the_next_program() {
        var web = web(false);
        var whole = Visitor.bytes(ask("old".repeat(80), AGENTS));
        var hello = Visitor.bytes(new FromWorkload.Hello("1.0.0", false));
        for (int cut = 1; cut < whole.length; cut++) {
            if (whole.length - cut == hello.length) {
                continue; // together they are a message, though a strange one
            }
            web.write(Arrays.copyOf(whole, cut));
            web.write(hello);
            stage.world.run(Duration.ofSeconds(1));
            assertThat(web.take()).as("cut at %d", cut).last().isEqualTo(new ToWorkload.Accepted());
            web.say(ask("mine", AGENTS));
            assertThat(answer(web, "mine")).isEqualTo(state(0));
        }
    }

    @Test
    void what_is_asked_right_after_that_hello_is_heard_too() {
        var web = web(false);
        var half = new byte[1_000];
        half[0] = (byte) 0x80;
        half[1] = 0x40; // a varint, 8192
        web.write(half);
        web.say(new FromWorkload.Hello("1.0.0", false));
        web.say(ask("mine", AGENTS));
        stage.world.run(Duration.ofSeconds(1));
        assertThat(web.take())
                .containsExactly(
                        new ToWorkload.Accepted(),
                        new ToWorkload.Answer(new Response("mine", state(0))));
    }

    @Test
    void half_a_message_that_the_next_hello_completes_does_not_swallow_it() {
        var web = web(false);
        var hello = Visitor.bytes(new FromWorkload.Hello("1.0.0", false));
        web.write(new byte[] {(byte) (3 + hello.length), 0x7f, 0x7f, 0x7f});
        web.write(hello);
        stage.world.run(Duration.ofSeconds(1));
        assertThat(web.take()).containsExactly(new ToWorkload.Accepted());
    }

    @Test
    void a_message_without_end_does_not_swallow_the_hello_of_the_next_program() {
        var web = web(false);
        var endless = new byte[30];
        Arrays.fill(endless, (byte) 0xff);
        web.write(endless);
        stage.world.run(Duration.ofSeconds(1));
        assertThat(web.take()).singleElement().isInstanceOf(ToWorkload.Closed.class);
        web.say(new FromWorkload.Hello("1.0.0", false));
        stage.world.run(Duration.ofSeconds(1));
        assertThat(web.take()).containsExactly(new ToWorkload.Accepted());
    }

    @Test
    void a_message_in_pieces_that_has_a_hello_in_it_is_one_message() {
        var web = web(false);
        var hello = new String(Visitor.bytes(new FromWorkload.Hello("1.0.0", false)), UTF_8);
        var whole = Visitor.bytes(ask("mine" + hello + "x".repeat(200), AGENTS));
        int end = 100;
        web.write(Arrays.copyOf(whole, end));
        stage.world.run(Duration.ofSeconds(10)); // something else follows the Hello
        web.write(Arrays.copyOfRange(whole, end, whole.length));
        stage.world.run(Stage.SOON);
        assertThat(web.take())
                .singleElement()
                .isInstanceOfSatisfying(
                        ToWorkload.Answer.class,
                        answer -> assertThat(answer.response().id()).contains(hello));
    }

    /** A pod counts as ended when one of its containers failed, and another one may be talking. */
    @Test
    void who_still_has_the_door_open_is_heard_though_its_instance_has_ended() {
        var web = web(false);
        stage.machine.end(stage.resident("web").id(), 1);
        stage.awaitReport("web Failed(ExecFailed)");
        stage.world.run(Stage.SOON);
        web.say(ask("mine", AGENTS));
        assertThat(answer(web, "mine")).isEqualTo(state(0));
    }

    @Test
    void many_small_messages_are_dealt_with_by_and_by() {
        var web = web(false);
        for (int i = 0; i < 100; i++) {
            web.say(ask("r" + i, new Request.GetState(List.of(), false))); // denied at once
        }
        stage.world.run(Stage.SOON);
        assertThat(web.take()).hasSize(100);
    }

    @Test
    void a_subscription_begins_with_the_state_and_goes_on_under_its_id() {
        var web = web(false);
        web.say(ask("s", EVENTS));
        assertThat(answer(web, "s")).isEqualTo(state(0));
        tell(event(1));
        assertThat(answer(web, "s")).isEqualTo(event(1));
        web.say(ask("s", new Request.CancelEvents()));
        assertThat(answer(web, "s")).isEqualTo(new Response.EventsCancelled());
        stage.world.run(Stage.SOON);
        assertThat(stage.asked).last().isEqualTo("agent/bow/web CancelEvents");
    }

    @Test
    void a_subscription_that_rules_do_not_allow_any_more_ends_with_a_refusal() {
        var web = web(false);
        web.say(ask("s", EVENTS));
        assertThat(answer(web, "s")).isEqualTo(state(0));
        stage.wish(2, reading("web", 1, "workloadStates"));
        assertThat(answer(web, "s")).isInstanceOf(Response.Refused.class);
    }

    @Test
    void who_does_not_read_is_told_what_it_missed_and_the_state_anew() {
        var web = web(true);
        web.take();
        web.say(ask("s", EVENTS));
        assertThat(answer(web, "s")).isEqualTo(state(0));
        web.room(1); // for one
        web.stall(1);
        for (int i = 1; i <= 5; i++) {
            tell(event(i));
        }
        assertThat(answer(web, "s")).isEqualTo(event(1));
        stage.desk = _ -> Optional.of(state(5));
        web.goOn();
        stage.world.run(Stage.SOON);
        var told = new ArrayList<>(web.take());
        assertThat(told).hasSize(3);
        assertThat(told.getFirst()).isEqualTo(new ToWorkload.Answer(new Response("s", event(2))));
        assertThat(told.get(1)).isEqualTo(new ToWorkload.Missed(3));
        assertThat(((ToWorkload.Answer) told.getLast()).response().body())
                .isInstanceOfSatisfying(
                        StateAnswer.class,
                        answer -> {
                            assertThat(answer.altered())
                                    .contains(
                                            new AlteredFields(
                                                    List.of(), List.of("agents"), List.of()));
                            assertThat(answer.position().sequence()).isEqualTo(5);
                        });
    }

    @Test
    void who_asks_faster_than_it_reads_has_to_wait() {
        var web = web(false);
        web.room(1);
        web.stall(2);
        for (int i = 0; i < 10; i++) {
            web.say(ask("r" + i, new Request.GetState(List.of(), false))); // denied at once
        }
        stage.world.run(Stage.SOON);
        assertThat(web.take()).hasSize(2);
        assertThat(web.waiting()).isPositive();
        web.goOn();
        stage.world.run(Stage.SOON);
        assertThat(web.take()).hasSize(8);
        assertThat(web.waiting()).isZero();
    }

    @Test
    void an_answer_for_which_there_is_no_room_is_told_when_there_is() {
        var web = web(true);
        web.take();
        web.room(100);
        web.stall(0);
        for (int i = 0; i < 16; i++) {
            web.say(ask("r" + i, AGENTS));
        }
        stage.world.run(Stage.SOON);
        assertThat(stage.asked).hasSize(16);
        web.say(ask("later", AGENTS));
        stage.world.run(Duration.ofMinutes(1));
        assertThat(stage.asked).hasSize(16); // it has to read first
        web.goOn();
        stage.world.run(Stage.SOON);
        assertThat(web.take().stream().map(each -> ((ToWorkload.Answer) each).response()))
                .hasSize(17)
                .allMatch(response -> response.body().equals(state(0)))
                .extracting(Response::id)
                .endsWith("later")
                .doesNotHaveDuplicates();
    }

    @Test
    void an_answer_for_which_there_is_no_memory_is_a_refusal_that_says_so() {
        var web = web(false, 1, reading("web", 1, "agents"));
        var agents = new HashMap<String, Node>();
        for (int i = 0; i < 22_000; i++) {
            agents.put(("a" + i + "x".repeat(60)).substring(0, 60), Node.Entries.NONE);
        }
        var big =
                new StateAnswer(
                        new Node.Entries(Map.of("agents", new Node.Entries(agents))),
                        Optional.empty(),
                        new EventPosition(1, 0),
                        new Revision(1));
        stage.desk = _ -> Optional.of(big);
        web.stall(0);
        for (int i = 0; i < 8; i++) {
            web.say(ask("r" + i, AGENTS));
        }
        stage.world.run(Duration.ofSeconds(20));
        web.goOn();
        stage.world.run(Stage.SOON);
        var answers =
                web.take().stream()
                        .map(each -> ((ToWorkload.Answer) each).response().body())
                        .toList();
        assertThat(answers).hasSize(8);
        assertThat(answers.stream().filter(StateAnswer.class::isInstance)).hasSize(4);
        assertThat(answers.stream().filter(Response.Refused.class::isInstance))
                .hasSize(4)
                .allSatisfy(each -> {
                    var refused = (Response.Refused) each;
                    assertThat(refused.reason()).isEqualTo(Response.Reason.BUSY);
                    assertThat(refused.message()).contains("bytes", "no room", "not read");
                });
    }

    @Test
    void that_a_subscription_has_ended_is_told_when_there_is_room_for_it() {
        var web = web(false);
        web.say(ask("s", EVENTS));
        assertThat(answer(web, "s")).isEqualTo(state(0));
        web.room(1);
        web.stall(0);
        tell(event(1));
        stage.wish(2, reading("web", 1, "workloadStates"));
        stage.world.run(Stage.SOON);
        web.goOn();
        stage.world.run(Stage.SOON);
        assertThat(web.take())
                .satisfiesExactly(
                        first ->
                                assertThat(first)
                                        .isEqualTo(
                                                new ToWorkload.Answer(new Response("s", event(1)))),
                        second ->
                                assertThat(((ToWorkload.Answer) second).response().body())
                                        .isInstanceOf(Response.Refused.class));
    }

    @Test
    void that_the_server_is_lost_is_told_when_there_is_room_for_it() {
        var web = web(true);
        web.take();
        web.room(1);
        web.stall(0);
        web.say(ask("r", new Request.GetState(List.of(), false))); // denied at once
        stage.world.run(Stage.SOON);
        stage.server().close();
        stage.world.run(Stage.SOON);
        web.goOn();
        stage.world.run(Stage.SOON);
        assertThat(web.take()).hasSize(2).endsWith(new ToWorkload.ServerConnection(false));
    }

    /** Twenty halves of a message of 1 MiB are more than all interfaces may keep. */
    @Test
    void halves_of_messages_are_bounded_for_all_and_refuse_nothing_to_others() {
        twenty();
        int closed = 0;
        for (int i = 0; i < 19; i++) {
            var web = stage.doors.visitor("w" + i);
            var told = sayHalf(web, (1 << 20) - 1);
            if (!told.isEmpty()) {
                closed++;
                assertThat(told)
                        .singleElement()
                        .isInstanceOfSatisfying(
                                ToWorkload.Closed.class,
                                why -> assertThat(why.reason()).contains("no room", "Hello again"));
                web.write(new byte[1]); // the last byte of it, which is not missed
                web.say(new FromWorkload.Hello("1.0.0", false));
                stage.world.run(Duration.ofMillis(100));
                assertThat(web.take()).containsExactly(new ToWorkload.Accepted());
            }
        }
        assertThat(closed).isBetween(2, 5);
        var other = stage.doors.visitor("w19");
        other.say(ask("mine", AGENTS));
        assertThat(answer(other, "mine")).isEqualTo(state(0));
    }

    /** Who has more than its share when others come to need theirs does not lose what is whole. */
    @Test
    void whole_messages_are_heard_though_there_is_no_room_any_more() {
        twenty();
        var first = stage.doors.visitor("w0");
        var masks = new ArrayList<FieldMask>();
        var key = "x".repeat(250);
        for (int i = 0; i < 950; i++) {
            masks.add(FieldMask.of("agents", "a" + i, key, key, key, key));
        }
        first.say(ask("s", new Request.GetState(masks, true)));
        assertThat(answer(first, "s")).isEqualTo(state(0));
        for (int i = 1; i < 20; i++) { // less than their shares, and more than what is left
            assertThat(sayHalf(stage.doors.visitor("w" + i), 838_000)).isEmpty();
        }
        for (int i = 0; i < 3; i++) {
            first.say(ask("mine", AGENTS));
            stage.world.run(Stage.SOON);
            assertThat(first.take()).singleElement().isInstanceOf(ToWorkload.Answer.class);
        }
    }

    /** Twenty workloads that have said Hello: the share of each is less than a long message. */
    private void twenty() {
        var workloads = new ArrayList<AssignedWorkload>();
        for (int i = 0; i < 20; i++) {
            workloads.add(reading("w" + i, 1, "agents"));
        }
        stage.desk = _ -> Optional.of(state(0));
        stage.wish(1, workloads.toArray(AssignedWorkload[]::new));
        stage.await("doors", () -> stage.doors.made().size() == 20);
        stage.world.run(Stage.SOON);
        for (int i = 0; i < 20; i++) {
            stage.doors.visitor("w" + i).say(new FromWorkload.Hello("1.0.0", false));
        }
        stage.world.run(Stage.SOON);
        for (int i = 0; i < 20; i++) {
            stage.doors.visitor("w" + i).take();
        }
    }

    /** Says so many bytes of a message of 1 MiB. */
    private List<ToWorkload> sayHalf(Visitor web, int bytes) {
        var half = new byte[3 + bytes];
        half[0] = (byte) 0x80;
        half[1] = (byte) 0x80;
        half[2] = 0x40; // a varint
        for (int at = 0; at < half.length; at += 65_536) {
            web.write(Arrays.copyOfRange(half, at, Math.min(half.length, at + 65_536)));
        }
        stage.world.run(Duration.ofMillis(100));
        return web.take();
    }

    @Test
    void a_program_that_begins_anew_again_and_again_has_no_more_requests_open_than_the_bound() {
        var web = web(false);
        stage.desk = _ -> Optional.empty();
        int told = 0;
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 15; j++) {
                web.say(ask("r" + j, AGENTS));
            }
            web.say(new FromWorkload.Hello("1.0.0", false));
            stage.world.run(Duration.ofMillis(200));
            told += web.take().stream().filter(ControlTest::isBusy).toList().size();
        }
        assertThat(told).isEqualTo(45); // of 75; thirty were sent
        stage.world.run(Duration.ofSeconds(11));
        stage.desk = _ -> Optional.of(state(0));
        web.say(ask("mine", AGENTS));
        assertThat(answer(web, "mine")).isEqualTo(state(0));
    }

    private static boolean isBusy(ToWorkload told) {
        return told instanceof ToWorkload.Answer(var response)
                && response.body() instanceof Response.Refused refused
                && refused.reason() == Response.Reason.BUSY
                && refused.message().contains("nothing was sent");
    }

    @Test
    void no_more_requests_wait_for_the_server_than_the_bound() {
        var web = web(false);
        stage.desk = _ -> Optional.empty();
        for (int i = 0; i < 40; i++) {
            web.say(ask("r" + i, AGENTS));
        }
        stage.world.run(Stage.SOON);
        assertThat(stage.asked.stream().distinct()).containsExactly("agent/bow/web GetState");
        assertThat(web.waiting()).isBetween(20, 24);
    }

    @Test
    void who_asked_for_it_is_told_when_the_server_is_lost_and_there_again() {
        var web = web(true);
        assertThat(web.take()).isEmpty();
        stage.server().close();
        stage.await("news", web::heardSomething);
        assertThat(web.take()).containsExactly(new ToWorkload.ServerConnection(false));
        web.say(ask("1", AGENTS));
        assertThat(answer(web, "1"))
                .isInstanceOfSatisfying(
                        Response.Refused.class,
                        refused -> {
                            assertThat(refused.message()).contains("nothing was sent");
                            assertThat(refused.reason()).isEqualTo(Response.Reason.BUSY);
                        });
        web.say(new FromWorkload.Hello("1.0.0", true));
        stage.await("an answer to the Hello", web::heardSomething);
        assertThat(web.take())
                .containsExactly(new ToWorkload.ServerConnection(false), new ToWorkload.Accepted());
        stage.startServer();
        stage.await("news", web::heardSomething);
        assertThat(web.take()).containsExactly(new ToWorkload.ServerConnection(true));
    }

    @Test
    void only_an_update_that_was_sent_may_have_changed_something() {
        var writing = ruled("web", 1, Operation.READ_WRITE, "desiredState", "effectiveState");
        var web = web(false, 1, writing);
        stage.desk = _ -> Optional.empty();
        assertThat(refusal(web, UPDATE)).isEqualTo(Response.Reason.OUTCOME_UNKNOWN);
        assertThat(refusal(web, UPDATE.asDryRun())).isEqualTo(Response.Reason.BUSY);
        assertThat(refusal(web, new Request.GetState(List.of(FieldMask.of("desiredState")), false)))
                .isEqualTo(Response.Reason.BUSY);
        assertThat(stage.asked).contains("agent/bow/web UpdateState", "agent/bow/web GetState");
        stage.server().close();
        stage.world.run(Stage.SOON);
        assertThat(refusal(web, UPDATE)).isEqualTo(Response.Reason.BUSY);
    }

    @Test
    void a_subscription_without_a_server_is_refused_in_the_end_with_a_remedy() {
        var web = web(false);
        stage.server().close();
        stage.world.run(Stage.SOON);
        web.say(ask("s", EVENTS));
        stage.world.run(Duration.ofSeconds(3));
        assertThat(web.heardSomething()).isFalse();
        assertThat(answer(web, "s"))
                .isInstanceOfSatisfying(
                        Response.Refused.class,
                        refused -> {
                            assertThat(refused.message())
                                    .contains("within 4 s", "the server", "ask again");
                            assertThat(refused.reason()).isEqualTo(Response.Reason.BUSY);
                        });
        stage.startServer();
        stage.world.run(Duration.ofMinutes(1));
        assertThat(web.heardSomething()).isFalse();
        web.say(ask("s", EVENTS));
        assertThat(answer(web, "s")).isEqualTo(state(0));
    }

    @Test
    void what_nobody_has_read_is_made_good_when_somebody_reads_and_not_before() {
        var web = web(false);
        web.say(ask("s", EVENTS));
        assertThat(answer(web, "s")).isEqualTo(state(0));
        web.leaveUnread(1);
        tell(event(1));
        stage.world.run(Duration.ofMinutes(1));
        assertThat(web.heardSomething()).isFalse();
        stage.desk = _ -> Optional.of(state(1));
        web.comeBack();
        assertThat(answer(web, "s"))
                .isInstanceOfSatisfying(
                        StateAnswer.class,
                        answer ->
                                assertThat(answer.altered().orElseThrow().updated())
                                        .containsExactly("agents"));
    }

    @Test
    void an_answer_that_was_given_up_unread_is_replaced_by_a_refusal() {
        var web = web(true);
        web.stall(0);
        web.say(ask("long", AGENTS));
        stage.world.run(Stage.SOON);
        web.giveUpUnread();
        web.goOn();
        stage.world.run(Stage.SOON);
        var told = web.take();
        assertThat(told).hasSize(2).contains(new ToWorkload.Missed(1));
        assertThat(told)
                .filteredOn(ToWorkload.Answer.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(
                        ToWorkload.Answer.class,
                        answer -> {
                            assertThat(answer.response().id()).isEqualTo("long");
                            assertThat(answer.response().body())
                                    .isInstanceOfSatisfying(
                                            Response.Refused.class,
                                            refused -> {
                                                assertThat(refused.reason())
                                                        .isEqualTo(Response.Reason.BUSY);
                                                assertThat(refused.message())
                                                        .contains("not read", "ask again");
                                            });
                        });
    }

    @Test
    void an_event_that_was_given_up_unread_is_made_good_by_the_state() {
        var web = web(false);
        web.say(ask("s", EVENTS));
        assertThat(answer(web, "s")).isEqualTo(state(0));
        web.stall(0);
        tell(event(1));
        stage.desk = _ -> Optional.of(state(1));
        web.giveUpUnread();
        web.goOn();
        assertThat(answer(web, "s"))
                .isInstanceOfSatisfying(
                        StateAnswer.class,
                        answer ->
                                assertThat(answer.altered().orElseThrow().updated())
                                        .containsExactly("agents"));
    }

    /** Whoever waits for a subscription that long has given it up. */
    @Test
    void a_subscription_of_which_the_beginning_was_given_up_is_refused() {
        var web = web(false);
        web.stall(0);
        web.say(ask("s", EVENTS));
        stage.world.run(Stage.SOON);
        web.giveUpUnread();
        web.goOn();
        assertThat(answer(web, "s")).isInstanceOf(Response.Refused.class);
        tell(event(1));
        assertThat(web.take()).isEmpty();
        assertThat(stage.asked).last().isEqualTo("agent/bow/web CancelEvents");
    }

    @Test
    void an_interface_that_failed_is_opened_again_after_growing_pauses() {
        var before = web(false);
        stage.doors.fail(3);
        before.fail();
        stage.world.run(Duration.ofSeconds(14));
        assertThat(stage.doors.visitor("web")).isSameAs(before);
        assertThat(stage.agent().openControlInterfaces()).isZero();
        stage.world.run(Duration.ofSeconds(2));
        var web = stage.doors.visitor("web");
        assertThat(web).isNotSameAs(before);
        web.say(new FromWorkload.Hello("1.0.0", false));
        stage.await("an answer to the Hello", web::heardSomething);
        assertThat(web.take()).containsExactly(new ToWorkload.Accepted());
        web.say(ask("mine", AGENTS));
        assertThat(answer(web, "mine")).isEqualTo(state(0));
        assertThat(stage.lastReport()).containsExactly("web Running(Ok)");
    }
}
