package io.muster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.bus.BusListener;
import io.muster.api.bus.BusListener.Cause;
import io.muster.api.bus.Message;
import io.muster.api.bus.Payload;
import io.muster.api.codec.Frame;
import io.muster.api.codec.FrameCodec;
import io.muster.api.codec.Frames;
import io.muster.api.codec.LinkCodec;
import io.muster.api.codec.RequestCodec;
import io.muster.api.link.Command;
import io.muster.api.link.Facts;
import io.muster.api.link.Load;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.WorkloadUsage;
import io.muster.api.topic.AgentChannel;
import io.muster.api.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class ServerLinkTest {
    private static final AgentName A = new AgentName("agent_a");

    private final Net net = new Net();

    @Nested
    final class Presence {
        @Test
        void is_retained_and_carries_lineage_epoch_connection_and_nonce() {
            net.serverAtItsOwnBroker("s").up(Net.STORE, 7);
            net.until("a presence", () -> net.retainedPresence().isPresent());
            var shown = net.retainedPresence().orElseThrow();
            assertThat(shown.online()).isTrue();
            assertThat(shown.lineage()).isEqualTo(Net.STORE);
            assertThat(shown.epoch()).isEqualTo(7);
            assertThat(shown.connection()).isEqualTo(1);
            assertThat(shown.nonce()).isNotEmpty();
            assertThat(shown.version()).isEqualTo("1.2.3");
        }

        @Test
        void counts_the_connections() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            net.broker.cut("s");
            net.until("a second connection", () -> server.connections.size() == 2);
            net.until("its presence", () -> shows(2));
            assertThat(server.connections).containsExactly(1L, 2L);
        }

        @Test
        void is_put_right_when_the_will_of_an_earlier_connection_comes_late() {
            net.mishaps.will = Optional.of(Duration.ofSeconds(3));
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            net.broker.cut("s");
            net.until("a second connection", () -> server.connections.size() == 2);
            net.within(
                    Duration.ofSeconds(5),
                    "the late will",
                    () -> !net.retainedPresence().orElseThrow().online());
            net.until("the correction", () -> shows(2));
        }

        @Test
        void is_put_right_within_a_minute_when_the_server_did_not_hear_of_the_late_will() {
            net.mishaps.will = Optional.of(Duration.ofSeconds(3));
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            net.broker.cut("s");
            net.until("a second connection", () -> server.connections.size() == 2);
            net.mishaps.lost = (host, topic) -> true;
            net.run(Duration.ofSeconds(5));
            net.mishaps.lost = (host, topic) -> false;
            assertThat(net.retainedPresence().orElseThrow().online()).isFalse();
            net.within(Duration.ofSeconds(60), "the correction", () -> shows(2));
        }

        @Test
        void is_read_slowly_and_published_only_when_wrong() {
            net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            net.run(Duration.ofMinutes(10));
            assertThat(net.publishedTo(net.topics.serverPresence())).hasSize(1);
        }

        @Test
        void is_shown_again_to_a_broker_that_forgot_it() {
            net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            net.until("a presence", () -> shows(1));
            net.broker.stop();
            net.broker.start(false);
            net.until("a presence again", () -> shows(2));
        }

        @Test
        void is_shown_again_where_a_broker_lost_it_and_kept_its_connections() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            net.until("a presence", () -> shows(1));
            net.broker.loseRetained(net.topics.serverPresence());
            net.until("the loss", () -> net.retainedPresence().isEmpty());
            net.within(Duration.ofSeconds(75), "a presence again", () -> shows(1));
            assertThat(server.connections).containsExactly(1L);
            net.run(Duration.ofMinutes(10));
            assertThat(net.publishedTo(net.topics.serverPresence())).hasSize(2);
        }

        @Test
        void shows_a_new_epoch_at_once() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            server.link.epoch(9);
            net.until("the epoch", () -> net.retainedPresence().orElseThrow().epoch() == 9);
            net.run(Duration.ofSeconds(5));
            assertThat(server.rivals).isEmpty();
        }

        @Test
        void says_gone_when_the_link_is_closed() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            server.link.close();
            server.link.close();
            net.until("gone", () -> !net.retainedPresence().orElseThrow().online());
            net.run(Duration.ofSeconds(30));
            assertThat(server.disconnections).isEmpty();
            assertThat(net.retainedPresence().orElseThrow().online()).isFalse();
        }

        @Test
        void says_gone_by_will_when_the_server_dies() {
            net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            net.until("a presence", () -> shows(1));
            net.broker.kill("s");
            net.until("gone", () -> !net.retainedPresence().orElseThrow().online());
        }

        private boolean shows(long connection) {
            return net.retainedPresence()
                    .filter(p -> p.online() && p.connection() == connection)
                    .isPresent();
        }
    }

    @Nested
    final class Desired_states {
        private final Topic topic = net.topics.agent(A, AgentChannel.DESIRED);

        @Test
        void are_retained_with_the_latest_only() {
            var server = net.serverAtItsOwnBroker("s");
            server.start(Net.STORE, 1);
            for (int revision = 1; revision <= 50; revision++) {
                server.link.desired(A, Net.desired(revision));
            }
            net.until("one", () -> !net.publishedTo(topic).isEmpty());
            net.run(Net.SOON);
            assertThat(net.publishedTo(topic)).hasSize(1);
            var agent = net.agent("a", "agent_a").up();
            net.until("desired", () -> !agent.desired.isEmpty());
            assertThat(agent.desired).containsExactly(Net.desired(50));
        }

        @Test
        void are_repeated_until_the_broker_acknowledges() {
            net.mishaps.unacknowledged = Mishaps.first(2, "/desired");
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            server.link.desired(A, Net.desired(1));
            net.run(Duration.ofSeconds(60));
            assertThat(net.publishedTo(topic)).hasSize(3);
        }

        @Test
        void go_out_again_on_the_next_connection_when_unacknowledged() {
            net.mishaps.breaks = Mishaps.first(1, "/desired");
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            server.link.desired(A, Net.desired(1));
            net.run(Duration.ofSeconds(5));
            assertThat(server.connections).hasSize(2);
            assertThat(net.publishedTo(topic)).hasSize(2);
        }

        @Test
        void do_not_go_out_again_when_acknowledged() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            server.link.desired(A, Net.desired(1));
            net.run(Net.SOON);
            net.broker.cut("s");
            net.run(Duration.ofSeconds(5));
            assertThat(server.connections).hasSize(2);
            assertThat(net.publishedTo(topic)).hasSize(1);
        }

        @Test
        void replace_one_that_is_on_its_way_unacknowledged() {
            net.mishaps.unacknowledged = Mishaps.first(1, "/desired");
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            server.link.desired(A, Net.desired(1));
            net.run(Net.SOON);
            server.link.desired(A, Net.desired(2));
            server.link.desired(A, Net.desired(3));
            net.run(Duration.ofSeconds(30));
            var agent = net.agent("a", "agent_a").up();
            net.run(Net.SOON);
            assertThat(agent.desired).containsExactly(Net.desired(3));
            assertThat(net.publishedTo(topic)).hasSize(2);
        }

        @Test
        void reach_many_agents_in_one_go() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            for (int i = 0; i < 1000; i++) {
                server.link.desired(new AgentName("agent_" + i), Net.desired(1));
            }
            net.run(Duration.ofSeconds(5));
            for (int i = 0; i < 1000; i++) {
                var of = net.topics.agent(new AgentName("agent_" + i), AgentChannel.DESIRED);
                assertThat(net.broker.retained(of)).isPresent();
            }
        }

        @Test
        void are_cleared_on_request() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            server.link.desired(A, Net.desired(1));
            net.until("retained", () -> net.broker.retained(topic).isPresent());
            server.link.clearDesired(A);
            net.until("cleared", () -> net.broker.retained(topic).isEmpty());
        }
    }

    @Nested
    final class Facts_and_commands {
        @Test
        void reach_the_agent() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            var agent = net.agent("a", "agent_a").up();
            server.link.facts(A, new Facts(1, 1, Revision.ZERO, List.of()));
            server.link.command(A, new Command.ReportAgain());
            net.until("facts", () -> !agent.facts.isEmpty());
            net.until("command", () -> !agent.commands.isEmpty());
            assertThat(agent.facts).containsExactly(new Facts(1, 1, Revision.ZERO, List.of()));
            assertThat(agent.commands).containsExactly(new Command.ReportAgain());
        }

        @Test
        void are_not_kept_for_later() {
            var server = net.serverAtItsOwnBroker("s").start(Net.STORE, 1);
            server.link.facts(A, new Facts(1, 1, Revision.ZERO, List.of()));
            server.link.command(A, new Command.ReportAgain());
            net.run(Duration.ofSeconds(5));
            assertThat(net.publishedTo(net.topics.agent(A, AgentChannel.FACTS))).isEmpty();
            assertThat(net.publishedTo(net.topics.agent(A, AgentChannel.COMMAND))).isEmpty();
        }

        @Test
        void expire_if_they_are_orders_and_are_never_retained() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            server.link.facts(A, new Facts(1, 1, Revision.ZERO, List.of()));
            server.link.command(A, new Command.ReportAgain());
            server.link.desired(A, Net.desired(1));
            net.run(Net.SOON);
            for (var published : net.published) {
                var publication = published.publication();
                var topic = publication.topic().value();
                assertThat(publication.expiry().isPresent())
                        .as(topic)
                        .isEqualTo(topic.endsWith("/command"));
                assertThat(publication.retained())
                        .as(topic)
                        .isEqualTo(topic.endsWith("/desired") || topic.endsWith("server/presence"));
            }
        }
    }

    @Nested
    final class What_agents_say {
        @Test
        void is_passed_on() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            var agent = net.agent("a", "agent_a").up();
            var _ = agent.link.report(agent.report(1, 0));
            var web = InstanceName.of(new WorkloadName("web"), "image: web", A.value());
            var load =
                    new Load(
                            new AgentAttributes.Status(40, 1_000_000),
                            List.of(new WorkloadUsage(web, 1_500, 2_000_000)));
            agent.link.load(load);
            net.run(Net.SOON);
            assertThat(server.presences).containsExactly(agent.presence(agent.nonces.getFirst()));
            assertThat(server.reports).containsExactly(agent.report(1, 0));
            assertThat(server.loads).containsExactly(load);
        }

        @Test
        void is_ignored_with_a_reason_when_it_cannot_be_read() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            var raw = Raw.agent(net, A);
            raw.publish(net.topics.agent(A, AgentChannel.REPORT), Payload.of("no protobuf"));
            net.run(Net.SOON);
            assertThat(server.reports).isEmpty();
            assertThat(server.malformed).hasSize(1);
        }
    }

    @Nested
    final class Requests {
        private final Net.Server server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
        private final Raw raw = Raw.agent(net, A);
        private final Requester requester = new Requester.Workload(A, new WorkloadName("web"));
        private final Topic topic = net.topics.request(requester);

        @Test
        void carry_the_requester_of_their_topic_and_are_answered_on_its_own() {
            server.desk = (_, _) -> Optional.of(Net.updated(3));
            raw.send(topic, "r1", RequestCodec.encode(new Request("r1", Net.get())), 2048);
            net.run(Net.SOON);
            assertThat(server.requesters).containsExactly(requester);
            assertThat(raw.responses()).containsExactly(new Response("r1", Net.updated(3)));
        }

        @Test
        void come_up_once_for_each_arrival() {
            net.mishaps.doubled = Mishaps.first(1, "request/");
            raw.send(topic, "r1", RequestCodec.encode(new Request("r1", Net.get())), 2048);
            net.run(Net.SOON);
            assertThat(server.requests).hasSize(2);
        }

        @Test
        void come_with_their_time_to_live() {
            raw.sendFor(
                    Duration.ofSeconds(5),
                    topic,
                    "r1",
                    RequestCodec.encode(new Request("r1", Net.get())));
            net.run(Net.SOON);
            assertThat(server.timesToLive).containsExactly(Duration.ofSeconds(5));
        }

        @Test
        void that_state_no_time_to_live_get_one() {
            raw.send(topic, "r1", RequestCodec.encode(new Request("r1", Net.get())), 2048);
            net.run(Net.SOON);
            assertThat(server.timesToLive).containsExactly(Duration.ofSeconds(30));
        }

        @Test
        void that_cannot_be_read_are_answered_with_the_reason() {
            raw.send(topic, "r1", new byte[] {1, 2, 3}, 2048);
            net.run(Net.SOON);
            assertThat(server.requests).isEmpty();
            assertThat(server.malformed).hasSize(1);
            assertThat(refusal().reason()).isEqualTo(Response.Reason.REFUSED);
            assertThat(refusal().message()).contains("r1");
        }

        @Test
        void with_another_id_inside_are_refused() {
            raw.send(topic, "r1", RequestCodec.encode(new Request("r2", Net.get())), 2048);
            net.run(Net.SOON);
            assertThat(server.requests).isEmpty();
            assertThat(refusal().message()).contains("r1").contains("r2");
        }

        @Test
        void that_are_too_large_are_refused_with_the_limit() {
            raw.send(topic, "r1", new byte[40 << 10], 2048);
            net.run(Net.SOON);
            assertThat(refusal().message()).contains("more than 32768 bytes");
            assertThat(raw.responses()).hasSize(1);
        }

        @Test
        void whose_digest_is_broken_are_dropped_and_spoken_of() {
            var body = RequestCodec.encode(new Request("r1", Net.update(5000)));
            var frames = Frames.split("r1", 0, body, 2048, Duration.ZERO);
            body[4000] ^= 1;
            var corrupt = Frames.split("r1", 0, body, 2048, Duration.ZERO);
            raw.publish(topic, FrameCodec.encode(frames.get(0)));
            raw.publish(topic, FrameCodec.encode(withDigest(frames.get(0), corrupt.get(1))));
            raw.publish(topic, FrameCodec.encode(frames.get(2)));
            net.run(Net.SOON);
            assertThat(server.requests).isEmpty();
            assertThat(server.malformed).singleElement().asString().contains("digest");
        }

        @Test
        void from_no_known_kind_of_requester_do_not_exist_for_the_broker() {
            // a role is in the topic, and the broker lets each write to its own only
            raw.publish(
                    net.topics.request(
                            new Requester.Workload(
                                    new AgentName("other"), new WorkloadName("web"))),
                    Payload.of("x"));
            net.run(Net.SOON);
            assertThat(server.malformed).isEmpty();
        }

        @Test
        void get_a_refusal_when_the_answer_is_too_large() {
            server.desk =
                    (_, _) ->
                            Optional.of(
                                    new Response.StateAnswer(
                                            Net.tree(40 << 10),
                                            Optional.empty(),
                                            new Response.EventPosition(1, 0),
                                            new Revision(1)));
            raw.send(topic, "r1", RequestCodec.encode(new Request("r1", Net.get())), 2048);
            net.run(Net.SOON);
            assertThat(refusal().message()).contains("field masks");
        }

        @Test
        void of_a_workload_get_a_refusal_sooner_since_its_agent_may_be_small() {
            server.desk =
                    (_, _) ->
                            Optional.of(
                                    new Response.StateAnswer(
                                            Net.tree(8 << 10),
                                            Optional.empty(),
                                            new Response.EventPosition(1, 0),
                                            new Revision(1)));
            raw.send(topic, "r1", RequestCodec.encode(new Request("r1", Net.get())), 2048);
            net.run(Net.SOON);
            assertThat(refusal().message()).contains("more than the 4096", "field masks");
        }

        private Response.Refused refusal() {
            return (Response.Refused) raw.responses().getLast().body();
        }

        private static Frame withDigest(Frame digest, Frame content) {
            return new Frame(
                    content.id(),
                    content.part(),
                    content.index(),
                    content.count(),
                    digest.digest(),
                    content.content(),
                    content.timeToLive());
        }
    }

    @Test
    void gives_up_when_another_takes_its_name() {
        var first = net.serverAtItsOwnBroker("s1").up(Net.STORE, 1);
        var second = net.serverAtItsOwnBroker("s2").up(Net.STORE, 2);
        net.until("a take-over", () -> !first.disconnections.isEmpty());
        net.run(Duration.ofSeconds(60));
        assertThat(first.disconnections).hasSize(1);
        assertThat(first.disconnections.getFirst().cause()).isEqualTo(Cause.TAKEN_OVER);
        assertThat(first.connections).hasSize(1);
        assertThat(second.disconnections).isEmpty();
        assertThat(net.retainedPresence().orElseThrow().epoch()).isEqualTo(2);
        assertThat(net.retainedPresence().orElseThrow().online()).isTrue();
    }

    @Nested
    final class Another_servers_announcement {
        private final List<BusListener> listeners = new ArrayList<>();
        private final Net.Server server;

        private Another_servers_announcement() {
            net.tap =
                    connector ->
                            (session, serial, listener) -> {
                                listeners.add(listener);
                                return connector.connect(session, serial, listener);
                            };
            server = net.serverAtItsOwnBroker("s").up(Net.STORE, 3);
            net.run(Net.SOON);
        }

        @Test
        void of_a_foreign_store_means_that_the_name_is_lost() {
            hears(true, Net.FOREIGN, 1, "other");
            net.run(Duration.ofSeconds(60));
            assertThat(server.rivals).hasSize(1);
            assertThat(server.connections).hasSize(1);
            assertThat(server.disconnections).isEmpty();
            assertThat(net.broker.isConnected("muster/test/server")).isFalse();
            // the topic is the rival's: no "gone" of ours on it
            assertThat(net.retainedPresence().orElseThrow().online()).isTrue();
        }

        @Test
        void with_a_higher_epoch_of_the_same_store_means_the_same() {
            hears(true, Net.STORE, 4, "other");
            assertThat(server.rivals).hasSize(1);
        }

        @Test
        void with_the_same_epoch_and_an_unknown_nonce_means_the_same() {
            hears(true, Net.STORE, 3, "other");
            assertThat(server.rivals).hasSize(1);
        }

        @Test
        void of_a_predecessor_is_overwritten() {
            int before = net.publishedTo(net.topics.serverPresence()).size();
            hears(true, Net.STORE, 2, "predecessor");
            net.run(Net.SOON);
            assertThat(server.rivals).isEmpty();
            assertThat(net.publishedTo(net.topics.serverPresence())).hasSize(before + 1);
        }

        @Test
        void that_says_gone_is_overwritten_and_no_storm_of_them_makes_a_storm_of_ours() {
            int before = net.publishedTo(net.topics.serverPresence()).size();
            for (int i = 0; i < 100; i++) {
                hears(false, Net.FOREIGN, 1, "other");
            }
            net.run(Net.SOON);
            assertThat(server.rivals).isEmpty();
            assertThat(net.publishedTo(net.topics.serverPresence())).hasSize(before + 1);
        }

        @Test
        void that_was_its_own_is_ignored() {
            int before = net.publishedTo(net.topics.serverPresence()).size();
            hears(true, Net.STORE, 3, net.retainedPresence().orElseThrow().nonce());
            net.run(Net.SOON);
            assertThat(server.rivals).isEmpty();
            assertThat(net.publishedTo(net.topics.serverPresence())).hasSize(before);
        }

        private void hears(boolean online, Lineage lineage, long epoch, String nonce) {
            var told = new ServerPresence(online, lineage, epoch, 1, "1.2.3", nonce);
            listeners
                    .getLast()
                    .received(
                            new Message(
                                    net.topics.serverPresence(), LinkCodec.encode(told), false));
        }
    }

    @Test
    void announces_itself_only_when_it_hears_everything() {
        var trace = new Trace();
        net.tap = trace::of;
        net.serverAtItsOwnBroker("s").start(Net.STORE, 1);
        net.run(Net.SOON);
        int announced = trace.indexOf("publish " + net.topics.serverPresence());
        assertThat(
                        trace.lines().subList(0, announced).stream()
                                .filter(l -> l.startsWith("granted")))
                .hasSize(6);
        assertThat(trace.lines().subList(announced, trace.lines().size()))
                .noneMatch(line -> line.startsWith("granted"));
    }

    @Test
    void wants_nothing_retained_when_it_connects() {
        var trace = new Trace();
        net.tap = trace::of;
        net.serverAtItsOwnBroker("s").start(Net.STORE, 1);
        net.run(Net.SOON);
        assertThat(trace.lines()).noneMatch(line -> line.contains("with retained"));
    }
}
