package io.muster.tests.system;

import static io.muster.tests.system.NativeSystemIT.manifest;
import static io.muster.tests.system.NativeSystemIT.workload;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node whose network cable is pulled, with nobody told: neither end gets a packet any more. */
@Tag("root")
final class CableIT {
    /** What the broker may take to look, on a busy machine. */
    private static final Duration LOOKING = Duration.ofSeconds(3);

    @TempDir Path folder;

    private House house;
    private Cable cable;
    private RunningProgram server;

    @BeforeEach
    void build() throws Exception {
        house = new House(folder);
        cable = Cable.lay();
        server =
                house.program(
                        "muster-server",
                        "--insecure",
                        "--address",
                        "0.0.0.0:" + house.port(),
                        "--state-dir",
                        folder.resolve("server").toString());
        server.awaitLog("ready");
    }

    @AfterEach
    void tearDown() throws Exception {
        house.tearDown();
        cable.remove();
    }

    private RunningProgram agent(String... more) throws IOException {
        var url = "mqtt://%s:%d".formatted(cable.address(), house.port());
        return house.agentBehind(cable.way(), url, "bow", more);
    }

    @ParameterizedTest
    @CsvSource({"10, ''", "3, --noticed-within=3"})
    void is_noticed_within_the_time_that_is_configured(int seconds, String option)
            throws Exception {
        agent(option.isEmpty() ? new String[0] : new String[] {option});
        house.awaitAgent("bow");
        house.apply(manifest() + workload("one", "bow", "exec sleep 1000001"));
        house.awaitWorkload("one", "Running(Ok)");

        var pulled = Instant.now();
        cable.pull();

        server.awaitLog("agent disconnected");
        assertThat(Duration.between(pulled, missed()))
                .isLessThan(Duration.ofSeconds(seconds).plus(LOOKING));
        assertThat(house.muster("get", "workloads").out()).contains("AgentDisconnected");
        assertThat(house.muster("get", "agents").out()).doesNotContain("bow");
    }

    /**
     * When the server missed the node, by its own log: to ask it takes longer on a busy machine.
     */
    private Instant missed() {
        return server.log()
                .lines()
                .filter(line -> line.contains("agent disconnected"))
                .map(line -> Instant.parse(line.substring(0, line.indexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void comes_back_with_the_truth_and_nothing_was_touched_meanwhile() throws Exception {
        agent("--noticed-within=3");
        house.awaitAgent("bow");
        house.apply(
                manifest()
                        + workload(
                                "one",
                                "bow",
                                "echo $$ >>%s/one.pid; exec sleep 1000001".formatted(folder))
                        + workload(
                                "job",
                                "bow",
                                "while [ ! -e %s/go ]; do sleep 0.1; done; exit 7"
                                        .formatted(folder)));
        house.awaitWorkload("one", "Running(Ok)");
        house.awaitWorkload("job", "Running(Ok)");
        long pid = house.pidIn("one.pid");
        cable.pull();
        house.awaitWorkload("one", "AgentDisconnected");
        house.awaitWorkload("job", "AgentDisconnected");

        Files.createFile(folder.resolve("go"));
        var update =
                house.file("more.yaml", manifest() + workload("two", "bow", "exec sleep 1000002"));
        assertThat(house.muster("--no-wait", "apply", update.toString()).exit()).isZero();
        cable.plug();

        house.awaitWorkload("one", "Running(Ok)");
        house.awaitWorkload("job", "Failed(ExecFailed)", "Exit code: '7'");
        house.awaitWorkload("two", "Running(Ok)");
        assertThat(house.pidIn("one.pid")).as("one line, so one process").isEqualTo(pid);
        assertThat(ProcessHandle.of(pid)).isPresent();
    }
}
