package io.muster.testkit.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.bus.Bus;
import io.muster.api.bus.BusListener;
import io.muster.api.bus.Message;
import io.muster.api.bus.Payload;
import io.muster.api.bus.Publication;
import io.muster.api.bus.Session;
import io.muster.api.bus.Subscription;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClusterName;
import io.muster.api.topic.AgentChannel;
import io.muster.api.topic.Identity;
import io.muster.api.topic.Topic;
import io.muster.api.topic.TopicFilter;
import io.muster.api.topic.Topics;
import io.muster.testkit.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the broker in memory adds to the contract: its faults. */
final class MemoryBrokerTest {
    private static final ClusterName CLUSTER = new ClusterName("default");
    private static final Topics TOPICS = new Topics(CLUSTER);
    private static final AgentName A = new AgentName("a");
    private static final Duration SOON = Duration.ofSeconds(10);

    private final World world = new World(1);
    private final MemoryBroker broker =
            new MemoryBroker(world.serial("broker", 1_000), world.split());

    @Test
    void delivers() {
        var server = new Client("server", new Identity.Server(CLUSTER));
        var agent = new Client("a", new Identity.Agent(CLUSTER, A));
        world.runUntil("connected", SOON, () -> server.connected && agent.connected);
        var topic = TOPICS.agent(A, AgentChannel.DESIRED);
        var _ = agent.bus.subscribe(new Subscription(TopicFilter.of(topic), true));
        var _ = server.bus.publish(Publication.retained(topic, Payload.of("wish")));
        world.runUntil("message", SOON, () -> agent.received.equals(List.of("wish")));
        assertThat(broker.retained(topic)).contains(Payload.of("wish"));
    }

    private final class Client implements BusListener {
        private final Bus bus;
        private final List<String> received = new ArrayList<>();
        private boolean connected;

        Client(String host, Identity identity) {
            bus =
                    broker.connector(host)
                            .connect(
                                    new Session(
                                            identity.clientId(),
                                            Duration.ofSeconds(6),
                                            nonce -> Optional.of(will(identity, nonce))),
                                    world.serial(host, 100),
                                    this);
        }

        private Publication will(Identity identity, String nonce) {
            Topic topic =
                    identity instanceof Identity.Agent agent
                            ? TOPICS.agent(agent.name(), AgentChannel.PRESENCE)
                            : TOPICS.serverPresence();
            return Publication.live(topic, Payload.of("gone " + nonce));
        }

        @Override
        public void connected(String nonce) {
            connected = true;
        }

        @Override
        public Retry disconnected(Disconnection why) {
            connected = false;
            return new Retry.Soon();
        }

        @Override
        public void received(Message message) {
            received.add(message.payload().text());
        }
    }
}
