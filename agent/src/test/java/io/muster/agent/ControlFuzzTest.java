package io.muster.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.control.FakeDoors.Visitor;
import io.muster.api.control.FromWorkload;
import io.muster.api.control.ToWorkload;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.path.FieldMask;
import io.muster.api.request.LogSelection;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.request.Response.EventPosition;
import io.muster.api.request.Response.StateAnswer;
import io.muster.api.state.AccessRule.LogRule;
import io.muster.api.state.AccessRule.Operation;
import io.muster.api.state.AccessRule.StateRule;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.api.state.Workload;
import io.muster.api.tree.Node;
import io.muster.testkit.world.Seeds;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Programs that write anything into their control interface: sense, nonsense, halves of messages,
 * lengths that are none, cut and glued anywhere. Whatever it was, the agent lives, and who comes
 * next and says Hello is heard.
 */
final class ControlFuzzTest {
    static final Request.GetState ALL = new Request.GetState(List.of(), false);

    /** A workload that may do all, and somebody who answers it. */
    static void prepare(Stage stage) {
        stage.desk =
                body ->
                        body instanceof Request.GetLogs || body instanceof Request.CancelLogs
                                ? Optional.empty()
                                : Optional.of(
                                        new StateAnswer(
                                                Node.Entries.NONE,
                                                Optional.empty(),
                                                new EventPosition(1, 0),
                                                new Revision(1)));
        var rules =
                new ControlInterfaceAccess(
                        List.of(
                                new StateRule(Operation.READ_WRITE, List.of("*")),
                                new LogRule(List.of("*"))),
                        List.of());
        var workload = Workload.of(Stage.BOW.value(), "podman", "image: x").withAccess(rules);
        stage.wish(1, Stage.assigned("web", workload, 1));
        stage.awaitReport("web Running(Ok)");
    }

    /** Anything that a program may write. */
    static byte[] something(Random random, InstanceName web) {
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> Visitor.bytes(new FromWorkload.Hello("1.0.0", random.nextBoolean()));
            case 3 -> Visitor.bytes(new FromWorkload.Hello("2.0.0", false));
            case 4, 5, 6 -> Visitor.bytes(request(random, web));
            case 7 -> { // a half
                var whole = Visitor.bytes(request(random, web));
                yield Arrays.copyOf(whole, random.nextInt(whole.length));
            }
            case 8 -> bytes(random, random.nextInt(200));
            case 9 -> new byte[] {-1, -1, -1, -1, (byte) random.nextInt()}; // a huge length
            case 10 -> { // a length without an end
                var length = new byte[19];
                Arrays.fill(length, (byte) 0x80);
                yield length;
            }
            default -> new byte[random.nextInt(3)]; // empty messages
        };
    }

    private static byte[] bytes(Random random, int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static FromWorkload.Ask request(Random random, InstanceName web) {
        var body =
                switch (random.nextInt(6)) {
                    case 0 -> ALL;
                    case 1 -> new Request.GetState(List.of(FieldMask.of("agents")), true);
                    case 2 -> new Request.CancelEvents();
                    case 3 -> logs(web);
                    case 4 -> new Request.CancelLogs();
                    default -> new Request.RenewEvents("x");
                };
        return new FromWorkload.Ask(new Request("id" + random.nextInt(3), body));
    }

    private static Request.Body logs(InstanceName web) {
        return new Request.GetLogs(List.of(web), LogSelection.ALL.following());
    }

    /** Asks for logs, until it says that it wants no more. */
    static FromWorkload.Ask reading(Random random, InstanceName web) {
        return new FromWorkload.Ask(new Request("id" + random.nextInt(3), logs(web)));
    }

    @Test
    void whatever_is_written_the_next_who_says_hello_is_heard() {
        var logs = new AtomicInteger();
        Seeds.check(200, seed -> logs.addAndGet(play(seed)));
        assertThat(logs).hasPositiveValue();
    }

    /** Returns how often logs were asked for. */
    private static int play(long seed) {
        var stage = Stage.set(seed);
        prepare(stage);
        var random = new Random(seed);
        var web = stage.doors.visitor("web");
        var instance = stage.resident("web").instance();
        for (int program = 0; program < 3; program++) {
            var written = new ByteArrayOutputStream();
            for (int i = random.nextInt(30); i >= 0; i--) {
                written.writeBytes(something(random, instance));
            }
            write(stage, web, written.toByteArray(), random);
            stage.await("all is taken", () -> web.waiting() == 0);
            web.take();
            web.leave();
        }
        stage.world.run(Duration.ofSeconds(15)); // what was asked for is answered, or never
        web.take();
        web.say(new FromWorkload.Hello("1.0.0", false));
        web.say(new FromWorkload.Ask(new Request("mine", ALL)));
        stage.world.run(Stage.SOON);
        assertThat(web.take())
                .satisfiesExactly(
                        told -> assertThat(told).isEqualTo(new ToWorkload.Accepted()),
                        told ->
                                assertThat(told)
                                        .isInstanceOfSatisfying(
                                                ToWorkload.Answer.class, ControlFuzzTest::isMine));
        assertThat(stage.agent().openControlInterfaces()).isOne();
        assertThat(stage.agent().openLogs()).isZero();
        return logsAskedFor(stage);
    }

    private static int logsAskedFor(Stage stage) {
        return (int) stage.asked.stream().filter(each -> each.endsWith(" GetLogs")).count();
    }

    private static void isMine(ToWorkload.Answer answer) {
        assertThat(answer.response().id()).isEqualTo("mine");
        assertThat(answer.response().body()).isInstanceOf(Response.StateAnswer.class);
    }

    private static void write(Stage stage, Visitor web, byte[] all, Random random) {
        for (int at = 0; at < all.length; ) {
            int end = Math.min(all.length, at + 1 + random.nextInt(80));
            web.write(Arrays.copyOfRange(all, at, end));
            at = end;
            switch (random.nextInt(20)) {
                case 0 -> web.stall(random.nextInt(3));
                case 1 -> stage.world.run(Duration.ofMillis(random.nextInt(2_000)));
                case 2 -> web.goOn();
                default -> {}
            }
        }
        web.goOn();
    }
}
