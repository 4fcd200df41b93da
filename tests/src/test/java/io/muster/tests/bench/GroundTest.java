package io.muster.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the chaos would find what it looks for. */
final class GroundTest {
    @TempDir Path folder;

    @Test
    void counts_starts_and_finds_who_went_back() throws Exception {
        Files.writeString(folder.resolve("good.starts"), "1 10\n2 11\n2 12\n7 13\n");
        Files.writeString(folder.resolve("bad.starts"), "1 20\n3 21\n2 22\n");
        var ground = new Ground(folder);

        assertThat(ground.starts()).isEqualTo(7);
        assertThat(ground.backwards()).containsExactly("bad.starts: 2 was started after 3");
        assertThat(ground.doubles()).isEmpty();
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
