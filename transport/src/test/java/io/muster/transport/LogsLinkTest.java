package io.muster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.bus.Bus;
import io.muster.api.bus.BusException;
import io.muster.api.bus.Payload;
import io.muster.api.bus.Publication;
import io.muster.api.bus.Subscription;
import io.muster.api.link.LogChunk;
import io.muster.api.link.LogChunk.LogLines;
import io.muster.api.link.LogCredit;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Problem;
import io.muster.api.request.LogAudience;
import io.muster.api.request.LogStream;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.topic.TopicFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** How logs come from an agent straight to their reader. */
final class LogsLinkTest {
    private static final AgentName A = new AgentName("agent_a");
    private static final InstanceName WEB = LogsReader.web(A);

    private final Net net = new Net();
    private final List<Request> asked = new ArrayList<>();
    private final Net.Server server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
    private final Net.Agent agent = net.agent("a", A.value()).up();
    private final Net.Client client = net.client("c").start();
    private List<Problem> problems = List.of();

    LogsLinkTest() {
        server.desk =
                (_, request) -> {
                    asked.add(request);
                    return Optional.of(
                            request.body() instanceof Request.GetLogs(var instances, _)
                                    ? new Response.LogsAccepted(instances, problems)
                                    : new Response.LogsCancelled());
                };
    }

    private LogsReader reader() {
        var reader = new LogsReader(client, WEB);
        net.until("an answer", () -> !reader.heard.isEmpty());
        return reader;
    }

    private LogStream stream() {
        return new LogStream(new LogAudience.Client(client.name), asked.getFirst().id());
    }

    private void send(LogChunk chunk) {
        send(stream(), chunk);
    }

    private void send(LogStream stream, LogChunk chunk) {
        agent.link.logs(stream, chunk, failure -> assertThat(failure).isEmpty());
        net.run(Net.SOON);
    }

    private LogStream streamThrough(Net.Agent its) {
        return new LogStream(new LogAudience.Agent(its.name), asked.getFirst().id());
    }

    private static LogChunk chunk(long number, String... lines) {
        return chunk("r", number, lines);
    }

    private static LogChunk chunk(String reading, long number, String... lines) {
        var payloads = List.of(lines).stream().map(Payload::of).toList();
        return LogChunk.of(reading, number, List.of(new LogLines(WEB, payloads)), List.of());
    }

    @Test
    void come_in_order_and_end_with_a_reason() {
        var reader = reader();
        send(chunk(1, "one", "two"));
        send(chunk(2, "three"));
        send(
                LogChunk.of(
                        "r",
                        3,
                        List.of(),
                        List.of(new Response.LogsStopped(WEB, "it was deleted", false))));
        assertThat(reader.heard)
                .containsExactly(
                        "accepted 1",
                        "web one",
                        "web two",
                        "web three",
                        "stopped web: it was deleted");
    }

    @Test
    void name_what_is_missing() {
        problems = List.of(new Problem("db", "is not there", ""));
        assertThat(reader().heard).contains("problem " + problems.getFirst());
    }

    @Test
    void are_not_told_twice_and_a_gap_is_told() {
        var reader = reader();
        send(chunk(1, "one"));
        send(chunk(1, "one"));
        send(chunk(4, "four"));
        assertThat(reader.heard).containsExactly("accepted 1", "web one", "lost 2", "web four");
    }

    @Test
    void are_sent_no_faster_than_they_are_taken() {
        var reader = reader();
        reader.slow = true;
        for (int i = 1; i <= LogTerms.WINDOW; i++) {
            send(chunk(i, "line"));
        }
        agent.credits.clear();
        net.run(LogTerms.SIGN_OF_LIFE.plusSeconds(1));
        assertThat(agent.credits).containsOnly(new LogCredit(LogTerms.WINDOW, true));
        reader.takeAll(A);
        net.until(
                "room",
                () ->
                        agent.credits.contains(new LogCredit(2L * LogTerms.WINDOW, false))
                                || agent.credits.contains(
                                        new LogCredit(3L * LogTerms.WINDOW / 2, false)));
    }

    @Test
    void go_on_when_all_that_was_under_way_is_lost() {
        var reader = reader();
        send(chunk(1, "one"));
        agent.credits.clear();
        send(LogChunk.status("r", LogTerms.WINDOW, List.of())); // what came before is lost
        net.run(LogTerms.SIGN_OF_LIFE.plusSeconds(1));
        assertThat(agent.credits).contains(new LogCredit(2L * LogTerms.WINDOW, true));
        assertThat(reader.heard).containsExactly("accepted 1", "web one", "lost 15");
    }

    @Test
    void end_when_the_agent_has_begun_anew() {
        var reader = reader();
        send(chunk("one", 1, "one"));
        send(chunk("two", 1, "two"));
        assertThat(reader.heard)
                .containsExactly("accepted 1", "web one", "stopped web: agent_a was restarted");
    }

