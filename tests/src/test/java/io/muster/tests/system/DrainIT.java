package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.api.topic.Topic;
import io.muster.broker.BrokerOptions;
import io.muster.broker.EmbeddedBroker;
import io.muster.broker.ListenAddress;
import io.muster.testkit.topics.TopicTable.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that are emptied, and nodes that do not come back, with the real programs. */
final class DrainIT {
    @TempDir Path folder;

    private House house;

    @BeforeEach
    void build() throws IOException {
        house = new House(folder);
    }

    @AfterEach
    void tearDown() throws Exception {
        house.tearDown();
    }

    /** Two that depend on each other and say when they begin and when they end. */
    private String pair() {
        return NativeSystemIT.manifest()
                + talker("front", "bow")
                + "    dependencies: {back: ADD_COND_RUNNING}\n"
                + talker("back", "bow");
    }

    private String talker(String name, String agent) {
        var log = folder.resolve("order");
        return NativeSystemIT.workload(
                name,
                agent,
                "trap 'echo %1$s ends >>%2$s; exit 0' TERM; echo %1$s begins >>%2$s;"
                                .formatted(name, log)
                        + " while :; do sleep 0.1; done");
    }

    private List<String> order() throws IOException {
        return Files.readAllLines(folder.resolve("order"));
    }

    private void succeeds(String... words) throws Exception {
        var result = house.muster(words);
        assertThat(result.exit()).as(result.toString()).isZero();
    }

    @Test
    void a_drained_agent_is_empty_in_order_and_stays_so_over_restarts_of_everything()
            throws Exception {
        var server = house.server();
        var agent = house.agent("bow");
        house.awaitAgent("bow");
        house.apply(pair());
        await().atMost(House.PATIENCE).until(() -> order().size() == 2);

        var drained = house.muster("drain", "bow");
        assertThat(drained.exit()).as(drained.toString()).isZero();
        assertThat(drained.out()).contains("Pending(WaitingToStart)");
        assertThat(drained.err()).contains("muster undrain bow");
        assertThat(order())
                .containsExactly("back begins", "front begins", "front ends", "back ends");
        assertThat(house.muster("get", "agents").out()).contains("drained");
        assertThat(house.muster("history").out()).contains("drained agent bow");

        agent.kill();
        server.kill();
        var alone = house.agent("bow"); // with its copy, and without a server
        alone.awaitLog("starting");
        house.server();
        house.awaitAgent("bow");
        house.awaitWorkload("front", "Pending(WaitingToStart)");
        house.awaitWorkload("back", "Pending(WaitingToStart)");
        assertThat(order()).hasSize(4);

        succeeds("undrain", "bow");
        house.awaitWorkload("front", "Running(Ok)");
        await().atMost(House.PATIENCE).until(() -> order().size() == 6);
        assertThat(order().subList(4, 6)).containsExactly("back begins", "front begins");
    }

    @Test
    void an_agent_that_is_told_so_stops_its_workloads_in_order_and_starts_them_again()
            throws Exception {
        var server = house.server();
        var agent = house.agent("bow", "--stop-workloads", "--stop-timeout", "20");
        house.awaitAgent("bow");
        house.apply(pair());
        await().atMost(House.PATIENCE).until(() -> order().size() == 2);
        server.kill(); // it is not needed for that
        assertThat(agent.stop()).isZero();
        assertThat(order())
                .containsExactly("back begins", "front begins", "front ends", "back ends");
        house.server();
        house.agent("bow");
        await().atMost(House.PATIENCE).until(() -> order().size() == 6);
        assertThat(order().subList(4, 6)).containsExactly("back begins", "front begins");
    }

    @Test
    void a_deleted_agent_leaves_nothing_at_the_broker_and_is_as_new() throws Exception {
        Queue<Seen> seen = new ConcurrentLinkedQueue<>();
        var options =
                BrokerOptions.at(new ListenAddress("127.0.0.1", house.port()))
                        .withObserver(message ->
                                seen.add(
                                        new Seen(
                                                message.clientId(),
                                                new Topic(message.topic()),
                                                Optional.of(message.payload()),
                                                message.qos(),
                                                message.retained())));
        try (var _ = EmbeddedBroker.start(options)) {
            house.serverAtBroker();
            var agent = house.agent("bow");
            house.awaitAgent("bow");
            house.apply(NativeSystemIT.manifest() + talker("one", "bow"));
            house.awaitWorkload("one", "Running(Ok)");
            var refused = house.muster("delete", "agent", "bow");
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.err()).contains("is connected", "muster drain bow");

            agent.kill();
            house.awaitWorkload("one", "AgentDisconnected");
            succeeds("delete", "workload", "one");
            house.awaitWorkload("one", "AgentDisconnected"); // it may run on, and does
            succeeds("delete", "agent", "bow");
            assertThat(house.muster("get", "workloads").out()).doesNotContain("one");
            await().atMost(House.PATIENCE).until(() -> isCleared(seen));

            house.agent("bow"); // with its old copy, which wishes for "one"
            house.awaitAgent("bow");
            await().atMost(House.PATIENCE).until(() -> order().contains("one ends"));
            assertThat(house.muster("get", "workloads").out()).doesNotContain("one");
        }
    }

    /** Says whether the last retained message of the agent is an empty one, which clears it. */
    private static boolean isCleared(Queue<Seen> seen) {
        return seen.stream()
                .filter(each -> each.topic().value().endsWith("agent/bow/desired"))
                .filter(Seen::retained)
                .reduce((_, last) -> last)
                .filter(last -> last.payload().filter(payload -> payload.size() == 0).isPresent())
                .isPresent();
    }
}
