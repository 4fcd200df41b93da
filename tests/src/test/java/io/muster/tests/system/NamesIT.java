package io.muster.tests.system;

import static io.muster.tests.system.NativeSystemIT.manifest;
import static io.muster.tests.system.NativeSystemIT.workload;
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

/** Two agents that were given one name. */
final class NamesIT {
    /** One that was thrown out is back within this; some seconds for a slow machine. */
    private static final Duration TAKE_OVER = Duration.ofSeconds(15 + 10);

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
    void the_one_that_came_later_touches_nothing_and_gets_the_name_after_a_good_bye()
            throws Exception {
        house.server();
        var elder = house.agent("bow");
        house.awaitAgent("bow");
        house.apply(
                manifest()
                        + workload(
                                "one",
                                "bow",
                                "echo $$ >>%s/one.pid; exec sleep 1000001".formatted(folder))
                        + workload("job", "bow", "echo ran >>%s/job.runs".formatted(folder)));
        house.awaitWorkload("job", "Succeeded(Ok)");
        long pid = house.pidIn("one.pid");

        var newcomer = house.namesake("bow");
        newcomer.awaitLog("The server refuses this agent");
        elder.awaitLog("not connected");
        await("the elder is back")
                .atMost(TAKE_OVER)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() ->
                        assertThat(house.muster("get", "workloads").out())
                                .contains("Running(Ok)")
                                .doesNotContain("AgentDisconnected"));
        newcomer.awaitLog("leaving the name to the other agent");
        assertThat(house.pidIn("one.pid")).as("one line, so one process").isEqualTo(pid);
        assertThat(ProcessHandle.of(pid)).isPresent();
        assertThat(Files.readString(folder.resolve("job.runs"))).isEqualTo("ran\n");
        assertThat(folder.resolve("namesake-bow/native"))
                .satisfiesAnyOf(
                        kept -> assertThat(kept).doesNotExist(),
                        kept -> assertThat(kept).isEmptyDirectory());

        assertThat(elder.stop()).isZero();
        await("the newcomer hears of it, and starts the workloads")
                .atMost(House.PATIENCE)
                .until(() -> Files.readAllLines(folder.resolve("one.pid")).size() == 2);
        assertThat(newcomer.log()).contains("the agent that has this name is gone");
    }

    @Test
    void a_killed_agent_gets_its_name_back_at_once() throws Exception {
        house.server();
        var agent = house.agent("bow");
        house.awaitAgent("bow");
        house.apply(manifest() + workload("one", "bow", "exec sleep 1000001"));
        house.awaitWorkload("one", "Running(Ok)");
        agent.kill();
        house.awaitWorkload("one", "AgentDisconnected");
        var next = house.agent("bow");
        house.awaitWorkload("one", "Running(Ok)");
        assertThat(next.log()).doesNotContain("refuses");
    }
}
