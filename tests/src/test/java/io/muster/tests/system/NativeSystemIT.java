package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.transport.relay.TcpRelay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeSystemIT {
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

    @Test
    void a_manifest_becomes_processes_on_two_agents_and_nothing_again() throws Exception {
        house.server();
        house.agent("bow");
        house.agent("stern");
        house.awaitAgent("bow");
        house.awaitAgent("stern");
        house.apply(sleeper("one", "bow", "1000001") + sleeper("two", "stern", "1000002", false));
        house.awaitWorkload("one", "bow", "native", "Running(Ok)");
        house.awaitWorkload("two", "stern", "native", "Running(Ok)");
        long pid = house.pidIn("one.pid");
        assertThat(ProcessHandle.of(pid)).isPresent();

        var deleted = house.muster("delete", "workload", "one");
        assertThat(deleted.exit()).as(deleted.toString()).isZero();
        await().atMost(House.PATIENCE).until(() -> ProcessHandle.of(pid).isEmpty());
        assertThat(house.muster("get", "workloads").out()).doesNotContain("one").contains("two");

        var again = house.muster("apply", "-d", folder.resolve("manifest.yaml").toString());
        assertThat(again.exit()).as(again.toString()).isZero();
        assertThat(house.muster("get", "workloads").out()).doesNotContain("two");
    }

    @Test
    void an_update_replaces_what_must_be_replaced_and_leaves_the_rest_alone() throws Exception {
        house.server();
        house.agent("bow");
        house.awaitAgent("bow");
        house.apply(sleeper("one", "bow", "1000001") + sleeper("two", "bow", "1000002", false));
        long one = house.pidIn("one.pid");
        long two = house.pidIn("two.pid");
        Files.delete(folder.resolve("one.pid"));
        house.apply(sleeper("one", "bow", "1000003"));
        assertThat(house.pidIn("one.pid")).isNotEqualTo(one);
        await().atMost(House.PATIENCE).until(() -> ProcessHandle.of(one).isEmpty());
        assertThat(ProcessHandle.of(two)).isPresent();
        assertThat(house.apply(sleeper("one", "bow", "1000003")).out())
                .contains("No workloads updated");
    }

    @Test
    void what_others_need_is_stopped_last_across_agents() throws Exception {
        house.server();
        house.agent("bow");
        house.agent("stern");
        house.awaitAgent("bow");
        house.awaitAgent("stern");
        var needing = sleeper("two", "stern", "1000002", false);
        var waits = needing + "    dependencies: {one: ADD_COND_RUNNING}\n";
        house.apply(sleeper("one", "bow", "1000001") + waits);
        long one = house.pidIn("one.pid");
        long two = house.pidIn("two.pid");

        var deleted = house.muster("--no-wait", "delete", "workload", "one");
        assertThat(deleted.exit()).as(deleted.toString()).isZero();
        house.awaitWorkload("one", "Stopping(WaitingToStop)");
        house.awaitWorkload("two", "Running(Ok)");
        house.apply(sleeper("one", "bow", "1000001") + waits);
        house.awaitWorkload("one", "Running(Ok)");
        assertThat(house.pidIn("one.pid")).isEqualTo(one);
        assertThat(ProcessHandle.of(one)).isPresent();

        Files.delete(folder.resolve("one.pid"));
        Files.delete(folder.resolve("two.pid"));
        var restarts =
                needing
                        + "    dependencies: {one: {condition: ADD_COND_RUNNING, onUpdate:"
                        + " restart}}\n";
        house.apply(sleeper("one", "bow", "1000003") + restarts);
        house.awaitWorkload("one", "Running(Ok)");
        house.awaitWorkload("two", "Running(Ok)");
        assertThat(house.pidIn("one.pid")).isNotEqualTo(one);
        assertThat(house.pidIn("two.pid")).isNotEqualTo(two);

        deleted = house.muster("delete", "workload", "one", "two");
        assertThat(deleted.exit()).as(deleted.toString()).isZero();
        assertThat(house.muster("get", "workloads").out()).doesNotContain("one", "two");
    }

    @Test
    void a_killed_agent_adopts_what_it_left() throws Exception {
        house.server();
        var agent = house.agent("bow");
        house.awaitAgent("bow");
        house.apply(sleeper("one", "bow", "1000001"));
        long pid = house.pidIn("one.pid");
        agent.kill();
        assertThat(ProcessHandle.of(pid)).isPresent();
        house.awaitWorkload("one", "AgentDisconnected");
        house.agent("bow");
        house.awaitWorkload("one", "Running(Ok)");
        assertThat(house.pidIn("one.pid")).isEqualTo(pid);
        assertThat(ProcessHandle.of(pid)).isPresent();
    }

    @Test
    void an_exit_code_survives_the_agent() throws Exception {
        house.server();
        var agent = house.agent("bow");
        house.awaitAgent("bow");
        house.apply(
                manifest()
                        + workload(
                                "job",
                                "bow",
                                "while [ ! -e " + folder + "/go ]; do sleep 0.1; done; exit 7"));
        house.awaitWorkload("job", "Running(Ok)");
        agent.kill();
        Files.createFile(folder.resolve("go"));
        house.agent("bow");
        house.awaitWorkload("job", "Failed(ExecFailed)", "Exit code: '7'");
    }

    @Test
    void a_killed_server_knows_everything_and_touches_nothing() throws Exception {
        var server = house.server();
        house.agent("bow");
        house.awaitAgent("bow");
        house.apply(sleeper("one", "bow", "1000001"));
        long pid = house.pidIn("one.pid");
        server.kill();
        house.server();
        house.awaitAgent("bow");
        house.awaitWorkload("one", "bow", "Running(Ok)");
        assertThat(house.pidIn("one.pid")).isEqualTo(pid);
        assertThat(ProcessHandle.of(pid)).isPresent();
    }

    @Test
    void a_cut_connection_changes_nothing_and_its_news_come_later() throws Exception {
        house.server();
        try (var relay = TcpRelay.to(house.port())) {
            house.agentAt("bow", relay.port());
            house.awaitAgent("bow");
            house.apply(sleeper("one", "bow", "1000001"));
            long pid = house.pidIn("one.pid");
            relay.freeze(); // so that the agent does not simply come back
            relay.cut();
            house.awaitWorkload("one", "AgentDisconnected");
            var apply =
                    house.muster(
                            "--no-wait",
                            "apply",
                            house.file("more.yaml", sleeper("two", "bow", "1000002")).toString());
            assertThat(apply.exit()).as(apply.toString()).isZero();
            relay.thaw();
            house.awaitWorkload("two", "Running(Ok)");
            house.awaitWorkload("one", "Running(Ok)");
            assertThat(ProcessHandle.of(pid)).isPresent();
            assertThat(house.pidIn("one.pid")).isEqualTo(pid);
        }
    }

    @Test
    void a_node_that_boots_without_a_server_starts_its_workloads_from_its_copy() throws Exception {
        var server = house.server();
        var agent = house.agent("bow");
        house.awaitAgent("bow");
        house.apply(sleeper("one", "bow", "1000001"));
        long pid = house.pidIn("one.pid");
        server.kill();
        agent.kill();
        NativeLeftovers.kill(folder.resolve("agent-bow"));
        deleteTree(folder.resolve("agent-bow/native")); // what a node without such files boots with
        await().atMost(House.PATIENCE).until(() -> ProcessHandle.of(pid).isEmpty());
        Files.delete(folder.resolve("one.pid"));
        house.agent("bow");
        assertThat(house.pidIn("one.pid")).isNotEqualTo(pid);
    }

    @Test
    void a_manifest_with_an_error_applies_nothing() throws Exception {
        house.server();
        house.agent("bow");
        house.awaitAgent("bow");
        var file =
                house.file(
                        "bad.yaml",
                        sleeper("good", "bow", "1000001")
                                + """
                                  bad:
                                    agent: bow
                                    runtime: native
                                    restartPolicy: SOMETIMES
                                    runtimeConfig: "command: sleep"
                                """);
        var result = house.muster("apply", file.toString());
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err())
                .contains("bad.yaml:")
                .contains("SOMETIMES")
                .contains("NEVER")
                .contains("ALWAYS");
        assertThat(house.muster("get", "workloads").out()).doesNotContain("good");
    }

    @Test
    void what_cannot_be_started_says_why_and_what_to_do() throws Exception {
        house.server();
        house.agent("bow");
        house.awaitAgent("bow");
        var applied =
                house.apply(
                        """
                        apiVersion: v1
                        workloads:
                          strange:
                            agent: bow
                            runtime: vmware
                            runtimeConfig: "image: x"
                        """);
        assertThat(applied.exit()).isZero();
        house.awaitWorkload("strange", "Pending(StartingFailed)", "vmware", "native");
    }

    static String manifest() {
        return "apiVersion: v1\nworkloads:\n";
    }

    static String workload(String name, String agent, String script) {
        return """
          %s:
            agent: %s
            runtime: native
            runtimeConfig: |
              command: sh
              args: ["-c", "%s"]
              stopTimeout: 1
        """
                .formatted(name, agent, script)
                .indent(0);
    }

    private String sleeper(String name, String agent, String seconds) {
        return sleeper(name, agent, seconds, true);
    }

    /** A workload that writes its pid to {@code <name>.pid} and sleeps. */
    private String sleeper(String name, String agent, String seconds, boolean withHead) {
        var text =
                workload(
                        name,
                        agent,
                        "echo $$ >%s/%s.pid; exec sleep %s".formatted(folder, name, seconds));
        return withHead ? manifest() + text : text;
    }

    @Test
    void agents_are_noticed_when_they_fall_silent() throws Exception {
        house.server();
        var agent = house.agent("bow");
        house.awaitAgent("bow");
        signal(agent.pid(), "STOP");
        try {
            await("the silent agent is gone from the table")
                    .atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> !house.muster("get", "agents").out().contains("bow"));
        } finally {
            signal(agent.pid(), "CONT");
        }
        house.awaitAgent("bow");
    }

    private static void deleteTree(Path top) throws IOException {
        try (var paths = Files.walk(top)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static void signal(long pid, String name) throws Exception {
        var kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
        assertThat(kill.waitFor()).isZero();
    }
}
