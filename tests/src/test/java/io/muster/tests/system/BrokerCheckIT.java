package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.broker.BrokerOptions;
import io.muster.broker.EmbeddedBroker;
import io.muster.broker.ListenAddress;
import io.muster.testkit.mosquitto.Mosquitto;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code muster broker check} with real brokers. */
final class BrokerCheckIT {
    private static final int RULES = 14;

    @TempDir Path folder;
    private House house;

    @BeforeEach
    void open() throws Exception {
        house = new House(folder);
    }

    @AfterEach
    void close() throws Exception {
        house.tearDown();
    }

    @Test
    void muster_s_own_broker_keeps_all_rules() throws Exception {
        house.program("muster-broker", "--insecure", "--address", "127.0.0.1:" + house.port());
        var url = "mqtt://127.0.0.1:" + house.port();

        awaitPort();
        var checked = house.run("muster", "-k", "broker", "check", url);
        assertThat(checked.exit()).as(checked.toString()).isZero();
        assertThat(checked.out())
                .contains("Muster works with this broker")
                .contains("ok        lets nobody speak for the server");
        assertThat(checked.out().lines().filter(line -> line.startsWith("ok"))).hasSize(RULES + 1);
    }

    @Test
    void a_cluster_that_has_a_server_is_left_alone() throws Exception {
        house.program("muster-broker", "--insecure", "--address", "127.0.0.1:" + house.port());
        awaitPort();
        var url = "mqtt://127.0.0.1:" + house.port();
        var server = house.serverAt(url, List.of("--insecure"));
        await().atMost(House.PATIENCE).until(() -> house.muster("get", "agents").exit() == 0);

        var checked = house.run("muster", "-k", "broker", "check", "--as-cluster", "default", url);

        assertThat(checked.exit()).isEqualTo(1);
        assertThat(checked.out()).contains("a server of the cluster default is or was here");
        assertThat(server.isAlive()).isTrue();
        assertThat(house.muster("get", "agents").exit()).isZero();
    }

    @Test
    void one_that_is_interrupted_leaves_nothing_behind() throws Exception {
        Map<String, Boolean> kept = new ConcurrentHashMap<>(); // topics, and whether something is
        var options =
                BrokerOptions.at(new ListenAddress("127.0.0.1", house.port()))
                        .withObserver(message -> {
                            if (message.retained()) {
                                kept.put(message.topic(), message.payload().size() > 0);
                            }
                        });
        try (var _ = EmbeddedBroker.start(options)) {
            var checking = house.program("muster", "-k", "broker", "check", house.brokerUrl());
            checking.awaitLog("ok        clears what it keeps by an empty message");
            checking.interrupt();
            assertThat(checking.awaitEnd(House.PATIENCE)).isEqualTo(130);
            assertThat(kept).isNotEmpty().doesNotContainValue(true);
        }
    }

    private void awaitPort() {
        await().atMost(House.PATIENCE)
                .ignoreExceptions()
                .until(() -> {
                    try (var _ = new Socket(InetAddress.getLoopbackAddress(), house.port())) {
                        return true;
                    }
                });
    }

    @Test
    @Tag("mosquitto")
    void mosquitto_keeps_them_and_nothing_is_left_there() throws Exception {
        try (var mosquitto = Mosquitto.open(Files.createDirectory(folder.resolve("mosquitto")))) {
            var url = "mqtt://127.0.0.1:" + mosquitto.port();
            for (int i = 0; i < 2; i++) { // the second finds what the first has left
                var checked =
                        house.run("muster", "-k", "broker", "check", "--as-cluster", "c", url);
                assertThat(checked.exit()).as(checked.toString()).isZero();
                assertThat(checked.out())
                        .contains("Muster works with this broker")
                        .contains("note      lets nobody speak for the server");
            }
        }
    }

    @Test
    @Tag("hivemq") // Maven may have to fetch it
    void hivemq_keeps_them() throws Exception {
        try (var hiveMq = HiveMq.start(Files.createDirectory(folder.resolve("hivemq")))) {
            var checked =
                    house.run(
                            "muster", "-k", "broker", "check", "mqtt://127.0.0.1:" + hiveMq.port());
            assertThat(checked.exit()).as(checked.toString()).isZero();
            assertThat(checked.out()).contains("Muster works with this broker");
        }
    }

    @Test
    void nobody_there_is_told_at_once() throws Exception {
        var checked = house.run("muster", "-k", "broker", "check", "mqtt://127.0.0.1:1");
        assertThat(checked.exit()).isEqualTo(1);
        assertThat(checked.out())
                .contains("BROKEN    lets a server, agents and clients in", "refused")
                .doesNotContain("delivers messages");
    }

    @Test
    @Tag("mosquitto")
    void a_broker_that_keeps_nothing_is_found_out() throws Exception {
        try (var mosquitto =
                Mosquitto.open(
                        Files.createDirectory(folder.resolve("mosquitto")),
                        "retain_available false")) {
            var checked =
                    house.run(
                            "muster",
                            "-k",
                            "broker",
                            "check",
                            "mqtt://127.0.0.1:" + mosquitto.port());
            assertThat(checked.exit()).isEqualTo(1);
            assertThat(checked.out())
                    .contains("BROKEN    keeps the last retained message for who comes later")
                    .contains("Muster does not work with this broker as it is");
        }
    }
}