    @Test
    void end_when_the_agent_knows_nothing_of_them_any_more() {
        var reader = reader();
        send(LogChunk.nothing()); // it may not have heard of them yet
        send(chunk(1, "one"));
        send(LogChunk.nothing());
        assertThat(reader.heard).hasSize(3).last().asString().startsWith("stopped web: agent_a");
    }

    @Test
    void end_when_the_server_says_that_the_agent_is_lost() {
        var reader = reader();
        server.link.respond(
                new Requester.Client(client.name),
                new Response(stream().id(), new Response.LogsStopped(WEB, "agent lost", true)));
        net.until("the end", () -> reader.heard.contains("stopped web: agent lost"));
    }

    @Test
    void end_when_the_agent_never_answers() {
        var reader = reader();
        net.run(LogTerms.FIRST_WORD.plus(LogTerms.SIGN_OF_LIFE).plusSeconds(1));
        assertThat(reader.heard)
                .hasSize(2)
                .last()
                .asString()
                .contains("did not answer within 15 s");
        assertThat(asked).hasSizeGreaterThan(2); // what is lost on the way is repeated
        assertThat(asked).extracting(Request::id).containsOnly(stream().id());
    }

    @Test
    void tell_of_silence_and_end_when_it_lasts() {
        var reader = reader();
        send(chunk(1, "one"));
        net.run(Duration.ofSeconds(25));
        assertThat(reader.heard).containsExactly("accepted 1", "web one", "silent");
        net.run(Duration.ofMinutes(1));
        assertThat(reader.heard).last().asString().contains("nothing was heard of agent agent_a");
    }

    @Test
    void survive_a_connection() {
        var reader = reader();
        send(chunk(1, "one"));
        agent.credits.clear();
        net.broker.cut("c");
        net.run(Net.SOON);
        assertThat(agent.credits).contains(new LogCredit(17, true));
        send(chunk(2, "two"));
        assertThat(reader.heard).containsExactly("accepted 1", "web one", "web two");
    }

    @Test
    void are_cancelled_by_their_reader() {
        var reader = reader();
        reader.reading.close();
        net.run(Net.SOON);
        assertThat(asked.getLast()).isEqualTo(new Request(stream().id(), new Request.CancelLogs()));
        send(chunk(1, "one"));
        assertThat(reader.heard).containsExactly("accepted 1");
    }

    @Test
    void reach_a_workload_through_its_agent_also_from_that_agent_itself() {
        var stern = net.agent("b", "agent_b").up();
        for (var its : List.of(stern, agent)) {
            asked.clear();
            var reader = new LogsReader(its.link.speakFor(new WorkloadName("captain")), WEB);
            net.until("an answer", () -> !reader.heard.isEmpty());
            agent.readers.clear();
            net.run(LogTerms.SIGN_OF_LIFE);
            assertThat(agent.readers).containsOnly(streamThrough(its));
            send(streamThrough(its), chunk(1, "one"));
            server.link.respond(
                    new Requester.Workload(its.name, new WorkloadName("captain")),
                    new Response(
                            asked.getFirst().id(), new Response.LogsStopped(WEB, "gone", true)));
            net.run(Net.SOON);
            assertThat(reader.heard).containsExactly("accepted 1", "web one", "stopped web: gone");
            reader.reading.close();
            net.run(Net.SOON);
            assertThat(asked.getLast().body()).isEqualTo(new Request.CancelLogs());
        }
    }

    @Test
    void for_a_workload_are_sent_in_a_smaller_window_and_survive_a_connection() {
        var stern = net.agent("b", "agent_b").up();
        var reader = new LogsReader(stern.link.speakFor(new WorkloadName("captain")), WEB);
        net.until("an answer", () -> !reader.heard.isEmpty());
        reader.slow = true;
        for (int i = 1; i <= LogTerms.WINDOW_OF_AGENT; i++) {
            send(streamThrough(stern), chunk(i, "line"));
        }
        agent.credits.clear();
        net.broker.cut("b");
        net.run(LogTerms.SIGN_OF_LIFE.plusSeconds(1));
        assertThat(agent.credits).containsOnly(new LogCredit(LogTerms.WINDOW_OF_AGENT, true));
        reader.takeAll(A);
        net.run(LogTerms.SIGN_OF_LIFE.plusSeconds(1));
        assertThat(agent.credits).contains(new LogCredit(2L * LogTerms.WINDOW_OF_AGENT, true));
        send(streamThrough(stern), chunk(LogTerms.WINDOW_OF_AGENT + 1, "more"));
        assertThat(reader.heard).hasSize(LogTerms.WINDOW_OF_AGENT + 2).last().isEqualTo("web more");
    }

    @Test
    void end_with_who_speaks_for_the_workload_that_reads_them() {
        var speaker = agent.link.speakFor(new WorkloadName("captain"));
        var reader = new LogsReader(speaker, WEB);
        net.until("an answer", () -> !reader.heard.isEmpty());
        speaker.close();
        net.run(Net.SOON);
        assertThat(asked.getLast().body()).isEqualTo(new Request.CancelLogs());
        send(streamThrough(agent), chunk(1, "one"));
        assertThat(reader.heard).containsExactly("accepted 1");
    }

