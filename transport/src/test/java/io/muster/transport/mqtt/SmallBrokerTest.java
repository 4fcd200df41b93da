package io.muster.transport.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.bus.Bus;
import io.muster.api.bus.BusException;
import io.muster.api.bus.BusLimits;
import io.muster.api.bus.BusListener;
import io.muster.api.bus.Message;
import io.muster.api.bus.Payload;
import io.muster.api.bus.Publication;
import io.muster.api.bus.Session;
import io.muster.api.host.ThreadSerial;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClusterName;
import io.muster.api.topic.AgentChannel;
import io.muster.api.topic.Identity;
import io.muster.api.topic.Topic;
import io.muster.api.topic.Topics;
import io.muster.broker.BrokerOptions;
import io.muster.broker.EmbeddedBroker;
import io.muster.broker.ListenAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A broker that says that it takes less than we would send. */
final class SmallBrokerTest {
    private static final ClusterName CLUSTER = new ClusterName("small");
    private static final Topic FACTS =
            new Topics(CLUSTER).agent(new AgentName("a"), AgentChannel.FACTS);

    private final Queue<Throwable> bugs = new ConcurrentLinkedQueue<>();
    private final ThreadSerial serial = new ThreadSerial("test", 10, bugs::add);
    private final CountDownLatch connected = new CountDownLatch(1);
    private final Queue<BusListener.Disconnection> ends = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        serial.close();
        assertThat(bugs).isEmpty();
    }

    @Test
    void is_sent_nothing_larger_and_the_error_names_topic_and_remedy() throws Exception {
        var options =
                BrokerOptions.at(new ListenAddress("127.0.0.1", 0)).withMaxMessageBytes(10_000);
        try (var broker = EmbeddedBroker.start(options)) {
            var bus = connect(broker.port());
            assertThat(connected.await(10, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> publish(bus, 100_000).get(10, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(
                            BusException.class,
                            refusal -> {
                                assertThat(refusal)
                                        .hasMessageContaining(FACTS.value())
                                        .hasMessageContaining("raise the broker's limit");
                                assertThat(refusal.retryable()).isFalse();
                            });
            publish(bus, 1_000).get(10, TimeUnit.SECONDS);
            assertThat(ends).isEmpty();
            serial.deliver(bus::close);
        }
    }

    private Bus connect(int port) {
        return new MqttConnector(
                        new MqttAddress("127.0.0.1", port, false),
                        MqttAccess.OPEN,
                        BusLimits.DEFAULT,
                        new SecureRandom())
                .connect(
                        Session.withoutWill(
                                new Identity.Server(CLUSTER).clientId(), Duration.ofSeconds(60)),
                        serial,
                        new BusListener() {
                            @Override
                            public void connected(String nonce) {
                                connected.countDown();
                            }

                            @Override
                            public Retry disconnected(Disconnection why) {
                                ends.add(why);
                                return new Retry.Soon();
                            }

                            @Override
                            public void received(Message message) {}
                        });
    }

    private CompletableFuture<Void> publish(Bus bus, int bytes) {
        var done = new CompletableFuture<Void>();
        serial.deliver(() -> {
            var _ =
                    bus.publish(Publication.live(FACTS, Payload.of(new byte[bytes])))
                            .whenComplete((_, failure) -> {
                                if (failure == null) {
                                    done.complete(null);
                                } else {
                                    done.completeExceptionally(failure);
                                }
                            });
        });
        return done;
    }
}
