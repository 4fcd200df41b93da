package io.muster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.bus.BusListener.Cause;
import io.muster.api.bus.BusListener.Retry;
import io.muster.api.bus.Payload;
import io.muster.api.codec.LinkCodec;
import io.muster.api.link.AgentPresence;
import io.muster.api.link.Load;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.state.AgentAttributes;
import io.muster.api.topic.AgentChannel;
import io.muster.api.topic.Topic;
import io.muster.api.tree.Node;
import io.muster.transport.LinkException.Kind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class AgentLinkTest {
    private static final AgentName A = new AgentName("agent_a");

    private final Net net = new Net();
    private final Topic presence = net.topics.agent(A, AgentChannel.PRESENCE);
    private final Topic desired = net.topics.agent(A, AgentChannel.DESIRED);

    @Test
    void is_connected_only_when_it_hears_everything() {
        var trace = new Trace();
        net.tap = trace::of;
        net.agent("a", "agent_a").up();
        net.run(Net.SOON);
        assertThat(trace.lines())
                .containsExactlyInAnyOrder(
                        "subscribe " + net.topics.agent(A, AgentChannel.FACTS),
                        "subscribe " + net.topics.agent(A, AgentChannel.COMMAND),
                        "subscribe " + net.topics.creditFor(A).getFirst(),
                        "granted " + net.topics.creditFor(A).getFirst(),
                        "subscribe " + net.topics.creditFor(A).getLast(),
                        "granted " + net.topics.creditFor(A).getLast(),
                        "subscribe " + net.topics.responsesThrough(A),
                        "granted " + net.topics.responsesThrough(A),
                        "subscribe " + net.topics.serverPresence() + " with retained",
                        "subscribe " + desired + " with retained",
                        "granted " + net.topics.agent(A, AgentChannel.FACTS),
                        "granted " + net.topics.agent(A, AgentChannel.COMMAND),
                        "granted " + net.topics.serverPresence(),
                        "granted " + desired,
                        "publish " + presence);
        assertThat(trace.lines().getLast()).isEqualTo("publish " + presence);
    }

    @Test
    void subscribes_anew_on_each_connection() {
        var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
        var agent = net.agent("a", "agent_a").up();
        net.broker.cut("a");
        net.until("a second connection", () -> agent.nonces.size() == 2);
        server.link.desired(A, Net.desired(1));
        net.until("desired", () -> !agent.desired.isEmpty());
        assertThat(agent.nonces.get(0)).isNotEqualTo(agent.nonces.get(1));
    }

    @Test
    void gets_the_desired_state_that_was_there_before_it() {
        var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
        server.link.desired(A, Net.desired(4));
        net.run(Net.SOON);
        server.link.close();
        net.run(Net.SOON);
        var agent = net.agent("a", "agent_a").up();
        net.until("desired", () -> !agent.desired.isEmpty());
        assertThat(agent.desired).containsExactly(Net.desired(4));
    }

    @Test
    void takes_a_cleared_topic_for_no_wish_at_all() {
        var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
        var agent = net.agent("a", "agent_a").up();
        server.link.clearDesired(A);
        net.run(Net.SOON);
        assertThat(agent.desired).isEmpty();
        assertThat(agent.desiredMalformed).isEmpty();
    }

    @Test
    void says_so_when_a_desired_state_is_broken() {
        var raw = Raw.server(net);
        var agent = net.agent("a", "agent_a").up();
        var bytes = LinkCodec.encode(Net.desired(4)).bytes().clone();
        bytes[bytes.length - 3] ^= 1;
        raw.retain(desired, Payload.of(bytes));
        raw.publish(net.topics.agent(A, AgentChannel.FACTS), Payload.of("no protobuf"));
        net.run(Net.SOON);
        assertThat(agent.desired).isEmpty();
        assertThat(agent.desiredMalformed).hasSize(1);
        assertThat(agent.malformed).hasSize(1);
    }

    @Test
    void is_said_to_be_gone_by_its_will_with_the_nonce_of_its_connection() {
        var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
        var agent = net.agent("a", "agent_a").up();
        net.run(Net.SOON);
        net.broker.kill("a");
        net.run(Net.SOON);
        assertThat(server.presences.getLast())
                .isEqualTo(AgentPresence.gone("instance-a", agent.nonces.getLast()));
        assertThat(net.publishedTo(presence)).noneMatch(p -> p.publication().retained());
    }

    @Test
    void says_that_it_goes_when_closed_and_then_nothing() {
        var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
        var agent = net.agent("a", "agent_a").up();
        net.run(Net.SOON);
        agent.link.close();
        agent.link.close();
        server.link.desired(A, Net.desired(1));
        net.run(Duration.ofSeconds(30));
        assertThat(server.presences).hasSize(2);
        assertThat(server.presences.getLast())
                .isEqualTo(AgentPresence.stopped("instance-a", agent.nonces.getLast()));
        assertThat(agent.disconnections).isEmpty();
        assertThat(agent.desired).isEmpty();
    }

    @Test
    void repeats_its_announcement_until_acknowledged() {
        net.mishaps.unacknowledged = Mishaps.first(1, "/presence");
        net.agent("a", "agent_a").up();
        net.run(Duration.ofSeconds(30));
        assertThat(net.publishedTo(presence)).hasSize(2);
    }

    @Test
    void announces_nothing_in_the_name_of_an_earlier_connection() {
        var agent = net.agent("a", "agent_a").up();
        net.broker.cut("a");
        net.until("a second connection", () -> agent.nonces.size() == 2);
        net.run(Net.SOON);
        int before = net.publishedTo(presence).size();
        agent.link.announce(agent.presence(agent.nonces.getFirst()));
        net.run(Net.SOON);
        assertThat(net.publishedTo(presence)).hasSize(before);
    }

    @Test
    void knows_when_the_broker_has_its_report() {
        var agent = net.agent("a", "agent_a").up();
        var reported = agent.link.report(agent.report(1, 0)).toCompletableFuture();
        assertThat(reported).isNotDone();
        net.until("the acknowledgement", reported::isDone);
        assertThat(reported).isCompleted();
    }

    @Test
    void knows_at_once_that_it_cannot_report_without_a_connection() {
        var agent = net.agent("a", "agent_a").up();
        net.broker.stop();
        net.until("the end", () -> !agent.disconnections.isEmpty());
        assertThat(failure(agent.link.report(agent.report(1, 0)))).isEqualTo(Kind.NOT_CONNECTED);
    }

    @Test
    void does_not_know_whether_a_report_arrived_when_the_connection_breaks() {
        net.mishaps.breaks = Mishaps.first(1, "/report");
        var agent = net.agent("a", "agent_a").up();
        assertThat(failure(agent.link.report(agent.report(1, 0)))).isEqualTo(Kind.OUTCOME_UNKNOWN);
    }

    @Test
    void fails_a_report_that_is_too_large() {
        var agent = net.agent("a", "agent_a").up();
        var stage = agent.link.report(agent.report(1, 2 << 20));
        assertThat(failure(stage)).isEqualTo(Kind.REFUSED);
    }

    @Test
    void fails_reports_when_it_is_closed() {
        net.mishaps.unacknowledged = Mishaps.first(1, "/report");
        var agent = net.agent("a", "agent_a").up();
        var stage = agent.link.report(agent.report(1, 0));
        net.run(Net.SOON);
        agent.link.close();
        assertThat(failure(stage)).isEqualTo(Kind.CLOSED);
        assertThat(failure(agent.link.report(agent.report(2, 0)))).isEqualTo(Kind.CLOSED);
    }

    @Test
    void tells_its_load_with_an_expiry() {
        var agent = net.agent("a", "agent_a").up();
        agent.link.load(Load.of(new AgentAttributes.Status(1, 2)));
        net.run(Net.SOON);
        assertThat(net.publishedTo(net.topics.agent(A, AgentChannel.LOAD)))
                .singleElement()
                .satisfies(p -> assertThat(p.publication().expiry()).isPresent());
    }

    @Test
    void hears_of_the_server_and_of_each_new_connection_of_it() {
        var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
        var agent = net.agent("a", "agent_a").up();
        net.until("the server", () -> agent.servers.size() == 1);
        net.broker.cut("s");
        net.until("its return", () -> server.connections.size() == 2);
        net.run(Net.SOON);
        assertThat(agent.servers.getLast().online()).isTrue();
        assertThat(agent.servers.getLast().connection()).isEqualTo(2);
    }

    @Test
    void is_not_misled_by_the_late_will_of_an_earlier_server_connection() {
        net.mishaps.will = Optional.of(Duration.ofSeconds(3));
        var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
        var agent = net.agent("a", "agent_a").up();
        net.until("the server", () -> agent.servers.size() == 1);
        net.broker.cut("s");
        net.run(Duration.ofSeconds(10));
        assertThat(server.connections).hasSize(2);
        assertThat(agent.servers).extracting(ServerPresence::online).containsExactly(true, true);
    }

    @Test
    void hears_of_a_server_whose_announcement_was_lost() {
        var agent = net.agent("a", "agent_a").up();
        net.run(Net.SOON);
        net.mishaps.lost = (host, topic) -> host.equals("a");
        net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
        net.run(Net.SOON);
        net.mishaps.lost = (_, _) -> false;
        assertThat(agent.servers).isEmpty();
        net.run(Duration.ofSeconds(10));
        assertThat(agent.servers).extracting(ServerPresence::online).containsExactly(true);
    }

    @Test
    void hears_that_the_server_is_gone() {
        var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
        var agent = net.agent("a", "agent_a").up();
        net.until("the server", () -> agent.servers.size() == 1);
        server.link.close();
        net.run(Net.SOON);
        assertThat(agent.servers).extracting(ServerPresence::online).containsExactly(true, false);
    }

    @Test
    void waits_longer_than_the_presence_deadline_after_a_take_over() {
        var first = net.agent("a1", "agent_a").up();
        net.run(Duration.ofSeconds(20));
        var second = net.agent("a2", "agent_a").up();
        net.until("a take-over", () -> !first.disconnections.isEmpty());
        var at = net.world.elapsed();
        assertThat(first.disconnections.getFirst().cause()).isEqualTo(Cause.TAKEN_OVER);
        net.within(Duration.ofSeconds(30), "its return", () -> first.nonces.size() == 2);
        assertThat(net.world.elapsed().minus(at)).isGreaterThan(Duration.ofSeconds(12));
        assertThat(second.disconnections).isNotEmpty();
    }

    /** An agent that leaves its name to another one for long. */
    @Nested
    final class That_leaves_its_name {
        private final Watched desk = new Watched();
        private final Net.Server server = net.serverAtItsOwnBroker("s");
        private final Net.Agent elder = net.agent("a1", "agent_a");
        private final Net.Agent other = net.agent("a2", "agent_a");

        private void leaves() {
            server.desk = desk;
            server.up(Net.STORE, 1);
            other.retry = new Retry.After(Duration.ofMinutes(10));
            other.up();
            elder.up();
            net.run(Net.SOON);
            assertThat(other.disconnections).hasSize(1);
        }

        @Test
        void leaves_it_in_peace() {
            leaves();
            net.run(Duration.ofMinutes(9));
            assertThat(elder.disconnections).isEmpty();
            net.run(Duration.ofMinutes(2));
            assertThat(other.nonces).hasSize(2);
        }

        @Test
        void is_back_seconds_after_the_other_one_has_left_and_not_at_once() {
            leaves();
            net.run(Duration.ofMinutes(1));
            elder.link.close();
            desk.change(server.link, false);
            net.run(Duration.ofSeconds(3));
            assertThat(other.nonces).hasSize(1);
            net.run(NameWatch.asksWithin().minusSeconds(2));
            assertThat(other.nonces).hasSize(2);
            net.run(Duration.ofMinutes(20));
            assertThat(desk.watchers).isEmpty();
            assertThat(other.nonces).hasSize(2);
        }

        @Test
        void stays_away_when_the_other_one_is_back_soon() {
            leaves();
            desk.change(server.link, false);
            net.run(Duration.ofSeconds(2));
            desk.change(server.link, true);
            net.run(Duration.ofMinutes(5));
            assertThat(other.nonces).hasSize(1);
        }

        @Test
        void waits_longer_when_the_server_has_perhaps_not_met_the_other_one_yet() {
            leaves();
            desk.there = false;
            net.broker.cut("s");
            net.run(AgentLink.returnsWithin(Net.SMALL));
            assertThat(other.nonces).hasSize(1);
            net.run(AgentLink.returnsWithin(Net.SMALL).plusSeconds(5));
            assertThat(other.nonces).hasSize(2);
        }

        @Test
        void is_gone_when_it_is_closed_meanwhile() {
            leaves();
            other.link.close();
            desk.change(server.link, false);
            net.run(Duration.ofMinutes(20));
            assertThat(other.nonces).hasSize(1);
            assertThat(other.link.goodBye().toCompletableFuture()).isDone();
        }

        /** Tells who subscribes whether the agent is there. */
        private static final class Watched implements Net.Desk {
            final Map<String, Requester> watchers = new LinkedHashMap<>();
            private boolean there = true;
            private long sequence;

            @Override
            public Optional<Response.Body> answer(Requester requester, Request request) {
                return switch (request.body()) {
                    case Request.GetState get -> {
                        assertThat(get.masks()).containsExactly(FieldMask.of("agents", "agent_a"));
                        watchers.put(request.id(), requester);
                        yield Optional.of(told(Optional.empty()));
                    }
                    case Request.CancelEvents() -> {
                        watchers.remove(request.id());
                        yield Optional.of(new Response.EventsCancelled());
                    }
                    case Request.Body _ ->
                            Optional.of(
                                    new Response.EventsRenewed(
                                            new Response.EventPosition(1, sequence, sequence)));
                };
            }

            void change(ServerLink link, boolean isThere) {
                there = isThere;
                sequence++;
                var path = List.of("agents.agent_a");
                var altered =
                        isThere
                                ? new Response.AlteredFields(path, List.of(), List.of())
                                : new Response.AlteredFields(List.of(), List.of(), path);
                var event = told(Optional.of(altered));
                watchers.forEach((id, whom) -> link.respond(whom, new Response(id, event)));
            }

            private Response.StateAnswer told(Optional<Response.AlteredFields> altered) {
                Map<String, Node> agents = there ? Map.of("agent_a", Node.Entries.NONE) : Map.of();
                return new Response.StateAnswer(
                        new Node.Entries(Map.of("agents", new Node.Entries(agents))),
                        altered,
                        new Response.EventPosition(1, sequence, Math.max(0, sequence - 1)),
                        new Revision(1));
            }
        }
    }

    private Kind failure(CompletionStage<Void> stage) {
        var future = stage.toCompletableFuture();
        net.until("the failure", future::isDone);
        return switch (future.exceptionNow()) {
            case LinkException e -> e.kind();
            case Throwable other -> throw new AssertionError(other);
        };
    }

    @Test
    void leaves_no_topic_out_that_it_may_read() {
        // what an agent may read besides these are the answers to its own requests
        assertThat(List.of(AgentChannel.values()).stream().filter(AgentChannel::toAgent))
                .containsExactly(AgentChannel.DESIRED, AgentChannel.FACTS, AgentChannel.COMMAND);
    }
}
