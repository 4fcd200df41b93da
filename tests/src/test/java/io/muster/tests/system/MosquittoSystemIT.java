package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.api.name.AgentName;
import io.muster.api.name.ClusterName;
import io.muster.api.topic.Identity;
import io.muster.api.topic.Permissions;
import io.muster.api.topic.TopicFilter;
import io.muster.testkit.mosquitto.Mosquitto;
import io.muster.testkit.mosquitto.Mosquitto.Account;
import io.muster.testkit.tls.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("mosquitto")
final class MosquittoSystemIT {
    private static final ClusterName CLUSTER = new ClusterName("default");
    private static final Account SERVER = Account.of(new Identity.Server(CLUSTER));
    private static final Account BOW =
            Account.of(new Identity.Agent(CLUSTER, new AgentName("bow")));

    /** Whoever uses the command line, whatever name a run of it gives itself. */
    private static final Account OPERATOR =
            new Account(
                    "operator",
                    new Permissions(
                            List.of(new TopicFilter("muster/v1/default/request/client/+")),
                            List.of(
                                    new TopicFilter("muster/v1/default/server/presence"),
                                    new TopicFilter("muster/v1/default/response/client/+"))));

    @TempDir Path folder;

    @Test
    void a_foreign_broker_serves_as_well_and_may_lose_everything_it_retains() throws Exception {
        try (var mosquitto = Mosquitto.open(folder("mosquitto"))) {
            var house = new House(folder, mosquitto.port());
            try {
                var server = house.serverAtBroker();
                house.agent("bow");
                house.awaitAgent("bow");
                house.apply(
                        NativeSystemIT.manifest()
                                + NativeSystemIT.workload(
                                        "one",
                                        "bow",
                                        "echo $$ >" + folder + "/one.pid; exec sleep 1000001"));
                house.awaitWorkload("one", "Running(Ok)");
                long pid = house.pidIn("one.pid");

                mosquitto.stop();
                mosquitto.start();
                house.awaitWorkload("one", "Running(Ok)");

                server.kill();
                house.serverAtBroker();
                house.awaitWorkload("one", "Running(Ok)");
                var deleted = house.muster("delete", "workload", "one");
                assertThat(deleted.exit()).as(deleted.toString()).isZero();
                assertThat(ProcessHandle.of(pid)).isEmpty();
            } finally {
                house.tearDown();
            }
        }
    }

    @Test
    void a_foreign_broker_may_ask_for_passwords_and_keep_the_table_and_be_known_by_its_authority()
            throws Exception {
        var certificate = SelfSigned.make(folder("certificate"), "ip:127.0.0.1");
        var agentState = folder.resolve("agent-bow");
        try (var mosquitto =
                Mosquitto.withTls(
                        folder("mosquitto"), List.of(SERVER, BOW, OPERATOR), certificate)) {
            var url = "mqtts://127.0.0.1:" + mosquitto.port();
            var house = new House(folder, mosquitto.port());
            try {
                var server = house.serverAt(url, login(SERVER, certificate));
                var agent = new ArrayList<>(List.of("--name", "bow", "--server-url", url));
                agent.addAll(List.of("--state-dir", agentState.toString()));
                agent.addAll(List.of("--run-folder", folder("run").toString()));
                agent.addAll(login(BOW, certificate));
                house.program("muster-agent", agent.toArray(String[]::new));
                var operator = new ArrayList<>(List.of("--server-url", url));
                operator.addAll(login(OPERATOR, certificate));
                awaitLine(house, operator, "agents", "bow");
                var manifest =
                        house.file(
                                "manifest.yaml",
                                NativeSystemIT.manifest()
                                        + NativeSystemIT.workload(
                                                "one", "bow", "exec sleep 1000001"));
                succeeds(house, operator, "apply", manifest.toString());
                awaitLine(house, operator, "workloads", "Running(Ok)");

                server.kill();
                house.serverAt(url, login(SERVER, certificate));
                awaitLine(house, operator, "workloads", "Running(Ok)");
                succeeds(house, operator, "delete", "workload", "one");

                var stranger = new ArrayList<>(List.of("--server-url", url));
                stranger.addAll(login(new Account("stranger", OPERATOR.rights()), certificate));
                assertThat(run(house, stranger, "get", "agents").err())
                        .contains("127.0.0.1:" + mosquitto.port())
                        .contains("check user and password");
                var other = SelfSigned.make(folder("other"), "ip:127.0.0.1");
                var deceived = new ArrayList<>(List.of("--server-url", url));
                deceived.addAll(login(OPERATOR, other));
                assertThat(run(house, deceived, "get", "agents").err()).contains("certificate");
            } finally {
                house.tearDown();
                NativeLeftovers.kill(agentState);
            }
        }
    }

    private List<String> login(Account account, SelfSigned authority) throws IOException {
        return List.of(
                "--broker-user",
                account.user(),
                "--broker-password-file",
                Files.writeString(folder.resolve("password"), Mosquitto.PASSWORD + "\n").toString(),
                "--broker-ca",
                authority.certificate().toString());
    }

    private static void awaitLine(
            House house, List<String> operator, String table, String expected) {
        await(expected + " among " + table)
                .atMost(House.PATIENCE)
                .untilAsserted(() ->
                        assertThat(run(house, operator, "get", table).out()).contains(expected));
    }

    private static void succeeds(House house, List<String> operator, String... command)
            throws IOException, InterruptedException {
        var result = run(house, operator, command);
        assertThat(result.exit()).as(result.toString()).isZero();
    }

    private static House.Result run(House house, List<String> operator, String... command)
            throws IOException, InterruptedException {
        var words = new ArrayList<>(operator);
        words.addAll(List.of(command));
        return house.run("muster", words.toArray(String[]::new));
    }

    private Path folder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }
}
