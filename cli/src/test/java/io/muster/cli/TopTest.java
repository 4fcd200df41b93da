package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.api.state.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code muster top} against a real server, over a broker in memory. */
final class TopTest {
    private static final String MANIFEST =
            """
            apiVersion: v1
            workloads:
              web:
                runtime: native
                agent: bow
                runtimeConfig: "command: sleep"
              db:
                runtime: native
                agent: bow
                runtimeConfig: "command: sleep"
              cache:
                runtime: native
                agent: stern
                runtimeConfig: "command: sleep"
              idle:
                runtime: native
                agent: ""
                runtimeConfig: "command: sleep"
            """;

    @TempDir Path folder;
    private final TestCluster cluster = new TestCluster();
    private ScriptedAgent bow;
    private ScriptedAgent stern;

    @BeforeEach
    void start() throws IOException {
        cluster.startServer();
        bow = cluster.startAgent("bow");
        stern = cluster.startAgent("stern");
        cluster.startAgent("silent");
        cluster.run("apply", Files.writeString(folder.resolve("m.yaml"), MANIFEST).toString())
                .succeeds();
        bow.use("web", 1_034, 54_525_952);
        bow.use("db", 5, 2_000);
        bow.load(52, 5_368_709_120L);
        stern.use("cache", 150, 900);
        stern.load(7, 1_234_567_890);
        await().until(() -> top().contains("cache") && top().contains("web"));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private String top(String... words) {
        var all = new String[words.length + 1];
        all[0] = "top";
        System.arraycopy(words, 0, all, 1, words.length);
        return cluster.run(all).succeeds().out;
    }

    @Test
    void shows_what_nodes_and_workloads_use() {
        Golden.check("top", top());
        assertThat(cluster.runOnTerminal("top", "--once").succeeds().out).isEqualTo(top());
    }

    @Test
    void shows_only_what_is_wanted() {
        Golden.check("top-agent", top("-a", "bow", "--sort", "name"));
        Golden.check("top-workload", top("db", "cache", "--sort=memory"));
    }

    @Test
    void is_there_for_programs() {
        Golden.check("top-json", top("-o", "json").replaceAll("[0-9a-f]{64}", "ID"));
        Golden.check("top-yaml", top("-o", "yaml").replaceAll("[0-9a-f]{64}", "ID"));
    }

    @Test
    void says_what_is_not_there() {
        assertThat(cluster.run("top", "web", "idle", "wbe", "-a", "bow").succeeds().err)
                .isEqualTo(
                        """
                        note: workload "idle" does not run on bow, or was not measured yet
                        note: there is no workload "wbe"; did you mean "web"?
                        """);
        assertThat(cluster.run("top", "-a", "beam").succeeds().err)
                .isEqualTo("note: there is no agent \"beam\" connected\n");
        assertThat(cluster.run("top", "-a", "").failsWith(2).err).contains("agent name is empty");
        assertThat(cluster.run("top", "--sort", "age").failsWith(2).err)
                .contains("--sort \"age\" is no order; write cpu, memory or name");
        bow.say("db", Phase.SUCCEEDED_OK, "");
        await().until(() -> !top().contains("db"));
    }

    @Test
    void is_drawn_again_on_a_terminal_through_an_outage() {
        var result = cluster.startOnTerminal("top");
        result.awaitOut(out -> out.contains("103.4%"));
        bow.use("web", 77, 1_000);
        bow.load(3, 1_000);
        result.awaitOut(out -> out.contains("7.7%"));
        cluster.killServer();
        result.awaitOut(out -> out.contains("not up to date: "));
        cluster.startServer();
        bow.use("web", 88, 1_000);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> {
                    bow.load(4, 1_000);
                    return result.out().contains("8.8%");
                });
        assertThat(result.ended).isNotDone();
        result.hangUp();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> {
                    bow.load(5, 1_000); // news to draw
                    return result.ended.isDone();
                });
        result.succeeds();
    }

    @Test
    void leaves_what_is_measured_out_of_the_state_unless_it_is_named() {
        assertThat(cluster.run("get", "state").succeeds().out).doesNotContain("cpuMillis");
        var usage = cluster.run("get", "state", "agents.*.usage.web").succeeds().out;
        assertThat(usage).contains("cpuMillis: 1034", "memoryBytes: 54525952");
        cluster.type(usage);
        cluster.run("set", "state", "agents", "-").succeeds();
    }
}
