package io.muster.testkit.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.bus.Bus;
import io.muster.api.bus.BusLimits;
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
import io.muster.testkit.bus.RandomFaults.Rates;
import io.muster.testkit.world.Seeds;
import io.muster.testkit.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the broker in memory adds to the contract: its faults. */
final class MemoryBrokerTest {
    private static final ClusterName CLUSTER = new ClusterName("default");
    private static final Topics TOPICS = new Topics(CLUSTER);
    private static final AgentName A = new AgentName("a");
    private static final Identity SERVER = new Identity.Server(CLUSTER);
    private static final Identity AGENT = new Identity.Agent(CLUSTER, A);
    private static final Topic FACTS = TOPICS.agent(A, AgentChannel.FACTS);
    private static final Topic COMMAND = TOPICS.agent(A, AgentChannel.COMMAND);
    private static final Topic DESIRED = TOPICS.agent(A, AgentChannel.DESIRED);
    private static final Topic PRESENCE = TOPICS.agent(A, AgentChannel.PRESENCE);
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(6);

    @Test
    void loses_messages_that_it_acknowledges() {
        var net = new Net(1, rates(1, 0, 0, 0, 0, 0, 0));
        var sent = net.server.publish(FACTS, "lost");
        net.run(SOON);
        assertThat(sent.outcome).isEqualTo("acknowledged");
        assertThat(net.agent.received).isEmpty();
        net.faults.calm();
        net.server.publish(FACTS, "not lost");
        net.run(SOON);
        assertThat(net.agent.received).containsExactly("not lost");
    }

    @Test
    void doubles_messages() {
        var net = new Net(1, rates(0, 1, 0, 0, 0, 0, 0));
        net.server.publish(FACTS, "twice");
        net.run(SOON);
        assertThat(net.agent.received).containsExactly("twice", "twice");
    }

    @Test
    void reorders_topics_but_never_the_messages_of_one() {
        boolean reordered = false;
        for (int seed = 1; seed <= 20; seed++) {
            var net = new Net(seed, rates(0, 0.3, 0.5, 0, 0, 0, 0));
            var expected = new ArrayList<String>();
            for (int i = 0; i < 20; i++) {
                var topic = i % 2 == 0 ? FACTS : COMMAND;
                net.server.publish(topic, "%02d".formatted(i));
                expected.add("%02d".formatted(i));
            }
            net.run(SOON);
            assertThat(inOrder(net.agent.received, 0)).isTrue();
            assertThat(inOrder(net.agent.received, 1)).isTrue();
            assertThat(net.agent.received).containsAll(expected);
            reordered |= !net.agent.received.stream().distinct().toList().equals(expected);
        }
        assertThat(reordered).isTrue();
    }

    @Test
    void takes_publications_without_saying_so() {
        var net = new Net(1, rates(0, 0, 0, 1, 0, 0, 0));
        var sent = net.server.publish(FACTS, "taken");
        net.run(SOON);
        assertThat(net.agent.received).containsExactly("taken");
        assertThat(sent.outcome).contains(FACTS.value()).contains("unknown");
    }

    @Test
    void breaks_connections_before_the_acknowledgement() {
        var net = new Net(1, rates(0, 0, 0, 0, 1, 0, 0));
        var sent = net.server.publish(FACTS, "taken");
        net.run(SOON);
        assertThat(net.agent.received).containsExactly("taken");
        assertThat(sent.outcome).contains("ended before this was acknowledged");
        assertThat(net.server.connections).isEqualTo(2);
    }

    @Test
    void loses_and_delays_wills() {
        var lost = new Net(1, rates(0, 0, 0, 0, 0, 1, 0));
        lost.broker.kill("a");
        lost.run(SOON);
        assertThat(lost.server.received).isEmpty();
        var late = new Net(1, rates(0, 0, 0, 0, 0, 0, 1));
        late.broker.cut("a"); // and comes back before its will
        late.world.runUntil("back", SOON, () -> late.agent.connections == 2);
        late.run(SOON);
        assertThat(late.server.received).containsExactly("gone " + late.agent.nonces.getFirst());
    }

    @Test
    void sees_at_once_that_a_process_died_and_late_that_a_machine_did() {
        var killed = new Net(1, Rates.CALM);
        killed.broker.kill("a");
        killed.run(Duration.ofSeconds(1));
        assertThat(killed.server.received).hasSize(1);
        assertThat(killed.agent.disconnections).isEmpty(); // it is dead, and hears nothing
        var vanished = new Net(1, Rates.CALM);
        vanished.broker.vanish("a");
        vanished.run(Duration.ofMillis(8_900));
        assertThat(vanished.server.received).isEmpty();
        vanished.run(Duration.ofMillis(200));
        assertThat(vanished.server.received).hasSize(1);
    }

    @Test
    void delivers_late_what_a_short_freeze_held_up() {
        var net = new Net(1, Rates.CALM);
        net.broker.freeze("a");
        net.server.publish(FACTS, "late");
        net.run(Duration.ofSeconds(3));
        assertThat(net.agent.received).isEmpty();
        net.broker.thaw("a");
        net.run(Duration.ofSeconds(1));
        assertThat(net.agent.received).containsExactly("late");
        assertThat(net.agent.disconnections).isEmpty();
    }

