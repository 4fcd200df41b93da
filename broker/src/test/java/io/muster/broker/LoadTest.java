package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.broker.RawClient.Publishing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class LoadTest {
    private static final String ROOT = "muster/v1/default/";

    private final EmbeddedBroker broker;

    LoadTest() throws BrokerException {
        broker = EmbeddedBroker.start(BrokerOptions.at(new ListenAddress("127.0.0.1", 0)));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    /** Publishes so many numbers, a window at a time. */
    private static void publish(RawClient client, String topic, int count, String padding) {
        for (int from = 0; from < count; from += Traffic.WINDOW) {
            int last = from;
            for (int i = from; i < Math.min(from + Traffic.WINDOW, count); i++) {
                last = client.nextPacketId();
                client.send(new Publishing(topic, i + padding).packet(last));
            }
            assertThat(client.awaitPubAck(last)).isZero();
        }
    }

    @Test
    void a_subscriber_that_acknowledges_nothing_is_disconnected_and_the_others_miss_nothing() {
        var topic = ROOT + "agent/a/command";
        var padding = ".".repeat(64 * 1024);
        try (var server = RawClient.connected(broker, "muster/default/server");
                var stuck = RawClient.connected(broker, "muster/default/agent/a");
                var observer = RawClient.connected(broker, "muster/default/observer/o")) {
            stuck.subscribe(topic);
            observer.subscribe(topic);
            for (int round = 0; round < 12; round++) { // 96 MiB in all
                publish(server, topic, Traffic.WINDOW, padding);
                for (int i = 0; i < Traffic.WINDOW; i++) {
                    assertThat(observer.awaitMessage().text()).isEqualTo(i + padding);
                }
            }
            assertThat(stuck.awaitEnd()).isEqualTo("0x97 too many messages wait for it");
        }
    }

    @Test
    void what_many_publishers_were_acknowledged_reaches_a_subscriber_in_their_order()
            throws Exception {
        int agents = 8;
        int each = 1_500;
        try (var server = RawClient.connected(broker, "muster/default/server");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            server.subscribe(ROOT + "agent/+/report");
            var done = new ArrayList<Future<?>>();
            for (int i = 0; i < agents; i++) {
                var name = "a" + i;
                done.add(threads.submit(() -> report(name, each)));
            }
            var next = new int[agents];
            for (int i = 0; i < agents * each; i++) {
                var message = server.awaitMessage();
                int agent = message.topic().charAt((ROOT + "agent/a").length()) - '0';
                assertThat(message.text()).isEqualTo(Integer.toString(next[agent]++));
            }
            for (var future : done) {
                future.get();
            }
            assertThat(next).containsOnly(each);
        }
    }

    private void report(String name, int count) {
        try (var agent = RawClient.connected(broker, "muster/default/agent/" + name)) {
            publish(agent, ROOT + "agent/" + name + "/report", count, "");
        }
    }

    @Test
    void a_server_that_leaves_amid_the_crowd_leaves_nobody_waiting() {
        var topic = ROOT + "agent/a/report";
        try (var agent = RawClient.connected(broker, "muster/default/agent/a")) {
            try (var server = RawClient.connected(broker, "muster/default/server")) {
                server.subscribe(topic);
                server.stopReading();
                publish(agent, topic, 3 * Traffic.WINDOW, ".".repeat(64 * 1024));
            }
            var start = System.nanoTime();
            for (int i = 0; i < 10; i++) { // held, each would take two seconds
                publish(agent, topic, 1, "");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(RawClient.DEADLINE);
        }
    }

    @Test
    void one_client_id_that_many_fight_for_is_left_with_one_session() {
        var clientId = "muster/default/agent/a";
        var command = ROOT + "agent/a/command";
        try (var server = RawClient.connected(broker, "muster/default/server")) {
            var fighters = new ArrayList<RawClient>();
            for (int i = 0; i < 30; i++) {
                var fighter = RawClient.open(broker);
                fighter.send(RawClient.connectPacket(clientId, with -> with));
                fighters.add(fighter);
            }
            await().atMost(RawClient.DEADLINE)
                    .until(() -> fighters.stream().filter(RawClient::isOpen).count() == 1);
            var last = fighters.stream().filter(RawClient::isOpen).findFirst().orElseThrow();
            assertThat(last.subscribe(command)).containsExactly(1);
            server.publish(command, "you");
            assertThat(last.awaitMessage().text()).isEqualTo("you");
            last.close();
        }
    }

    @Test
    void wills_and_sessions_of_many_that_die_at_once_are_all_seen_to() {
        int agents = 200;
        try (var server = RawClient.connected(broker, "muster/default/server")) {
            server.subscribe(ROOT + "agent/+/presence");
            List<RawClient> dying = new ArrayList<>();
            for (int i = 0; i < agents; i++) {
                var topic = ROOT + "agent/a" + i + "/presence";
                dying.add(
                        RawClient.connected(
                                broker,
                                "muster/default/agent/a" + i,
                                RawClient.will(topic, "gone", false)));
            }
            dying.forEach(RawClient::close);
            var gone = new HashSet<String>();
            while (gone.size() < agents) {
                gone.add(server.awaitMessage().topic());
            }
            for (int i = 0; i < agents; i++) {
                RawClient.connected(broker, "muster/default/agent/a" + i).close();
            }
        }
    }
}
