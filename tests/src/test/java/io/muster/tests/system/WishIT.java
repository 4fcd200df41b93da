package io.muster.tests.system;

import static io.muster.tests.system.NativeSystemIT.manifest;
import static io.muster.tests.system.NativeSystemIT.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.api.bus.Bus;
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
import io.muster.api.topic.Topics;
import io.muster.testkit.mosquitto.Mosquitto;
import io.muster.transport.mqtt.MqttAccess;
import io.muster.transport.mqtt.MqttAddress;
import io.muster.transport.mqtt.MqttConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent does with wishes that are late, broken, too large, or kept without a server. */
final class WishIT {
    private static final Topics TOPICS = new Topics(new ClusterName("default"));

    @TempDir Path folder;

    @Test
    @Tag("mosquitto")
    void an_empty_or_broken_one_changes_nothing() throws Exception {
        try (var mosquitto = Mosquitto.open(Files.createDirectory(folder.resolve("mosquitto")))) {
            var house = new House(folder, mosquitto.port());
            try {
                house.serverAtBroker();
                var agent = house.agent("bow");
                house.awaitAgent("bow");
                house.apply(manifest() + counted("one"));
                house.awaitWorkload("one", "Running(Ok)");
                long one = house.pidIn("one.pid");
                try (var anybody = new Anybody(mosquitto.port())) {
                    anybody.retain(Payload.of(""));
                    anybody.retain(Payload.of("this is no wish"));
                    agent.awaitLog("cannot be used");
                    anybody.retain(Payload.of(""));
                }
                house.apply(manifest() + counted("two"));
                house.awaitWorkload("two", "Running(Ok)");
                assertThat(ProcessHandle.of(one)).isPresent();
                assertThat(starts("one")).isEqualTo(1);
            } finally {
                house.tearDown();
            }
        }
    }

    /** Not every broker says why it ends a connection: to Mosquitto the server just returns. */
    @Test
    void a_server_whose_name_is_taken_ends_and_says_so() throws Exception {
        var house = new House(folder);
        try {
            house.program("muster-broker", "-k", "-a", "127.0.0.1:" + house.port())
                    .awaitLog("listening");
            var server = house.serverAtBroker();
            try (var _ = new Anybody(house.port(), new Identity.Server(TOPICS.cluster()))) {
                assertThat(server.awaitEnd(House.PATIENCE)).isEqualTo(1);
            }
            assertThat(server.log()).contains("running at the same broker");
        } finally {
            house.tearDown();
        }
    }

    @Test
    void one_that_no_message_can_hold_is_refused_before_anything_is_stored() throws Exception {
        var house = new House(folder);
        try {
            house.server();
            house.agent("bow");
            house.awaitAgent("bow");
            house.apply(manifest() + large("first"));
            var second = house.file("second.yaml", manifest() + large("second")).toString();
            var refused = house.muster("--no-wait", "apply", second);
            assertThat(refused.exit()).as(refused.toString()).isEqualTo(1);
            assertThat(refused.err()).contains("bow").contains("1046528 bytes");
            assertThat(house.muster("get", "workloads").out())
                    .contains("first")
                    .doesNotContain("second");
            house.apply(manifest() + counted("small"));
            house.awaitWorkload("small", "Running(Ok)");
        } finally {
            house.tearDown();
        }
    }

    @Test
    void a_job_that_was_deleted_and_applied_again_while_its_agent_was_away_runs_again()
            throws Exception {
        var house = new House(folder);
        try {
            house.server();
            var agent = house.agent("bow");
            house.awaitAgent("bow");
            var job = manifest() + workload("job", "bow", "echo ran >>" + folder + "/job.pid");
            house.apply(job);
            house.awaitWorkload("job", "Succeeded(Ok)");
            agent.kill();
            house.awaitWorkload("job", "AgentDisconnected");
            for (var words :
                    List.of(
                            List.of("--no-wait", "delete", "workload", "job"),
                            List.of(
                                    "--no-wait",
                                    "apply",
                                    house.file("job.yaml", job).toString()))) {
                var done = house.muster(words.toArray(String[]::new));
                assertThat(done.exit()).as(done.toString()).isZero();
            }
            house.agent("bow");
            await("it runs again").atMost(House.PATIENCE).until(() -> starts("job") == 2);
            house.awaitWorkload("job", "Succeeded(Ok)");
            assertThat(starts("job")).isEqualTo(2);
        } finally {
            house.tearDown();
        }
    }

