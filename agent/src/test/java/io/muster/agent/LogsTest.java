package io.muster.agent;

import static io.muster.agent.Stage.workload;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.agent.logs.LogDesk;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.Command;
import io.muster.api.link.LogChunk.LogLines;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.outcome.Problem;
import io.muster.api.request.LogAudience;
import io.muster.api.request.LogSelection;
import io.muster.api.request.LogStream;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import io.muster.testkit.runtime.Behaviour;
import io.muster.transport.ClientLink;
import io.muster.transport.LinkException;
import io.muster.transport.LogTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How an agent gives the logs of its workloads to those who read them. */
final class LogsTest {
    private final Stage stage = Stage.set(1);

    private static final class Reader implements ClientLink.LogListener {
        final List<String> lines = new ArrayList<>();
        final List<String> stops = new ArrayList<>();
        final ClientLink.LogReading reading;
        boolean slow;
        long lost;
        int calls;

        Reader(ClientLink client, LogSelection selection, InstanceName... instances) {
            reading = client.readLogs(List.of(instances), selection, Duration.ofSeconds(5), this);
        }

        @Override
        public void accepted(List<InstanceName> instances, List<Problem> problems) {}

        @Override
        public void lines(AgentName agent, List<LogLines> told) {
            told.forEach(part -> part.lines().forEach(line -> lines.add(line.text())));
            calls++;
            if (!slow) {
                reading.taken(agent);
            }
        }

        void takeAll() {
            slow = false;
            for (int i = calls; i > 0; i--) {
                reading.taken(Stage.BOW);
            }
        }

        @Override
        public void lost(AgentName agent, long chunks) {
            lost += chunks;
        }

        @Override
        public void silent(AgentName agent) {}

        @Override
        public void stopped(Response.LogsStopped stop) {
            stops.add(stop.instance().workload() + ": " + stop.reason());
        }

        @Override
        public void refused(Response.Refused refused) {
            throw new AssertionError(refused);
        }

        @Override
        public void failed(LinkException why) {
            throw new AssertionError(why);
        }
    }

    private AssignedWorkload runs(String name, String prints) {
        stage.behaviours.put(name, Behaviour.LASTING.printing(prints));
        var wished = workload(name, "image: " + name, 3);
        stage.wish(3, wished);
        stage.awaitReport(name + " Running(Ok)");
        return wished;
    }

    private Reader follow(AssignedWorkload... workloads) {
        return read(LogSelection.ALL.following(), workloads);
    }

    private Reader read(LogSelection selection, AssignedWorkload... workloads) {
        return new Reader(
                stage.client("alice"),
                selection,
                Arrays.stream(workloads)
                        .map(AssignedWorkload::instance)
                        .toArray(InstanceName[]::new));
    }

    private void print(String workload, String text) {
        stage.machine.print(stage.resident(workload).id(), text);
    }

    @Test
    void are_what_is_there_and_then_end() {
        var reader = read(LogSelection.ALL.last(2), runs("web", "one\ntwo\n\nfour"));
        stage.await("the end", () -> !reader.stops.isEmpty());
        assertThat(reader.lines).containsExactly("", "four");
        assertThat(reader.stops).containsExactly("web: ");
        reader.reading.close();
        stage.await("nobody reads", () -> stage.agent().openLogs() == 0);
    }

    @Test
    void go_on_while_the_workload_writes_and_end_when_it_is_deleted() {
        var reader = follow(runs("web", "one\n"));
        stage.await("a line", () -> reader.lines.equals(List.of("one")));
        print("web", "two\nthr");
        stage.await("another", () -> reader.lines.equals(List.of("one", "two")));
        print("web", "ee\n");
        stage.await("all", () -> reader.lines.equals(List.of("one", "two", "three")));
        assertThat(reader.stops).isEmpty();
        stage.wish(4);
        stage.await("the end", () -> !reader.stops.isEmpty());
        assertThat(reader.stops).containsExactly("web: it was deleted");
    }

    @Test
    void go_on_when_the_workload_is_started_again() {
        stage.behaviours.put("web", Behaviour.LASTING.printing("begin\n"));
        var wished =
                Stage.assigned(
                        "web",
                        Workload.of("bow", "podman", "image: a")
                                .withRestartPolicy(RestartPolicy.ALWAYS),
                        3);
        stage.wish(3, wished);
        stage.awaitReport("web Running(Ok)");
        var reader = follow(wished);
        stage.await("a line", () -> reader.lines.size() == 1);
        for (int code : List.of(0, 7)) { // the same instance again, or a new one
            int before = reader.lines.size();
            print("web", "end " + code + "\n");
            stage.machine.end(stage.resident("web").id(), code);
            stage.world.runUntil(
                    "what it writes next",
                    Duration.ofMinutes(1),
                    () -> reader.lines.size() == before + 2);
        }
        assertThat(reader.lines).containsExactly("begin", "end 0", "begin", "end 7", "begin");
        assertThat(reader.stops).isEmpty();
    }

    @Test
    void end_when_the_workload_has_ended_for_good() {
        var reader = follow(runs("job", "one\n"));
        stage.await("a line", () -> reader.lines.size() == 1);
        print("job", "two\n");
        stage.machine.end(stage.resident("job").id(), 3);
        stage.await("the end", () -> !reader.stops.isEmpty());
        assertThat(reader.lines).containsExactly("one", "two");
        assertThat(reader.stops).containsExactly("job: ");
    }

