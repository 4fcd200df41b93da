package io.muster.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.state.AgentAttributes.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcLoadTest {
    @TempDir Path proc;

    @Test
    void is_the_share_of_busy_time_since_the_last_sample() throws Exception {
        write("stat", "cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 1 2 3\n");
        write("meminfo", "MemTotal:  8 kB\nMemAvailable:    2048 kB\n");
        var load = new ProcLoad(proc).begin();
        write("stat", "cpu  120 10 110 740 110 5 5 0 50 0\n");
        assertThat(load.sample()).isEqualTo(new Status(50, 2048L * 1024));
        assertThat(load.sample().cpuPercent()).isZero();
    }

    @Test
    void says_what_it_cannot_read() throws Exception {
        write("stat", "intr 12\n");
        assertThatThrownBy(() -> new ProcLoad(proc).begin())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("stat");
    }

    @Test
    void works_here() throws Exception {
        var status = new ProcLoad(Path.of("/proc")).begin().sample();
        assertThat(status.cpuPercent()).isBetween(0, 100);
        assertThat(status.freeMemoryBytes()).isPositive();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(proc.resolve(name), text);
    }
}