    @Test
    void restarts_with_or_without_what_it_had_retained() {
        for (var with : List.of(true, false)) {
            var net = new Net(1, Rates.CALM);
            net.server.send(Publication.retained(DESIRED, Payload.of("wish")));
            net.run(Duration.ofSeconds(1));
            assertThat(net.broker.retained(DESIRED)).contains(Payload.of("wish"));
            net.broker.stop();
            net.run(Duration.ofSeconds(1));
            assertThat(net.broker.isConnected(AGENT.clientId())).isFalse();
            net.broker.start(with);
            net.run(SOON);
            assertThat(net.broker.isConnected(AGENT.clientId())).isTrue();
            assertThat(net.broker.retained(DESIRED).isPresent()).isEqualTo(with);
            assertThat(net.server.received).isEmpty(); // a broker's end publishes no wills
        }
    }

    @Test
    void keeps_what_it_has_retained_when_it_is_started_and_runs() {
        var net = new Net(1, Rates.CALM);
        net.server.send(Publication.retained(DESIRED, Payload.of("wish")));
        net.run(Duration.ofSeconds(1));
        net.broker.start(false);
        net.run(SOON);
        assertThat(net.broker.retained(DESIRED)).contains(Payload.of("wish"));
        assertThat(net.agent.disconnections).isEmpty();
    }

    @Test
    void loses_what_is_retained_for_a_topic_and_goes_on() {
        var net = new Net(1, Rates.CALM);
        net.server.send(Publication.retained(FACTS, Payload.of("facts")));
        net.run(Duration.ofSeconds(1));
        net.broker.loseRetained(FACTS);
        net.run(SOON);
        assertThat(net.broker.retained(FACTS)).isEmpty();
        assertThat(net.agent.received).containsExactly("facts"); // and nothing of the loss
        assertThat(net.agent.disconnections).isEmpty();
    }

    @Test
    void drops_what_expired_and_what_is_too_much_for_a_slow_client() {
        var world = new World(1);
        var broker =
                new MemoryBroker(
                        world.serial("broker", 1),
                        world.split(),
                        Faults.none(),
                        new BrokerRules(1 << 20, 3, 10, true));
        var limits = BusLimits.DEFAULT.withWindow(1);
        var agent = new Client(world, broker, limits, "a", AGENT);
        var server = new Client(world, broker, BusLimits.DEFAULT, "server", SERVER);
        world.runUntil("ready", SOON, () -> agent.ready && server.ready);
        agent.serial.full(true);
        server.publish(FACTS, "sent");
        server.send(Publication.expiring(FACTS, Payload.of("expires"), Duration.ofSeconds(1)));
        IntStream.range(0, 5).forEach(i -> server.publish(FACTS, "queued " + i));
        world.run(Duration.ofSeconds(2));
        agent.serial.full(false);
        world.run(Duration.ofSeconds(2));
        assertThat(agent.received).containsExactly("sent", "queued 0", "queued 1");
    }

    @Test
    void tells_refusals_if_it_is_of_that_kind() {
        for (var tells : List.of(true, false)) {
            var world = new World(1);
            var broker =
                    new MemoryBroker(
                            world.serial("broker", 1),
                            world.split(),
                            Faults.none(),
                            new BrokerRules(1 << 20, 1_000, 10, tells));
            var agent = new Client(world, broker, BusLimits.DEFAULT, "a", AGENT);
            world.runUntil("ready", SOON, () -> agent.ready);
            var sent = agent.publish(DESIRED, "not mine");
            world.run(SOON);
            assertThat(sent.outcome)
                    .contains(DESIRED.value())
                    .contains(tells ? "not permitted" : "no acknowledgement");
        }
    }

    @Test
    void closes_the_connection_of_who_sends_too_much_at_once() {
        var world = new World(1);
        var broker =
                new MemoryBroker(
                        world.serial("broker", 1),
                        world.split(),
                        Faults.none(),
                        new BrokerRules(1_000, 1_000, 10, true));
        var agent = new Client(world, broker, BusLimits.DEFAULT, "a", AGENT);
        world.runUntil("ready", SOON, () -> agent.ready);
        agent.publish(TOPICS.agent(A, AgentChannel.REPORT), "x".repeat(1_000));
        world.run(SOON);
        assertThat(agent.disconnections)
                .singleElement()
                .satisfies(why -> assertThat(why).contains("too large"));
    }

    @Test
    void does_the_same_for_the_same_seed() {
        Seeds.check(20, seed -> assertThat(rough(seed)).isEqualTo(rough(seed)));
        assertThat(rough(1)).isNotEqualTo(rough(2));
    }

