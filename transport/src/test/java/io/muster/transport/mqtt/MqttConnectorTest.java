package io.muster.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.bus.BusLimits;
import io.muster.api.bus.BusListener;
import io.muster.api.bus.Message;
import io.muster.api.bus.Session;
import io.muster.api.host.ThreadSerial;
import io.muster.testkit.tls.SelfSigned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How connecting ends, with brokers that say one thing each. */
final class MqttConnectorTest {
    private static final BusLimits LIMITS =
            BusLimits.DEFAULT
                    .withDeadline(Duration.ofSeconds(6))
                    .withPauses(Duration.ofMillis(1), Duration.ofMillis(10));

    private final BlockingQueue<Throwable> bugs = new LinkedBlockingQueue<>();
    private final ThreadSerial serial = new ThreadSerial("test", 10, bugs::add);

    @TempDir Path folder;

    @AfterEach
    void close() {
        serial.close();
        assertThat(bugs).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "localhost"})
    void reaches_brokers_by_name_and_by_either_kind_of_address(String host) throws Exception {
        try (var broker = new OneAnswer(InetAddress.getByName(host), 0)) {
            assertThat(connect(new MqttAddress(host, broker.port(), false))).isEqualTo("connected");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0x87, REFUSED, not authorized",
        "0x86, REFUSED, bad user name or password",
        "0x85, REFUSED, client identifier not valid",
        "0x84, REFUSED, unsupported protocol version",
        "0x9a, REFUSED, retain not supported",
        "0x88, LOST, server unavailable",
        "0x89, LOST, server busy",
        "0x97, LOST, quota exceeded",
    })
    void tells_a_refusal_from_a_broker_that_cannot_now(String code, String cause, String words)
            throws Exception {
        try (var broker = new OneAnswer(InetAddress.getLoopbackAddress(), Integer.decode(code))) {
            var address = new MqttAddress("127.0.0.1", broker.port(), false);
            assertThat(connect(address))
                    .startsWith(cause)
                    .contains("the broker at " + address)
                    .contains(words)
                    .contains(code);
        }
    }

    @Test
    void says_that_nobody_listens() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThat(connect(new MqttAddress("127.0.0.1", port, false)))
                .startsWith("LOST")
                .contains("refused");
    }

    @Test
    void says_that_a_name_is_unknown() throws Exception {
        assertThat(connect(new MqttAddress("no-such-host.invalid", 1883, false)))
                .startsWith("LOST")
                .contains("mqtt://no-such-host.invalid:1883")
                .contains("cannot be looked up");
    }

    @Test
    void says_that_there_is_no_tls_where_it_was_asked_for() throws Exception {
        try (var broker = new OneAnswer(InetAddress.getLoopbackAddress(), 0)) {
            assertThat(connect(new MqttAddress("127.0.0.1", broker.port(), true)))
                    .startsWith("LOST")
                    .contains("TLS");
        }
    }

    @Test
    void refuses_authorities_without_tls() throws IOException {
        var authorities =
                CertificateAuthorities.read(SelfSigned.make(folder, "dns:x").certificate());
        assertThatThrownBy(() ->
                        new MqttConnector(
                                new MqttAddress("broker", 1883, false),
                                new MqttAccess(Optional.empty(), Optional.of(authorities)),
                                LIMITS,
                                new SecureRandom()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mqtts://");
    }

    @Test
    void says_what_is_wrong_with_a_file_of_authorities() throws IOException {
        var missing = folder.resolve("missing.pem");
        assertThatThrownBy(() -> CertificateAuthorities.read(missing))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(missing.toString());
        var empty = Files.writeString(folder.resolve("empty.pem"), "");
        assertThatThrownBy(() -> CertificateAuthorities.read(empty))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(empty.toString())
                .hasMessageContaining("no certificate");
        var broken = Files.writeString(folder.resolve("broken.pem"), "-----BEGIN CERT");
        assertThatThrownBy(() -> CertificateAuthorities.read(broken))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(broken.toString());
    }

    @Test
    void never_shows_a_password() {
        assertThat(new Credentials("me", "secret")).asString().doesNotContain("secret");
    }

    /** Returns what the listener hears first. */
    private String connect(MqttAddress address) throws InterruptedException {
        var heard = new LinkedBlockingQueue<String>();
        var connector = new MqttConnector(address, MqttAccess.OPEN, LIMITS, new SecureRandom());
        var bus =
                connector.connect(
                        Session.withoutWill("test", Duration.ofSeconds(60)),
                        serial,
                        new BusListener() {
                            @Override
                            public void connected(String nonce) {
                                heard.add("connected");
                            }

                            @Override
                            public Retry disconnected(Disconnection why) {
                                heard.add(why.cause() + " " + why.text());
                                return new Retry.Never();
                            }

                            @Override
                            public void received(Message message) {}
                        });
        var first = heard.poll(30, TimeUnit.SECONDS);
        serial.deliver(bus::close);
        return String.valueOf(first);
    }

    /** Answers every CONNECT in the same way, and then is silent. */
    private static final class OneAnswer implements AutoCloseable {
        private final ServerSocket socket;

        OneAnswer(InetAddress host, int reason) throws IOException {
            socket = new ServerSocket(0, 5, host);
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            while (true) {
                                var client = socket.accept();
                                Thread.ofVirtual()
                                        .start(() -> {
                                            try (client) {
                                                var in = client.getInputStream();
                                                var _ = in.read(); // the first byte of CONNECT
                                                client.getOutputStream()
                                                        .write(
                                                                new byte[] {
                                                                    0x20, 3, 0, (byte) reason, 0
                                                                });
                                                var _ =
                                                        in.transferTo(
                                                                java.io.OutputStream
                                                                        .nullOutputStream());
                                            } catch (IOException _) {
                                                // the client went away
                                            }
                                        });
                            }
                        } catch (IOException _) {
                            // closed
                        }
                    });
        }

        int port() {
            return socket.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
