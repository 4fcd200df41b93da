package io.muster.testkit.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.host.SystemProcesses;
import io.muster.api.shell.Processes.Command;
import io.muster.api.shell.Processes.Finished;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SystemProcessesTest {
    private final SystemProcesses processes = new SystemProcesses();

    @Test
    void feeds_a_program_and_collects_what_it_prints() throws Exception {
        assertThat(run("cat; echo \"$GREETING\" >&2; exit 3", "in", Duration.ofSeconds(10)))
                .isEqualTo(new Finished(3, "in", "hello\n"));
    }

    @Test
    void kills_a_program_that_does_not_end() {
        assertThatThrownBy(() -> run("exec cat /dev/zero >/dev/null", "", Duration.ofMillis(50)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("killed");
    }

    @Test
    void does_not_wait_for_descendants_that_hold_the_output_open() throws Exception {
        var finished =
                run("echo said; (exec tail -f /dev/null) & echo $!", "", Duration.ofSeconds(10));
        var lines = finished.output().lines().toList();
        ProcessHandle.of(Long.parseLong(lines.get(1))).ifPresent(ProcessHandle::destroyForcibly);
        assertThat(lines.get(0)).isEqualTo("said");
    }

    @Test
    void names_the_program_that_cannot_be_started() {
        assertThatThrownBy(() ->
                        processes.run(
                                new Command(
                                        List.of("no-such-program"),
                                        new TreeMap<>(),
                                        "",
                                        Duration.ofSeconds(1))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-such-program");
    }

    private Finished run(String script, String input, Duration timeout)
            throws IOException, InterruptedException {
        return processes.run(
                new Command(
                        List.of("sh", "-c", script),
                        new TreeMap<>(Map.of("GREETING", "hello")),
                        input,
                        timeout));
    }
}
