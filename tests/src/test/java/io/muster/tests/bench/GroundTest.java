package io.muster.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the chaos would find what it looks for. */
final class GroundTest {
    @TempDir Path folder;

    @Test
    void counts_starts_and_finds_who_went_back() throws Exception {
        Files.writeString(folder.resolve("good.starts"), "1 10 0\n2 11 1\n2 12 2\n7 13 3\n");
        Files.writeString(folder.resolve("bad.starts"), "1 20 4\n3 21 5\n2 22 6\n");
        Files.writeString(folder.resolve("full.starts"), "1 30 7\n3 31 8\n2 32 9\n");
        var ground = new Ground(folder);

        assertThat(ground.starts()).isEqualTo(10);
        assertThat(
                        ground.backwards((workload, at) ->
                                workload.equals("full") && at.toEpochMilli() == 8))
                .isEqualTo(new Ground.Backwards(1, List.of("bad.starts: 2 was started after 3")));
        assertThat(ground.doubles()).isEmpty();
    }

    @Test
    void knows_when_an_agent_said_that_its_copy_is_old() throws Exception {
        var log =
                Files.writeString(
                        folder.resolve("a0.log"),
                        """
                        2026-01-01T00:00:00.000Z INFO  agent: starting agent="a0"
                        2026-01-01T00:00:10.000Z WARN  AgentShell: in trouble trouble="The offline copy is old and could not be written (full)"
                        2026-01-01T00:00:20.000Z INFO  AgentShell: no trouble any more agent="a0"
                        2026-01-01T00:00:30.000Z WARN  AgentShell: in trouble trouble="The offline copy is old and could not be written (full)"
                        2026-01-01T00:00:40.000Z INFO  agent: starting agent="a0"
                        """);
        var copies = OldCopies.in(log);

        for (var at : List.of("00:00:15", "00:00:35")) {
            assertThat(copies.covers(Instant.parse("2026-01-01T" + at + "Z"))).as(at).isTrue();
        }
        for (var at : List.of("00:00:05", "00:00:25", "00:00:45")) {
            assertThat(copies.covers(Instant.parse("2026-01-01T" + at + "Z"))).as(at).isFalse();
        }
    }

    @Test
    void finds_what_ran_twice_at_once() throws Exception {
        var workloads = new Numbered.Workloads("a0", folder.toString());
        var first = start(workloads, 1);
        var second = start(workloads, 2);
        try {
            assertThat(new Ground(folder).doubles())
                    .singleElement()
                    .asString()
                    .contains("w.doubles", "2 " + second.pid());
        } finally {
            first.destroyForcibly().onExit().join();
            second.destroyForcibly().onExit().join();
        }
    }

    /** Starts what the workload runs, and waits until it has told. */
    private Process start(Numbered.Workloads workloads, long number) throws Exception {
        var script = workloads.script("w", number);
        var process = new ProcessBuilder("sh", "-c", script).start();
        var starts = folder.resolve("w.starts");
        while (!Files.exists(starts) || Files.readAllLines(starts).size() < number) {
            assertThat(process.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        return process;
    }
}
