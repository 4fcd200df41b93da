package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EmbeddedBrokerTest {
    private static final String AGENT = "muster/default/agent/a";
    private static final String REPORT = "muster/v1/default/agent/a/report";

    private static BrokerOptions at(String host, int port) {
        return BrokerOptions.at(new ListenAddress(host, port));
    }

    @Test
    void on_port_0_listens_on_a_free_one_and_says_which() throws BrokerException {
        try (var one = EmbeddedBroker.start(at("127.0.0.1", 0));
                var two = EmbeddedBroker.start(at("127.0.0.1", 0));
                var client = RawClient.connected(two, AGENT)) {
            assertThat(one.port()).isPositive().isNotEqualTo(two.port());
            assertThat(client.publish(REPORT, "x")).isZero();
        }
    }

    @Test
    void listens_on_ipv6() throws BrokerException {
        try (var broker = EmbeddedBroker.start(at("::1", 0));
                var client = RawClient.connected(broker, AGENT)) {
            assertThat(broker.addresses().getFirst().getAddress()).isInstanceOf(Inet6Address.class);
            assertThat(client.publish(REPORT, "x")).isZero();
        }
    }

    @Test
    void listens_on_no_more_than_it_was_told() throws Exception {
        try (var broker = EmbeddedBroker.start(at("0.0.0.0", 0));
                var socket = new Socket()) {
            assertThat(broker.addresses())
                    .singleElement()
                    .satisfies(address ->
                            assertThat(address.getAddress()).isInstanceOf(Inet4Address.class));
            var elsewhere = new InetSocketAddress(InetAddress.ofLiteral("::1"), broker.port());
            assertThatThrownBy(() -> socket.connect(elsewhere))
                    .isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void listens_on_every_address_of_a_host_name_with_one_port()
            throws BrokerException, IOException {
        var addresses = List.of(InetAddress.getAllByName("localhost"));
        try (var broker = EmbeddedBroker.start(at("localhost", 0))) {
            assertThat(broker.addresses())
                    .containsExactlyElementsOf(
                            addresses.stream()
                                    .map(each -> new InetSocketAddress(each, broker.port()))
                                    .toList());
            for (var each : broker.addresses()) {
                RawClient.open(each).close();
            }
        }
    }

    @Test
    void says_who_may_have_the_port_when_it_is_taken() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();
            assertThatThrownBy(() -> EmbeddedBroker.start(at("127.0.0.1", port)))
                    .isInstanceOf(BrokerException.class)
                    .hasMessageContaining("127.0.0.1:" + port + ": the port is taken")
                    .hasMessageContaining("sport = :" + port)
                    .hasMessageContaining("-a HOST:PORT");
        }
    }

    @Test
    void says_that_a_host_is_unknown_or_another_machine() {
        assertThatThrownBy(() -> EmbeddedBroker.start(at("no-such-host.invalid", 0)))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("there is no host \"no-such-host.invalid\"");
        assertThatThrownBy(() -> EmbeddedBroker.start(at("192.0.2.1", 1883)))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("192.0.2.1 is no address of this machine");
    }

    @Test
    void says_that_a_port_is_reserved() {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 883);
        assertThat(
                        Listeners.failure(
                                new ListenAddress("localhost", 883),
                                address,
                                new BindException("Permission denied")))
                .hasMessage(
                        "localhost:883: this user may not listen on port 883; use one from 1024");
    }

    @Test
    void can_be_started_again_at_once_on_the_same_port_and_has_forgotten_all()
            throws BrokerException {
        var first = EmbeddedBroker.start(at("127.0.0.1", 0));
        int port = first.port();
        try (var server = RawClient.connected(first, "muster/default/server")) {
            server.publishRetained("muster/v1/default/agent/a/desired", "old");
            first.close();
            assertThat(server.awaitEnd()).isEqualTo("0x8b the broker stops");
        }
        try (var second = EmbeddedBroker.start(at("127.0.0.1", port));
                var server = RawClient.connected(second, "muster/default/server");
                var agent = RawClient.connected(second, AGENT)) {
            agent.subscribe("muster/v1/default/agent/a/desired");
            server.publish("muster/v1/default/agent/a/desired", "new");
            assertThat(agent.awaitMessage().text()).isEqualTo("new");
        }
    }

    @Test
    void leaves_no_thread_behind_when_it_is_closed() throws Exception {
        var before = Thread.getAllStackTraces().keySet();
        var broker = EmbeddedBroker.start(at("127.0.0.1", 0));
        var client = RawClient.connected(broker, AGENT);
        client.publish(REPORT, "x");
        broker.close();
        broker.close();
        client.close();
        var ours =
                Thread.getAllStackTraces().keySet().stream()
                        .filter(each -> !before.contains(each))
                        .filter(each -> !each.getName().startsWith("raw-client"))
                        .filter(each -> !each.isDaemon() || each.getName().startsWith("muster"))
                        .toList();
        for (var each : ours) {
            // the last thing that a thread does is to say that it is at its end
            assertThat(each.join(Duration.ofSeconds(5))).as(each.getName()).isTrue();
        }
    }
}