    @Test
    void of_a_workload_without_anything_to_read_end_with_the_reason() {
        var unknown = Stage.assigned("web", Workload.of("bow", "docker", "x"), 3);
        stage.wish(3, unknown);
        stage.awaitReport("web Pending(StartingFailed)");
        var absent = workload("absent", "image: a", 3);
        var reader = follow(unknown, absent);
        stage.await("the ends", () -> reader.stops.size() == 2);
        assertThat(reader.stops)
                .anySatisfy(stop ->
                        assertThat(stop)
                                .startsWith("web: there is nothing to read yet: it is Pending"))
                .contains("absent: it is not on this agent (any more)");
    }

    @Test
    void are_read_no_faster_than_they_are_taken_and_nobody_else_waits() {
        stage.behaviours.put("loud", Behaviour.LASTING);
        stage.behaviours.put("web", Behaviour.LASTING.printing("one\n"));
        var loud = workload("loud", "image: loud", 3);
        var web = workload("web", "image: web", 3);
        stage.wish(3, loud, web);
        stage.awaitReport("loud Running(Ok)", "web Running(Ok)");
        var text = new StringBuilder();
        int count = 5_000;
        for (int i = 0; i < count; i++) {
            text.append("line ").append(i).append(" of something that is long\n");
        }
        print("loud", text.toString());
        var slow = follow(loud);
        slow.slow = true;
        stage.world.run(Duration.ofMinutes(1));
        assertThat(slow.calls).isEqualTo(LogTerms.WINDOW);
        assertThat(slow.lines).hasSizeLessThan(count);
        var other = new Reader(stage.client("bob"), LogSelection.ALL.following(), web.instance());
        stage.await("the other's line", () -> other.lines.size() == 1);
        slow.takeAll();
        stage.world.runUntil("all lines", Duration.ofMinutes(2), () -> slow.lines.size() == count);
        assertThat(slow.lines.getLast()).startsWith("line " + (count - 1));
        assertThat(slow.lost).isZero();
    }

    @Test
    void are_not_read_any_more_when_their_reader_has_vanished() {
        var reader = follow(runs("web", "one\n"));
        stage.await("a line", () -> reader.lines.size() == 1);
        stage.world.run(LogTerms.LEASE.multipliedBy(3));
        assertThat(stage.agent().openLogs()).isOne();
        stage.killClient("alice");
        stage.world.run(LogTerms.LEASE.plus(LogTerms.SIGN_OF_LIFE));
        assertThat(stage.agent().openLogs()).isZero();
    }

    @Test
    void survive_the_agents_connection() {
        var reader = follow(runs("web", "one\n"));
        stage.await("a line", () -> reader.lines.size() == 1);
        for (int i = 0; i < 5; i++) {
            print("web", "before " + i + "\n");
            stage.broker.cut("node");
            print("web", "after " + i + "\n");
            stage.world.run(Duration.ofSeconds(8));
        }
        assertThat(reader.lines)
                .containsExactlyElementsOf(
                        IntStream.range(-1, 10)
                                .mapToObj(i ->
                                        i < 0 ? "one" : (i % 2 == 0 ? "before " : "after ") + i / 2)
                                .toList());
        assertThat(reader.lost).isZero();
    }

    @Test
    void are_read_by_no_more_than_a_bound() {
        var web = runs("web", "one\n");
        var readers = new ArrayList<Reader>();
        for (int i = 0; i <= LogDesk.MAX_READERS; i++) {
            readers.add(
                    new Reader(
                            stage.client("c" + i), LogSelection.ALL.following(), web.instance()));
        }
        stage.await("a refusal", () -> readers.stream().anyMatch(each -> !each.stops.isEmpty()));
        assertThat(stage.agent().openLogs()).isEqualTo(LogDesk.MAX_READERS);
    }

    /** Another agent reads for its workloads. */
    private void readForWorkloads(int requests, AssignedWorkload... workloads) {
        var instances = Arrays.stream(workloads).map(AssignedWorkload::instance).toList();
        for (int i = 0; i < requests; i++) {
            stage.server()
                    .command(
                            Stage.BOW,
                            new Command.StartLogs(
                                    new LogStream(
                                            new LogAudience.Agent(new AgentName("stern")), "r" + i),
                                    new Request.GetLogs(instances, LogSelection.ALL.following())));
        }
        stage.world.run(Duration.ofSeconds(2));
    }

    @Test
    void are_read_for_people_however_many_workloads_read() {
        var web = runs("web", "one\n");
        readForWorkloads(LogDesk.MAX_READERS, web);
        assertThat(stage.agent().openLogs()).isEqualTo(LogDesk.MAX_READERS / 2);
        var reader = follow(web);
        stage.await("a line", () -> reader.lines.contains("one"));
    }

    @Test
    void are_read_for_people_however_much_workloads_read() {
        stage.behaviours.put("db", Behaviour.LASTING.printing("two\n"));
        stage.behaviours.put("web", Behaviour.LASTING.printing("one\n"));
        var web = workload("web", "image: web", 3);
        var db = workload("db", "image: db", 3);
        stage.wish(3, web, db);
        stage.awaitReport("db Running(Ok)", "web Running(Ok)");
        readForWorkloads(10, web, db);
        assertThat(stage.agent().openLogs()).isEqualTo(LogDesk.MAX_SOURCES / 2);
        var reader = follow(web, db);
        stage.await("lines", () -> reader.lines.size() == 2);
    }
}
