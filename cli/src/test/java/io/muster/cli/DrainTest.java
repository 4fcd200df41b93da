package io.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.api.state.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Emptying nodes, and forgetting those that do not come back. */
final class DrainTest {
    private static final String MANIFEST =
            """
            apiVersion: v1
            workloads:
              web:
                runtime: native
                agent: bow
                runtimeConfig: "command: sleep"
            """;

    @TempDir Path folder;
    private final TestCluster cluster = new TestCluster();

    @BeforeEach
    void start() {
        cluster.startServer();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private String manifest() throws IOException {
        return Files.writeString(folder.resolve("m.yaml"), MANIFEST).toString();
    }

    @Test
    void waits_until_nothing_runs_there_any_more_and_says_the_way_back() throws IOException {
        var agent = cluster.startAgent("bow");
        cluster.run("apply", manifest()).succeeds();
        agent.say("web", Phase.STOPPING_REQUESTED_AT_RUNTIME, "");
        var drain = cluster.start("drain", "bow");
        drain.awaitOut(out -> out.contains("web on bow: Stopping(RequestedAtRuntime)"));
        assertThat(drain.ended).isNotDone();
        agent.say("web", Phase.PENDING_WAITING_TO_START, "It is drained.");
        drain.succeeds();
        assertThat(drain.out)
                .startsWith("Drained: what runs there is stopped, and nothing starts.\n")
                .contains("web             bow     native      Pending(WaitingToStart)");
        assertThat(drain.err())
                .contains(
                        "agent \"bow\" is drained: web will not run there until \"muster undrain"
                                + " bow\"");
        assertThat(cluster.run("get", "agents").succeeds().out).contains("bow    drained");
        assertThat(cluster.run("history").succeeds().out).contains("drained agent bow");
    }

    @Test
    void does_not_wait_if_told_so_and_waits_again_when_repeated() throws IOException {
        var agent = cluster.startAgent("bow");
        cluster.run("apply", manifest()).succeeds();
        agent.say("web", Phase.RUNNING_OK, "");
        cluster.run("--no-wait", "drain", "bow").succeeds();
        var again = cluster.start("drain", "bow");
        again.awaitOut(out -> out.contains("web on bow: Running(Ok)"));
        assertThat(again.ended).isNotDone();
        agent.say("web", Phase.PENDING_WAITING_TO_START, "");
        again.succeeds();
    }

    @Test
    void ends_the_wait_of_what_is_applied_there() throws IOException {
        cluster.startAgent("bow");
        cluster.run("drain", "bow").succeeds();
        assertThat(cluster.run("plan", manifest()).succeeds().out)
                .contains("agent is drained: will not start (muster undrain bow)");
        var result = cluster.run("apply", manifest()).succeeds();
        assertThat(result.out).contains("Pending(WaitingToStart)");
        assertThat(result.err()).contains("agent \"bow\" is drained");
    }

    @Test
    void is_taken_back_and_waits_until_all_runs_again() throws IOException {
        cluster.startAgent("bow");
        cluster.run("apply", manifest()).succeeds();
        cluster.run("drain", "bow").succeeds();
        var undrain = cluster.run("undrain", "bow").succeeds();
        assertThat(undrain.out)
                .startsWith("Not drained any more.\n")
                .contains("web on bow: Running(Ok)");
        assertThat(cluster.run("get", "agents").succeeds().out).doesNotContain("drained");
    }

    @Test
    void notes_names_that_no_agent_has() {
        cluster.startAgent("bow");
        for (var words : new String[][] {{"drain"}, {"undrain"}, {"delete", "agent"}}) {
            var all = new ArrayList<>(List.of(words));
            all.add("bwo");
            var result = cluster.run(all.toArray(String[]::new)).succeeds();
            assertThat(result.out).isEmpty();
            assertThat(result.err()).contains("there is no agent \"bwo\"; did you mean \"bow\"?");
        }
        assertThat(cluster.run("drain", "b.w").failsWith(2).err()).contains("agent name \"b.w\"");
    }

    @Test
    void deletes_no_agent_that_is_connected_but_one_that_is_gone() throws IOException {
        var agent = cluster.startAgent("bow");
        cluster.run("apply", manifest()).succeeds();
        assertThat(cluster.run("delete", "agent", "bow").failsWith(1).err())
                .contains("Failed to delete agents", "is connected", "muster drain bow");
        agent.close();
        await().until(() -> cluster.run("get", "agents").out().lines().count() <= 1);
        assertThat(cluster.run("delete", "agent", "bow").succeeds().out)
                .isEqualTo("Deleted the agent(s).\n");
        assertThat(cluster.run("get", "workloads").succeeds().out).contains("Pending(Initial)");
    }
}
