package io.muster.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.bus.BusLimits;
import io.muster.api.bus.BusListener;
import io.muster.api.bus.Message;
import io.muster.api.bus.Session;
import io.muster.api.host.ThreadSerial;
import io.muster.api.name.ClusterName;
import io.muster.api.topic.Identity;
import io.muster.testkit.mosquitto.Mosquitto;
import io.muster.testkit.tls.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("mosquitto")
final class MosquittoTlsIT {
    private static final Identity SERVER = new Identity.Server(new ClusterName("tls"));

    private final BlockingQueue<Throwable> bugs = new LinkedBlockingQueue<>();
    private final ThreadSerial serial = new ThreadSerial("test", 10, bugs::add);

    @TempDir Path folder;

    @AfterEach
    void close() {
        serial.close();
        assertThat(bugs).isEmpty();
    }

    @Test
    void connects_when_the_given_authorities_vouch_for_the_broker() throws Exception {
        var certificate = certificate("dns:localhost");
        try (var broker = Mosquitto.start(folder, List.of(SERVER), certificate)) {
            assertThat(connect(broker, "localhost", Optional.of(certificate)))
                    .isEqualTo("connected");
        }
    }

    @Test
    void does_not_connect_when_others_vouch_for_the_broker() throws Exception {
        var certificate = certificate("dns:localhost");
        try (var broker = Mosquitto.start(folder, List.of(SERVER), certificate)) {
            assertThat(connect(broker, "localhost", Optional.empty()))
                    .startsWith("LOST")
                    .contains("certificate");
            assertThat(connect(broker, "localhost", Optional.of(certificate("dns:localhost"))))
                    .startsWith("LOST")
                    .contains("certificate");
        }
    }

    @Test
    void does_not_connect_when_the_certificate_is_for_another_host() throws Exception {
        var certificate = certificate("dns:elsewhere");
        try (var broker = Mosquitto.start(folder, List.of(SERVER), certificate)) {
            assertThat(connect(broker, "localhost", Optional.of(certificate)))
                    .startsWith("LOST")
                    .contains("localhost");
        }
    }

    private SelfSigned certificate(String name) throws IOException {
        return SelfSigned.make(Files.createTempDirectory(folder, "certificate"), name);
    }

    /** Returns what the listener hears first. */
    private String connect(Mosquitto broker, String host, Optional<SelfSigned> trusted)
            throws Exception {
        var authorities =
                trusted.isEmpty()
                        ? Optional.<CertificateAuthorities>empty()
                        : Optional.of(CertificateAuthorities.read(trusted.get().certificate()));
        var connector =
                new MqttConnector(
                        new MqttAddress(host, broker.port(), true),
                        new MqttAccess(
                                Optional.of(
                                        new Credentials(
                                                Mosquitto.user(SERVER), Mosquitto.PASSWORD)),
                                authorities),
                        BusLimits.DEFAULT,
                        new SecureRandom());
        var heard = new LinkedBlockingQueue<String>();
        var bus =
                connector.connect(
                        Session.withoutWill(SERVER.clientId(), Duration.ofSeconds(60)),
                        serial,
                        new BusListener() {
                            @Override
                            public void connected(String nonce) {
                                heard.add("connected");
                            }

                            @Override
                            public Retry disconnected(Disconnection why) {
                                // localhost may have two addresses, and the broker listens on one
                                if (!why.text().contains("refused")) {
                                    heard.add(why.cause() + " " + why.text());
                                }
                                return new Retry.Soon();
                            }

                            @Override
                            public void received(Message message) {}
                        });
        var first = heard.poll(30, TimeUnit.SECONDS);
        serial.deliver(bus::close);
        return String.valueOf(first);
    }
}
