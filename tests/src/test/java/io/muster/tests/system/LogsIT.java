package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.testkit.podman.PodmanHome;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code muster logs} with real programs, containers and processes. */
@Tag("podman")
final class LogsIT {
    private static final int LOUD_LINES = 1_000_000; // of 100 bytes each

    @TempDir Path folder;

    private House house;
    private RunningProgram agent;
    private final List<Process> readers = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        house = new House(folder).withPodman(PodmanHome.shared());
        var _ = house.server();
        agent = house.agent("bow");
        house.awaitAgent("bow");
    }

    @AfterEach
    void tearDown() throws Exception {
        readers.forEach(Process::destroyForcibly);
        house.tearDown();
    }

    private void apply(String containerScript) throws Exception {
        house.apply(
                """
                apiVersion: v1
                workloads:
                  box:
                    runtime: podman
                    agent: bow
                    restartPolicy: NEVER
                    runtimeConfig: |
                      image: %s
                      commandArgs: [sh, -c, '%s']
                  plain:
                    runtime: native
                    agent: bow
                    restartPolicy: NEVER
                    runtimeConfig: |
                      command: sh
                      args: [-c, 'echo one; echo two >&2; while [ ! -e %s ]; do sleep 0.1; done; echo three']
                """
                        .formatted(PodmanHome.IMAGE, containerScript, folder.resolve("go")));
    }

    private Process follow(String... words) throws IOException {
        var process = house.reader(words);
        readers.add(process);
        return process;
    }

    private static BufferedReader lines(Process process) {
        return process.inputReader(StandardCharsets.UTF_8);
    }

    @Test
    void of_a_container_and_a_process_come_with_names_and_by_number() throws Exception {
        apply("echo in; echo the >&2; sleep 0.5; echo box; exec sleep 1000"); // both in this order
        house.awaitWorkload("box", "Running(Ok)");
        await().atMost(House.PATIENCE)
                .untilAsserted(() ->
                        assertThat(house.muster("logs", "box", "plain").out().lines())
                                .contains("box in", "box box", "plain one", "plain two")
                                .hasSize(5));
        assertThat(house.muster("logs", "--tail", "1", "box").out()).isEqualTo("box\n");
        assertThat(house.muster("logs", "-n", "1", "plain").out()).isEqualTo("two\n");
        assertThat(house.muster("logs", "--since", "1h", "box").out().lines()).hasSize(3);
        assertThat(house.muster("logs", "--since", "1h", "plain").out()).isEqualTo("one\ntwo\n");
        assertThat(house.muster("logs", "--until", "1h", "plain").out()).isEmpty();
    }

    @Test
    void are_followed_until_the_end() throws Exception {
        apply("echo tick; sleep 3");
        var process = follow("logs", "-f", "box", "plain");
        var lines = new ArrayList<String>();
        var reader = lines(process);
        while (!lines.contains("plain two")) {
            lines.add(reader.readLine());
        }
        Files.createFile(folder.resolve("go"));
        reader.lines().forEach(lines::add);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
        assertThat(lines)
                .containsExactlyInAnyOrder("box tick", "plain one", "plain two", "plain three");
    }

    @Test
    void of_a_loud_workload_fill_neither_the_agent_nor_the_others_way() throws Exception {
        apply("yes %s | head -n %d; sleep 1000".formatted("x".repeat(99), LOUD_LINES));
        house.awaitWorkload("box", "Running(Ok)");
        long before = residentKilobytes();
        var slow = follow("logs", "-f", "box");
        var reader = lines(slow);
        assertThat(reader.readLine()).hasSize(99);
        for (int i = 0; i < 5; i++) { // it takes nothing; others are served meanwhile
            assertThat(house.muster("logs", "plain").out()).isEqualTo("one\ntwo\n");
        }
        assertThat(residentKilobytes() - before).isLessThan(60_000);
        long count = 1;
        while (count < LOUD_LINES && reader.readLine() != null) {
            count++;
        }
        assertThat(count).isEqualTo(LOUD_LINES); // none was lost
        assertThat(residentKilobytes() - before).isLessThan(60_000);
        slow.destroy(); // SIGTERM, as Ctrl-C
        assertThat(slow.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(slow.exitValue()).isZero();
        await("the end of the reading child")
                .atMost(Duration.ofSeconds(10))
                .until(() -> children().isEmpty());
    }

    @Test
    void end_with_the_reason_when_the_agent_is_killed() throws Exception {
        apply("while :; do echo tick; sleep 0.1; done");
        var process = follow("logs", "-f", "box");
        var reader = lines(process);
        assertThat(reader.readLine()).isEqualTo("tick");
        agent.kill();
        assertThat(reader.lines()).allMatch("tick"::equals);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isOne();
        assertThat(process.errorReader().readLine())
                .isEqualTo("warning: box: agent bow is gone: its connection ended");
    }

    private List<ProcessHandle> children() {
        return ProcessHandle.of(agent.pid()).orElseThrow().descendants().toList();
    }

    private long residentKilobytes() throws IOException {
        var line =
                Files.readAllLines(Path.of("/proc/" + agent.pid() + "/status")).stream()
                        .filter(each -> each.startsWith("VmRSS:"))
                        .findFirst()
                        .orElseThrow();
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }
}