    @Test
    void a_node_without_a_server_starts_in_order_and_nothing_again_when_the_server_is_back()
            throws Exception {
        var house = new House(folder);
        try {
            var server = house.server();
            var agent = house.agent("bow");
            house.awaitAgent("bow");
            var text =
                    manifest()
                            + ordered("third", "second: ADD_COND_RUNNING")
                            + ordered("second", "first: ADD_COND_SUCCEEDED")
                            + workload("first", "bow", say("first") + "; sleep 1");
            house.apply(text);
            house.awaitWorkload("third", "Running(Ok)");
            server.kill();
            agent.kill();
            NativeLeftovers.kill(folder.resolve("agent-bow"));
            deleteTree(folder.resolve("agent-bow/native")); // as after a reboot
            Files.delete(folder.resolve("order"));

            house.agent("bow");
            await("all have started")
                    .atMost(House.PATIENCE)
                    .until(() -> order().equals(List.of("first", "second", "third")));
            house.server();
            house.awaitWorkload("third", "Running(Ok)");
            house.apply(text + counted("fourth"));
            house.awaitWorkload("fourth", "Running(Ok)");
            assertThat(order()).containsExactly("first", "second", "third");
        } finally {
            house.tearDown();
        }
    }

    private String ordered(String name, String dependency) {
        return workload(name, "bow", say(name) + "; exec sleep 1000001")
                + "    dependencies: {%s}\n".formatted(dependency);
    }

    private String say(String name) {
        return "echo %s >>%s/order".formatted(name, folder);
    }

    private List<String> order() throws IOException {
        var file = folder.resolve("order");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /** Nearly as large as a manifest may be, and nothing that can be compressed to 3/4 of it. */
    private static String large(String name) {
        var bytes = new byte[720_000];
        new SplittableRandom(name.hashCode()).nextBytes(bytes);
        return workload(name, "bow", "exec sleep 1000001")
                + "    tags: {noise: \"%s\"}\n"
                        .formatted(Base64.getEncoder().encodeToString(bytes));
    }

    private String counted(String name) {
        return workload(
                name, "bow", "echo $$ >>%s/%s.pid; exec sleep 1000001".formatted(folder, name));
    }

    private int starts(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name + ".pid")).size();
    }

    private static void deleteTree(Path top) throws IOException {
        try (var paths = Files.walk(top)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Somebody at a broker that lets everybody do everything. */
    private static final class Anybody implements BusListener, AutoCloseable {
        private final CompletableFuture<Void> connected = new CompletableFuture<>();
        private final ConcurrentLinkedQueue<Throwable> faults = new ConcurrentLinkedQueue<>();
        private final ThreadSerial serial = new ThreadSerial("anybody", 100, faults::add);
        private final Bus bus;

        Anybody(int port) throws Exception {
            this(port, new Identity.Agent(TOPICS.cluster(), new AgentName("somebody")));
        }

        Anybody(int port, Identity identity) throws Exception {
            var connector =
                    new MqttConnector(
                            new MqttAddress("127.0.0.1", port, false),
                            MqttAccess.OPEN,
                            BusLimits.DEFAULT,
                            new SplittableRandom(1));
            bus =
                    connector.connect(
                            Session.withoutWill(identity.clientId(), Duration.ofSeconds(10)),
                            serial,
                            this);
            connected.get(House.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        void retain(Payload payload) throws Exception {
            var done = new CompletableFuture<Void>();
            var topic = TOPICS.agent(new AgentName("bow"), AgentChannel.DESIRED);
            serial.deliver(() ->
                    bus.publish(Publication.retained(topic, payload))
                            .whenComplete((_, failure) -> {
                                if (failure == null) {
                                    done.complete(null);
                                } else {
                                    done.completeExceptionally(failure);
                                }
                            }));
            done.get(House.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        @Override
        public void connected(String nonce) {
            connected.complete(null);
        }

        @Override
        public Retry disconnected(Disconnection why) {
            return new Retry.Soon();
        }

        @Override
        public void received(Message message) {
            throw new AssertionError("nothing was subscribed to");
        }

        @Override
        public void close() {
            serial.deliver(bus::close);
            assertThat(faults).isEmpty();
        }
    }
}
