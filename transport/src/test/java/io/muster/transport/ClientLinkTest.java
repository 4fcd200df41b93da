package io.muster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.codec.RequestCodec;
import io.muster.api.name.Revision;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.transport.LinkException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class ClientLinkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Net net = new Net();

    @Nested
    final class Asking {
        @Test
        void brings_the_answer() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            server.desk = (_, _) -> Optional.of(Net.updated(7));
            var answer = net.client("c").start().ask(Net.update(10), PATIENCE);
            net.until("the answer", answer::isThere);
            assertThat(answer.body()).isEqualTo(Net.updated(7));
            assertThat(server.requests).extracting(Request::body).containsExactly(Net.update(10));
            net.run(Duration.ofSeconds(60));
            assertThat(server.requests).hasSize(1);
        }

        @Test
        void may_begin_before_there_is_a_connection() {
            var client = net.client("c");
            var answer = client.ask(Net.get(), PATIENCE);
            net.serverAtItsOwnBroker("s").up(Net.STORE, 1).desk =
                    (_, _) -> Optional.of(Net.updated(7));
            client.start();
            net.until("the answer", answer::isThere);
            assertThat(answer.body()).isEqualTo(Net.updated(7));
        }

        @Test
        void is_repeated_under_the_same_id_when_the_request_is_lost() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            server.desk = (_, _) -> Optional.of(Net.updated(7));
            net.mishaps.lost = Mishaps.first(2, "request/");
            var answer = net.client("c").start().ask(Net.get(), PATIENCE);
            net.within(Duration.ofSeconds(5), "the answer", answer::isThere);
            assertThat(server.requests).hasSize(1);
        }

        @Test
        void is_repeated_under_the_same_id_when_the_answer_is_lost() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            server.desk = (_, _) -> Optional.of(Net.updated(7));
            net.mishaps.lost = Mishaps.first(2, "response/");
            var answer = net.client("c").start().ask(Net.get(), PATIENCE);
            net.within(Duration.ofSeconds(5), "the answer", answer::isThere);
            assertThat(server.requests).hasSize(3);
            assertThat(server.requests.stream().distinct()).hasSize(1);
        }

        @Test
        void is_repeated_soon_when_the_broker_neither_acknowledges_nor_delivers() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            server.desk = (_, _) -> Optional.of(Net.updated(7));
            net.mishaps.lost = Mishaps.first(1, "request/");
            net.mishaps.unacknowledged = Mishaps.first(1, "request/");
            var answer = net.client("c").start().ask(Net.get(), PATIENCE);
            net.within(Duration.ofSeconds(2), "the answer", answer::isThere);
        }

        @Test
        void is_not_repeated_when_big_before_the_broker_has_it() {
            net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            net.mishaps.unacknowledged = Mishaps.first(1, "request/");
            var client = net.client("c").start();
            client.ask(Net.update(20_000), PATIENCE);
            net.run(Duration.ofSeconds(8));
            assertThat(net.publishedTo(net.topics.request(requester(client)))).hasSize(10);
        }

        @Test
        void minds_no_doubled_answer() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            server.desk = (_, _) -> Optional.of(Net.updated(7));
            net.mishaps.doubled = (_, _) -> true;
            var client = net.client("c").start();
            var first = client.ask(Net.get(), PATIENCE);
            net.until("the answer", first::isThere);
            var second = client.ask(Net.get(), PATIENCE);
            net.until("the other answer", second::isThere);
            assertThat(first.body()).isEqualTo(Net.updated(7));
        }

        @Test
        void repeats_at_growing_pauses_and_says_how_long_it_may_still_begin() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            var client = net.client("c").start();
            var answer = client.ask(Net.get(), Duration.ofSeconds(60));
            net.within(Duration.ofSeconds(61), "the end", answer::isThere);
            var sent = net.publishedTo(net.topics.request(requester(client)));
            assertThat(sent).hasSizeBetween(8, 13);
            var first = sent.get(1).at().minus(sent.get(0).at());
            assertThat(first).isBetween(Duration.ofMillis(700), Duration.ofMillis(1300));
            var last = sent.getLast().at().minus(sent.get(sent.size() - 2).at());
            assertThat(last).isGreaterThan(Duration.ofSeconds(5));
            assertThat(server.timesToLive).isSortedAccordingTo((a, b) -> b.compareTo(a));
            assertThat(server.timesToLive.getLast()).isLessThan(Duration.ofSeconds(20));
            assertThat(sent)
                    .allSatisfy(p -> {
                        assertThat(p.publication().retained()).isFalse();
                        assertThat(p.publication().expiry()).isPresent();
                    });
        }

        @Test
        void ends_with_unknown_outcome_when_the_time_is_over() {
            net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            var answer = net.client("c").start().ask(Net.update(10), Duration.ofSeconds(5));
            net.within(Duration.ofSeconds(6), "the end", answer::isThere);
            assertThat(answer.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
            assertThat(answer.failure.orElseThrow()).hasMessageContaining("outcome is unknown");
            assertThat(answer.at).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
        }

        @Test
        void learns_quickly_that_there_is_no_server() {
            var client = net.client("c").start();
            var answer = client.ask(Net.get(), Duration.ofSeconds(60));
            net.within(Duration.ofSeconds(3), "the end", answer::isThere);
            assertThat(answer.kind()).isEqualTo(Kind.NO_SERVER);
            assertThat(answer.failure.orElseThrow()).hasMessageContaining("no server");
            assertThat(net.publishedTo(net.topics.request(requester(client)))).isEmpty();
        }

        @Test
        void learns_quickly_that_the_server_is_gone() {
            net.serverAtItsOwnBroker("s").up(Net.STORE, 1).link.close();
            net.run(Net.SOON);
            var answer = net.client("c").start().ask(Net.get(), Duration.ofSeconds(60));
            net.within(Duration.ofSeconds(3), "the end", answer::isThere);
            assertThat(answer.kind()).isEqualTo(Kind.NO_SERVER);
            assertThat(answer.failure.orElseThrow()).hasMessageContaining("gone");
        }

        @Test
        void learns_quickly_that_there_is_no_broker() {
            net.broker.stop();
            var answer = net.client("c").start().ask(Net.get(), Duration.ofSeconds(60));
            net.within(Duration.ofSeconds(3), "the end", answer::isThere);
            assertThat(answer.kind()).isEqualTo(Kind.NOT_CONNECTED);
            assertThat(answer.failure.orElseThrow()).hasMessageContaining("start the broker");
        }

        @Test
        void finds_a_server_that_starts_within_the_grace() {
            var answer = net.client("c").start().ask(Net.get(), PATIENCE);
            net.run(Net.SOON);
            net.serverAtItsOwnBroker("s").start(Net.STORE, 1).desk =
                    (_, _) -> Optional.of(Net.updated(7));
            net.until("the answer", answer::isThere);
            assertThat(answer.body()).isEqualTo(Net.updated(7));
        }

        @Test
        void finds_a_server_whose_announcement_was_lost() {
            var client = net.client("c").start();
            net.run(Net.SOON);
            net.mishaps.lost = (host, topic) -> host.equals("c");
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            server.desk = (_, _) -> Optional.of(Net.updated(7));
            net.run(Net.SOON);
            net.mishaps.lost = (_, _) -> false;
            net.run(Duration.ofSeconds(10));
            var answer = client.ask(Net.get(), PATIENCE);
            net.until("the answer", answer::isThere);
            assertThat(answer.body()).isEqualTo(Net.updated(7));
        }

        @Test
        void outlasts_a_restart_of_the_server() {
            var first = net.serverAtItsOwnBroker("s1").up(Net.STORE, 1);
            var answer = net.client("c").start().ask(Net.get(), Duration.ofSeconds(30));
            net.until("the request", () -> !first.requests.isEmpty());
            net.broker.kill("s1");
            net.run(Duration.ofSeconds(8));
            assertThat(answer.isThere()).isFalse();
            var second = net.serverAtItsOwnBroker("s2");
            second.desk = (_, _) -> Optional.of(Net.updated(7));
            second.up(Net.STORE, 2);
            net.until("the answer", answer::isThere); // at once, not at the next repetition
            assertThat(second.requests).isEqualTo(List.of(first.requests.getFirst()));
        }

        @Test
        void outlasts_a_broken_connection() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            server.desk = (_, _) -> Optional.of(Net.updated(7));
            net.mishaps.breaks = Mishaps.first(1, "request/");
            net.mishaps.lost = Mishaps.first(1, "request/");
            var answer = net.client("c").start().ask(Net.get(), PATIENCE);
            net.within(Duration.ofSeconds(3), "the answer", answer::isThere);
            assertThat(answer.body()).isEqualTo(Net.updated(7));
        }

        @Test
        void carries_big_requests_and_answers_in_chunks() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            var state =
                    new Response.StateAnswer(
                            Net.tree(30_000),
                            Optional.empty(),
                            new Response.EventPosition(1, 0),
                            new Revision(1));
            server.desk = (_, _) -> Optional.of(state);
            var client = net.client("c").start();
            var answer = client.ask(Net.update(20_000), PATIENCE);
            net.until("the answer", answer::isThere);
            assertThat(answer.body()).isEqualTo(state);
            assertThat(server.requests.getFirst().body()).isEqualTo(Net.update(20_000));
            assertThat(net.publishedTo(net.topics.request(requester(client)))).hasSize(10);
        }

        @Test
        void fills_the_gaps_of_a_big_request_with_its_repetition() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            server.desk = (_, _) -> Optional.of(Net.updated(7));
            net.mishaps.lost = Mishaps.first(3, "request/");
            var answer = net.client("c").start().ask(Net.update(20_000), PATIENCE);
            net.within(Duration.ofSeconds(3), "the answer", answer::isThere);
            assertThat(server.requests).isNotEmpty();
            assertThat(server.malformed).isEmpty();
        }

        @Test
        void refuses_a_request_that_is_too_large() {
            net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            var answer = net.client("c").start().ask(Net.update(40_000), PATIENCE);
            net.until("the end", answer::isThere);
            assertThat(answer.kind()).isEqualTo(Kind.REFUSED);
            assertThat(answer.failure.orElseThrow()).hasMessageContaining("more than the 32768");
        }

        @Test
        void asks_again_when_the_server_is_busy() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            server.desk =
                    (_, _) -> Optional.of(server.requests.size() < 3 ? busy() : Net.updated(7));
            var answer = net.client("c").start().ask(Net.get(), PATIENCE);
            net.within(Duration.ofSeconds(5), "the answer", answer::isThere);
            assertThat(answer.body()).isEqualTo(Net.updated(7));
        }

        @Test
        void says_that_the_server_is_busy_when_it_stays_so() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            server.desk = (_, _) -> Optional.of(busy());
            var answer = net.client("c").start().ask(Net.get(), Duration.ofSeconds(4));
            net.within(Duration.ofSeconds(5), "the answer", answer::isThere);
            assertThat(answer.body()).isEqualTo(busy());
        }

        /** Though it was busy at first, and the network says so twice. */
        @Test
        void does_not_say_that_the_server_is_busy_when_a_repetition_may_have_been_carried_out() {
            var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            server.desk =
                    (_, _) -> Optional.of(server.requests.size() < 2 ? busy() : Net.updated(7));
            net.mishaps.doubled = Mishaps.first(1, "response/");
            net.mishaps.lost =
                    (_, topic) ->
                            topic.value().contains("response/") && server.requests.size() >= 2;
            var answer = net.client("c").start().ask(Net.update(10), Duration.ofSeconds(6));
            net.within(Duration.ofSeconds(7), "the end", answer::isThere);
            assertThat(server.requests).hasSizeGreaterThan(1);
            assertThat(answer.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
        }

        @Test
        void is_bounded_in_number() {
            net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            var client = net.client("c").start();
            for (int i = 0; i < 256; i++) {
                client.ask(Net.get(), PATIENCE);
            }
            var beyond = client.ask(Net.get(), PATIENCE);
            net.until("the end", beyond::isThere);
            assertThat(beyond.kind()).isEqualTo(Kind.BUSY);
        }

        @Test
        void fails_when_the_link_is_closed() {
            net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
            var client = net.client("c").start();
            var open = client.ask(Net.get(), PATIENCE);
            net.run(Net.SOON);
            client.link.close();
            var late = client.ask(Net.get(), PATIENCE);
            net.until("the ends", () -> open.isThere() && late.isThere());
            assertThat(open.kind()).isEqualTo(Kind.CLOSED);
            assertThat(late.kind()).isEqualTo(Kind.CLOSED);
        }

        private Response.Body busy() {
            return new Response.Refused(Response.Reason.BUSY, "later", List.of());
        }
    }

    @Nested
    final class A_subscription {
        private final Net.Subscriptions desk = new Net.Subscriptions();
        private final Net.Server server = net.serverAtItsOwnBroker("s");
        private final Net.Client client = net.client("c");

        private Net.Listening listening() {
            server.desk = desk;
            server.up(Net.STORE, 1);
            client.start();
            var listening = client.subscribe();
            net.until("a snapshot", () -> !listening.heard.isEmpty());
            return listening;
        }

        @Test
        void begins_with_a_snapshot_and_goes_on_with_events() {
            var listening = listening();
            desk.change(server.link);
            desk.change(server.link);
            net.run(Net.SOON);
            assertThat(listening.heard).containsExactly("snapshot 1", "event 2", "event 3");
        }

        @Test
        void minds_no_doubled_event() {
            var listening = listening();
            net.mishaps.doubled = (_, _) -> true;
            desk.change(server.link);
            desk.change(server.link);
            net.run(Net.SOON);
            assertThat(listening.heard).containsExactly("snapshot 1", "event 2", "event 3");
        }

        @Test
        void heals_a_lost_event_with_a_snapshot() {
            var listening = listening();
            net.mishaps.lost = Mishaps.first(1, "response/");
            desk.change(server.link);
            desk.change(server.link);
            net.run(Net.SOON);
            assertThat(listening.heard).hasSize(3);
            assertThat(listening.heard.get(1)).startsWith("interrupted: events were lost");
            assertThat(listening.heard.getLast()).isEqualTo("snapshot 3");
            desk.change(server.link);
            net.run(Net.SOON);
            assertThat(listening.heard.getLast()).isEqualTo("event 4");
            assertThat(desk.requesters).hasSize(1); // the old one is cancelled
        }

        @Test
        void finds_out_that_the_last_event_was_lost_when_it_renews_its_lease() {
            var listening = listening();
            net.mishaps.lost = Mishaps.first(1, "response/");
            desk.change(server.link);
            net.run(Duration.ofSeconds(25));
            assertThat(listening.heard).hasSize(3);
            assertThat(listening.heard.getLast()).isEqualTo("snapshot 2");
        }

        @Test
        void renews_its_lease_and_is_quiet_otherwise() {
            var listening = listening();
            int before = server.requests.size();
            net.run(Duration.ofSeconds(130));
            assertThat(server.requests.subList(before, server.requests.size()))
                    .hasSize(6)
                    .allSatisfy(request ->
                            assertThat(request.body()).isInstanceOf(Request.RenewEvents.class));
            assertThat(listening.heard).containsExactly("snapshot 1");
        }

        @Test
        void begins_anew_when_the_server_has_forgotten_it() {
            var listening = listening();
            desk.forgetAll();
            net.run(Duration.ofSeconds(25));
            assertThat(listening.heard).hasSize(3);
            assertThat(listening.heard.get(1)).contains("forgotten");
            assertThat(listening.heard.getLast()).isEqualTo("resumed");
        }

        @Test
        void begins_anew_when_its_connection_was_broken() {
            var listening = listening();
            net.broker.cut("c");
            desk.change(server.link);
            net.run(Duration.ofSeconds(5));
            assertThat(listening.heard).hasSize(3);
            assertThat(listening.heard.get(1)).startsWith("interrupted: ");
            assertThat(listening.heard.getLast()).isEqualTo("snapshot 2");
        }

        @Test
        void begins_anew_when_the_connection_of_the_server_was_broken() {
            var listening = listening();
            net.broker.cut("s");
            desk.change(server.link);
            net.run(Duration.ofSeconds(5));
            assertThat(listening.heard).hasSize(3);
            assertThat(listening.heard.get(1)).startsWith("interrupted: ");
            assertThat(listening.heard.getLast()).isEqualTo("snapshot 2");
        }

        @Test
        void begins_anew_when_another_server_comes_after_a_while() {
            var listening = listening();
            net.broker.kill("s");
            net.run(Duration.ofSeconds(90));
            assertThat(listening.heard).hasSize(2);
            var second = net.serverAtItsOwnBroker("s2");
            desk.forgetAll();
            desk.epoch = 2;
            desk.revision = 9;
            second.desk = desk;
            second.up(Net.STORE, 2);
            net.run(Net.SOON);
            assertThat(listening.heard).hasSize(3);
            assertThat(listening.heard.getLast()).isEqualTo("snapshot 9");
        }

        @Test
        void goes_on_when_an_event_shows_that_nothing_is_missing() {
            var listening = listening();
            server.link.close();
            net.run(Net.SOON);
            assertThat(listening.heard).hasSize(2).last().asString().startsWith("interrupted");
            var raw = Raw.server(net);
            for (var event : desk.changed()) {
                var body = RequestCodec.encode(event);
                raw.send(net.topics.response(requester(client)), event.id(), body, 2048);
            }
            net.run(Net.SOON);
            assertThat(listening.heard).hasSize(4).endsWith("resumed", "event 1");
        }

        @Test
        void hears_each_event_that_was_lost_if_the_server_remembers_it() {
            desk.kept = 2;
            var listening = listening();
            net.mishaps.lost = Mishaps.first(1, "response/");
            desk.change(server.link);
            desk.change(server.link);
            net.run(Net.SOON);
            assertThat(listening.heard).hasSize(5).endsWith("resumed", "event 2", "event 3");
            net.broker.cut("c");
            desk.change(server.link);
            net.run(Duration.ofSeconds(5));
            assertThat(listening.heard).hasSize(8).endsWith("resumed", "event 4");
            net.broker.cut("s");
            desk.change(server.link);
            net.run(Duration.ofSeconds(5));
            assertThat(listening.heard).hasSize(11).endsWith("resumed", "event 5");
            assertThat(desk.requesters).hasSize(1);
        }

        @Test
        void gets_a_snapshot_if_the_server_does_not_remember_all_that_was_missed() {
            desk.kept = 2;
            var listening = listening();
            net.broker.cut("c");
            desk.change(server.link);
            desk.change(server.link);
            desk.change(server.link);
            net.run(Duration.ofSeconds(5));
            assertThat(listening.heard).hasSize(3).endsWith("snapshot 4");
        }

        @Test
        void hears_what_was_missed_once_although_the_answer_is_lost() {
            desk.kept = 9;
            var listening = listening();
            net.broker.cut("c");
            desk.change(server.link);
            net.mishaps.lost = Mishaps.first(1, "response/"); // that it may resume; the event comes
            net.run(Duration.ofSeconds(10));
            assertThat(listening.heard).hasSize(4).endsWith("resumed", "event 2");
        }

        @Test
        void is_no_older_than_its_last_renewal() {
            desk.kept = 1;
            var listening = listening();
            desk.sequence = 5; // nothing of that concerned it
            net.run(Duration.ofSeconds(25));
            net.broker.cut("c");
            net.run(Duration.ofSeconds(5));
            assertThat(listening.heard).hasSize(3).endsWith("resumed");
        }

        @Test
        void waits_for_the_first_server_and_says_so() {
            client.start();
            var listening = client.subscribe();
            net.run(Duration.ofSeconds(30));
            assertThat(listening.heard).singleElement().asString().startsWith("interrupted: no s");
            server.desk = desk;
            server.up(Net.STORE, 1);
            net.run(Net.SOON);
            assertThat(listening.heard.getLast()).isEqualTo("snapshot 1");
        }

        @Test
        void begins_anew_at_once_though_it_asked_long_in_vain() {
            var listening = listening();
            net.broker.kill("s");
            net.run(Net.SOON);
            net.broker.cut("c");
            net.run(Duration.ofMinutes(2)); // the pauses between two questions have grown
            var second = net.serverAtItsOwnBroker("s2");
            desk.forgetAll();
            desk.epoch = 2;
            second.desk = desk;
            second.up(Net.STORE, 2);
            net.run(Net.SOON);
            assertThat(listening.heard).hasSize(3).endsWith("snapshot 1");
        }

        @Test
        void begins_when_the_first_answer_is_lost() {
            net.mishaps.lost = Mishaps.first(1, "response/");
            server.desk = desk;
            server.up(Net.STORE, 1);
            var listening = client.start().subscribe();
            net.run(Duration.ofMillis(100));
            desk.change(server.link); // an event before the snapshot means nothing
            net.run(Duration.ofSeconds(5));
            assertThat(listening.heard).containsExactly("snapshot 2");
            desk.change(server.link);
            net.run(Net.SOON);
            assertThat(listening.heard).containsExactly("snapshot 2", "event 3");
        }

        @Test
        void ends_when_it_is_refused() {
            server.desk =
                    (_, _) ->
                            Optional.of(
                                    new Response.Refused(
                                            Response.Reason.REFUSED, "not you", List.of()));
            server.up(Net.STORE, 1);
            var listening = client.start().subscribe();
            net.run(Duration.ofSeconds(60));
            assertThat(listening.heard).containsExactly("refused: not you");
            assertThat(server.requests).hasSize(1);
        }

        @Test
        void ends_when_an_event_is_refused_since_it_is_too_large() {
            var listening = listening();
            var id = desk.requesters.keySet().iterator().next();
            var refusal =
                    new Response(
                            id,
                            new Response.Refused(Response.Reason.REFUSED, "too large", List.of()));
            var raw = Raw.server(net);
            raw.send(
                    net.topics.response(requester(client)), id, RequestCodec.encode(refusal), 2048);
            net.run(Duration.ofSeconds(60));
            assertThat(listening.heard).last().isEqualTo("refused: too large");
        }

        @Test
        void is_cancelled_when_closed() {
            var listening = listening();
            listening.close();
            desk.change(server.link);
            net.run(Net.SOON);
            assertThat(listening.heard).containsExactly("snapshot 1");
            assertThat(desk.cancelled).hasSize(1);
            assertThat(desk.requesters).isEmpty();
            int before = server.requests.size();
            net.run(Duration.ofSeconds(60));
            assertThat(server.requests).hasSize(before);
        }

        @Test
        void is_cancelled_when_the_link_is_closed() {
            var listening = listening();
            client.link.close();
            net.run(Duration.ofSeconds(5));
            assertThat(desk.requesters).isEmpty();
            assertThat(listening.heard).containsExactly("snapshot 1");
        }

        @Test
        void goes_on_beside_another() {
            var first = listening();
            var second = client.subscribe();
            net.run(Net.SOON);
            desk.change(server.link);
            first.close();
            net.run(Net.SOON);
            desk.change(server.link);
            net.run(Net.SOON);
            assertThat(second.heard).containsExactly("snapshot 1", "event 2", "event 3");
        }
    }

    private static Requester requester(Net.Client client) {
        return new Requester.Client(client.name);
    }
}
