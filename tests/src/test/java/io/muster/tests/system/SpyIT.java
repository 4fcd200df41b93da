package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.api.name.ClusterName;
import io.muster.api.request.LogSelection;
import io.muster.api.request.Request;
import io.muster.api.topic.Topic;
import io.muster.broker.BrokerOptions;
import io.muster.broker.EmbeddedBroker;
import io.muster.broker.ListenAddress;
import io.muster.testkit.topics.TopicTable;
import io.muster.testkit.topics.TopicTable.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A spy in the broker holds every message of a cluster at work against {@code topics.md}, both
 * ways.
 */
final class SpyIT {
    @TempDir Path folder;

    @Test
    void every_message_is_as_the_table_has_it_and_every_row_is_used() throws Exception {
        var house = new House(folder);
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
        try (var broker = EmbeddedBroker.start(options)) {
            assertThat(broker.port()).isEqualTo(house.port());
            var server = house.serverAtBroker();
            var agent = house.agent("bow");
            house.agent("stern");
            house.awaitAgent("bow");
            house.awaitAgent("stern");
            house.apply(Files.readString(House.repositoryFile("examples/hello.yaml")));
            house.awaitWorkload("greeter", "Running(Ok)");
            try (var _ = house.watching("logs", "--follow", "clock")) {
                await("a chunk of a log, and the sign of life of who reads it")
                        .atMost(House.PATIENCE)
                        .until(() -> saw(seen, "/logs/") && saw(seen, "/credit/"));
            }
            house.apply(ControlIT.captain(folder, "agents", "workloadStates"));
            try (var captain = new Talker(Path.of(ControlIT.door(folder))).hello(false)) {
                captain.ask(ControlIT.AGENTS);
                var clock = ControlIT.instance(captain, "bow", "clock");
                captain.ask(new Request.GetLogs(List.of(clock), LogSelection.ALL.following()));
                await("a chunk of a log for a workload, and the sign of life of its agent")
                        .atMost(House.PATIENCE)
                        .until(() ->
                                saw(seen, "/logs/agent/bow/") && saw(seen, "/credit/agent/bow/"));
            }
            agent.kill();
            house.awaitWorkload("clock", "AgentDisconnected");
            house.agent("bow");
            house.awaitWorkload("clock", "Running(Ok)");
            house.namesake("bow");
            await("the refusal of a name, which is a command")
                    .atMost(House.PATIENCE.multipliedBy(3)) // a lost name is given up slowly
                    .until(() -> saw(seen, "/command"));
            house.awaitWorkload("clock", "Running(Ok)");
            var deleted = house.muster("delete", "workload", "clock", "greeter", "captain");
            assertThat(deleted.exit()).as(deleted.toString()).isZero();
            assertThat(server.stop()).isZero();
        } finally {
            house.tearDown();
        }
        holdAgainstTable(seen);
    }

    private static boolean saw(Queue<Seen> seen, String part) {
        return seen.stream().anyMatch(each -> each.topic().value().contains(part));
    }

    private static void holdAgainstTable(Queue<Seen> seen) throws IOException {
        var table = TopicTable.read(new ClusterName("default"));
        var complaints =
                seen.stream().flatMap(each -> table.complaint(each).stream()).distinct().toList();
        assertThat(complaints).isEqualTo(List.of());
        var rows = new TreeSet<String>();
        seen.forEach(
                each -> table.find(each.topic()).ifPresent(found -> rows.add(found.row().topic())));
        for (var row : table.rows()) {
            assertThat(rows).contains(row.topic());
        }
    }
}