    @Test
    void of_a_workload_that_another_agent_has_are_not_taken() {
        var reader = reader();
        var foreign = LogsReader.web(new AgentName("agent_b"));
        send(
                LogChunk.of(
                        "r",
                        1,
                        List.of(
                                new LogLines(foreign, List.of(Payload.of("forged"))),
                                new LogLines(WEB, List.of(Payload.of("one")))),
                        List.of()));
        send(
                LogChunk.of(
                        "r",
                        2,
                        List.of(new LogLines(foreign, List.of(Payload.of("forged")))),
                        List.of()));
        send(chunk(3, "two"));
        assertThat(reader.heard).containsExactly("accepted 1", "web one", "web two");
    }

    /** An agent that the broker does not let read logs. */
    private Net.Agent denied() {
        var logs = net.topics.logsFor(new LogAudience.Agent(new AgentName("agent_b")));
        net.tap =
                connector ->
                        (session, serial, listener) ->
                                new Denying(connector.connect(session, serial, listener), logs);
        return net.agent("b", "agent_b").up();
    }

    private record Denying(Bus bus, TopicFilter filter) implements Bus {
        @Override
        public CompletionStage<Void> publish(Publication publication) {
            return bus.publish(publication);
        }

        @Override
        public CompletionStage<Void> subscribe(Subscription subscription) {
            return subscription.filter().equals(filter)
                    ? CompletableFuture.failedStage(new BusException("not permitted", false))
                    : bus.subscribe(subscription);
        }

        @Override
        public void close() {
            bus.close();
        }
    }

    @Test
    void that_the_broker_denies_do_not_keep_an_agent_from_being_connected_again() {
        var stern = denied();
        new LogsReader(stern.link.speakFor(new WorkloadName("captain")), WEB);
        net.run(Net.SOON);
        net.broker.cut("b");
        net.run(Duration.ofSeconds(30));
        assertThat(stern.nonces).hasSize(2);
    }

    @Test
    void that_the_broker_denies_are_not_asked_for_however_many_want_them() {
        var speaker = denied().link.speakFor(new WorkloadName("captain"));
        var first = new LogsReader(speaker, WEB);
        var second = new LogsReader(speaker, WEB);
        net.run(Duration.ofSeconds(10));
        var third = new LogsReader(speaker, WEB);
        net.run(Duration.ofSeconds(10));
        for (var each : List.of(first, second, third)) {
            assertThat(each.heard).containsExactly("failed REFUSED");
        }
        assertThat(asked).isEmpty();
    }

    /** Agents may begin before the server's answer is here: nothing is lost. */
    @Test
    void are_asked_for_only_when_their_reader_hears_them_however_late_that_is() {
        var logs = net.topics.logsFor(new LogAudience.Agent(new AgentName("agent_b")));
        var late = new ArrayList<Late>();
        net.tap =
                connector ->
                        (session, serial, listener) -> {
                            late.add(new Late(connector.connect(session, serial, listener), logs));
                            return late.getLast();
                        };
        var other = net.agent("b", "agent_b").up();
        net.broker.cut("b");
        var reader = new LogsReader(other.link.speakFor(new WorkloadName("captain")), WEB);
        net.until("asked to hear them", () -> late.getLast().asked);
        net.run(Duration.ofSeconds(1));
        net.until("a connection", () -> other.nonces.size() == 2);
        net.run(Duration.ofSeconds(1));
        assertThat(asked).isEmpty();
        late.getLast().grant();
        net.until("an answer", () -> !reader.heard.isEmpty());
        assertThat(reader.heard).containsExactly("accepted 1");
        assertThat(asked).hasSize(1);
    }

    /** Grants one subscription when it is told to. */
    private static final class Late implements Bus {
        private final Bus bus;
        private final TopicFilter filter;
        private final List<Runnable> waiting = new ArrayList<>();
        private boolean granting;
        private boolean asked;

        Late(Bus bus, TopicFilter filter) {
            this.bus = bus;
            this.filter = filter;
        }

        void grant() {
            granting = true;
            List.copyOf(waiting).forEach(Runnable::run);
        }

        @Override
        public CompletionStage<Void> publish(Publication publication) {
            return bus.publish(publication);
        }

        @Override
        public CompletionStage<Void> subscribe(Subscription subscription) {
            if (granting || !subscription.filter().equals(filter)) {
                return bus.subscribe(subscription);
            }
            asked = true;
            var granted = new CompletableFuture<Void>();
            waiting.add(() -> bus.subscribe(subscription).thenRun(() -> granted.complete(null)));
            return granted;
        }

        @Override
        public void close() {
            bus.close();
        }
    }

    @Test
    void need_a_server_to_begin_with() {
        server.link.close();
        net.run(Net.SOON);
        var reader = new LogsReader(client, WEB);
        net.run(Duration.ofSeconds(10));
        assertThat(reader.heard).containsExactly("failed NO_SERVER");
    }
}
