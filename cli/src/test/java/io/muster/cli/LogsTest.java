package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code muster logs} against a real server, over a broker in memory. */
final class LogsTest {
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
              far:
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

    @BeforeEach
    void start() throws IOException {
        cluster.startServer();
        bow = cluster.startAgent("bow");
        cluster.run("apply", Files.writeString(folder.resolve("m.yaml"), MANIFEST).toString())
                .succeeds();
        bow.write("web", "one", "two");
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void are_shown_as_they_were_written_and_end() {
        var result = cluster.run("logs", "web").succeeds();
        assertThat(result.out).isEqualTo("one\ntwo\n");
        assertThat(result.err).isEmpty();
        await().until(() -> !bow.endedLogs.isEmpty());
    }

    @Test
    void of_several_begin_with_the_name() {
        bow.write("db", "three");
        assertThat(cluster.run("logs", "web", "db").succeeds().out.lines())
                .containsExactlyInAnyOrder("web one", "web two", "db three");
        assertThat(cluster.run("logs", "--no-names", "web", "db").succeeds().out.lines())
                .containsExactlyInAnyOrder("one", "two", "three");
        assertThat(cluster.run("logs", "--names", "web").succeeds().out)
                .isEqualTo("web one\nweb two\n");
    }

    @Test
    void go_on_until_the_workload_has_ended() {
        var result = cluster.start("logs", "-f", "web");
        result.awaitOut(out -> out.equals("one\ntwo\n"));
        bow.writeMore("web", false, "three");
        result.awaitOut(out -> out.endsWith("three\n"));
        bow.writeMore("web", true, "four");
        assertThat(result.succeeds().out()).isEqualTo("one\ntwo\nthree\nfour\n");
    }

    @Test
    void go_on_while_the_server_is_away() {
        var result = cluster.start("logs", "-f", "web");
        result.awaitOut(out -> out.equals("one\ntwo\n"));
        cluster.killServer();
        bow.writeMore("web", false, "three");
        result.awaitOut(out -> out.endsWith("three\n"));
        cluster.startServer();
        bow.writeMore("web", true, "four");
        assertThat(result.succeeds().out()).endsWith("four\n");
    }

    @Test
    void end_quietly_when_nobody_takes_them_any_more() {
        var result = cluster.start("logs", "-f", "web");
        result.awaitOut(out -> out.endsWith("two\n"));
        result.hangUp();
        bow.writeMore("web", false, "three");
        assertThat(result.succeeds().err()).isEmpty();
        await().atMost(Duration.ofSeconds(10)).until(() -> !bow.endedLogs.isEmpty());
    }

    @Test
    void end_with_the_reason_when_the_agent_is_lost() {
        var result = cluster.start("logs", "-f", "web");
        result.awaitOut(out -> out.endsWith("two\n"));
        bow.close();
        assertThat(result.failsWith(1).err())
                .isEqualTo("warning: web: agent bow is gone: it was stopped\n");
    }

    @Test
    void are_no_orders_to_a_terminal_but_go_into_a_file_as_they_are() {
        bow.write("web", "\033[2Jone\r", "tab\there \u202e");
        assertThat(cluster.run("logs", "web").succeeds().out)
                .isEqualTo("\033[2Jone\r\ntab\there \u202e\n");
        assertThat(cluster.runOnTerminal("logs", "web").succeeds().out)
                .isEqualTo("\\u001b[2Jone\ntab\there \\u202e\n");
        bow.write("db", "x");
        assertThat(cluster.runOnTerminal("logs", "db", "--names").succeeds().out)
                .contains("db\033[0m x\n")
                .startsWith("\033[3");
    }

    @Test
    void of_what_is_not_there_name_the_nearest() {
        var result = cluster.run("logs", "web", "wep").failsWith(1);
        assertThat(result.err)
                .isEqualTo(
                        "error: Failed to output logs: workload name \"wep\" does not exist; did"
                                + " you mean \"web\"?\n");
        assertThat(result.out).isEmpty();
    }

    @Test
    void of_a_workload_that_runs_nowhere_are_refused() {
        assertThat(cluster.run("logs", "idle").failsWith(1).err)
                .contains("\"idle\" runs nowhere")
                .contains("manifest");
        assertThat(cluster.run("logs", "far").failsWith(1).err)
                .contains("its agent stern is not connected");
    }

    @Test
    void of_one_that_is_away_do_not_keep_the_others_from_being_shown() {
        var result = cluster.run("logs", "web", "far").failsWith(1);
        assertThat(result.out).isEqualTo("web one\nweb two\n");
        assertThat(result.err)
                .startsWith("warning: no logs: far: its agent stern is not connected");
    }

    @Test
    void are_asked_for_by_number_and_time() {
        cluster.run("logs", "-n", "1", "--since", "10m", "-u", "2030-01-01T00:00:00Z", "web")
                .succeeds();
        assertThat(cluster.run("logs", "--tail", "many", "web").failsWith(2).err)
                .contains("--tail \"many\" is no number of lines");
        assertThat(cluster.run("logs", "--since", "yesterday", "web").failsWith(2).err)
                .contains("--since \"yesterday\" is no time; write it like");
        assertThat(cluster.run("logs", "--names", "--no-names", "web").failsWith(2).err)
                .contains("give one of them");
    }
}