    @Test
    void delivers_again_once_it_is_calm() {
        Seeds.check(
                100,
                seed -> {
                    var net = new Net(seed, Rates.ROUGH);
                    roughDay(net);
                    net.faults.calm();
                    net.run(SOON);
                    net.agent.received.clear();
                    net.server.publish(FACTS, "peace");
                    net.run(SOON);
                    assertThat(net.agent.received).containsExactly("peace");
                });
    }

    private static List<String> rough(long seed) {
        var net = new Net(seed, Rates.ROUGH);
        var trace = new ArrayList<String>();
        net.broker.spy((clientId, publication) ->
                trace.add(net.world.elapsed() + " " + clientId + " " + publication));
        roughDay(net);
        trace.addAll(net.agent.received);
        trace.addAll(net.agent.nonces);
        trace.addAll(net.agent.disconnections);
        return trace;
    }

    private static void roughDay(Net net) {
        for (int i = 0; i < 100; i++) {
            net.server.publish(i % 3 == 0 ? COMMAND : FACTS, "message " + i);
            switch (i % 20) {
                case 5 -> net.broker.cut("a");
                case 9 -> net.broker.freeze(i % 40 == 9 ? "a" : "server");
                case 12 -> net.broker.stop();
                case 13 -> net.broker.start(i % 40 == 13);
                case 16 -> {
                    net.broker.thaw("a");
                    net.broker.thaw("server");
                }
                default -> {}
            }
            net.run(Duration.ofSeconds(2));
        }
    }

    private static boolean inOrder(List<String> numbers, int remainder) {
        var some = numbers.stream().filter(n -> Integer.parseInt(n) % 2 == remainder).toList();
        return some.equals(some.stream().sorted().toList());
    }

    private static Rates rates(
            double lost,
            double doubled,
            double delayed,
            double unacknowledged,
            double broken,
            double willLost,
            double willDelayed) {
        return new Rates(
                lost,
                doubled,
                delayed,
                unacknowledged,
                0,
                broken,
                willLost,
                willDelayed,
                Duration.ofMillis(1),
                Duration.ofSeconds(5));
    }

    /** A server that hears presence, and an agent that hears facts and commands. */
    private static final class Net {
        private final World world;
        private final RandomFaults faults;
        private final MemoryBroker broker;
        private final Client server;
        private final Client agent;

        Net(long seed, Rates rates) {
            world = new World(seed);
            faults = new RandomFaults(world.split(), rates);
            broker =
                    new MemoryBroker(
                            world.serial("broker", 1), world.split(), faults, BrokerRules.DEFAULT);
            server = new Client(world, broker, BusLimits.DEFAULT, "server", SERVER);
            agent = new Client(world, broker, BusLimits.DEFAULT, "a", AGENT);
            world.runUntil("ready", SOON, () -> server.ready && agent.ready);
        }

        void run(Duration duration) {
            world.run(duration);
        }
    }

    private static final class Client implements BusListener {
        private final Identity identity;
        private final GatedSerial serial;
        private final Bus bus;
        private final List<String> received = new ArrayList<>();
        private final List<String> nonces = new ArrayList<>();
        private final List<String> disconnections = new ArrayList<>();
        private int connections;
        private boolean ready;

        Client(World world, MemoryBroker broker, BusLimits limits, String host, Identity identity) {
            this.identity = identity;
            this.serial = new GatedSerial(world.serial(host, 100));
            this.bus =
                    broker.connector(host, limits)
                            .connect(
                                    new Session(identity.clientId(), KEEP_ALIVE, this::will),
                                    serial,
                                    this);
        }

        private Optional<Publication> will(String nonce) {
            return identity instanceof Identity.Agent
                    ? Optional.of(Publication.live(PRESENCE, Payload.of("gone " + nonce)))
                    : Optional.empty();
        }

        Sent publish(Topic topic, String text) {
            return send(Publication.live(topic, Payload.of(text)));
        }

        Sent send(Publication publication) {
            var sent = new Sent();
            serial.deliver(() -> {
                var _ =
                        bus.publish(publication)
                                .whenComplete((_, failure) ->
                                        sent.outcome =
                                                failure == null
                                                        ? "acknowledged"
                                                        : String.valueOf(failure.getMessage()));
            });
            return sent;
        }

        @Override
        public void connected(String nonce) {
            connections++;
            nonces.add(nonce);
            var channels =
                    identity instanceof Identity.Server
                            ? List.of(AgentChannel.PRESENCE)
                            : List.of(AgentChannel.FACTS, AgentChannel.COMMAND);
            for (var channel : channels) {
                var _ =
                        bus.subscribe(new Subscription(filter(channel), false))
                                .whenComplete((_, failure) -> ready = failure == null);
            }
        }

        private TopicFilter filter(AgentChannel channel) {
            return identity instanceof Identity.Agent
                    ? TopicFilter.of(TOPICS.agent(A, channel))
                    : TOPICS.allAgents(channel);
        }

        @Override
        public Retry disconnected(Disconnection why) {
            ready = false;
            disconnections.add(why.text());
            return new Retry.Soon();
        }

        @Override
        public void received(Message message) {
            received.add(message.payload().text());
        }
    }

    private static final class Sent {
        private String outcome = "";
    }
}
