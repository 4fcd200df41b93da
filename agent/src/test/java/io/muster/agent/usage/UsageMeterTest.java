package io.muster.agent.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.muster.agent.kernel.ProcStat;
import io.muster.api.link.WorkloadUsage;
import io.muster.api.name.InstanceName;
import io.muster.api.shell.ProcessRef;
import io.muster.testkit.world.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With real processes of this machine. */
final class UsageMeterTest {
    private static final Path PROC = Path.of("/proc");
    private static final InstanceName BUSY = InstanceName.parse("busy.abc.bow").orElseThrow();
    private static final InstanceName IDLE = InstanceName.parse("idle.abc.bow").orElseThrow();

    private final ManualClock clock = new ManualClock();
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    private ProcessRef session(String script) throws IOException {
        var process = new ProcessBuilder("setsid", "sh", "-c", script).start();
        started.add(process);
        return ProcStat.process(process.pid()).orElseThrow();
    }

    @Test
    void tells_the_busy_from_the_idle_with_their_children() throws Exception {
        var running =
                new TreeMap<>(
                        Map.of(
                                BUSY, session("(while :; do :; done) & wait"),
                                IDLE, session("sleep 1000000")));
        var meter = UsageMeter.open(PROC, clock);
        assertThat(meter.sample(running))
                .extracting(WorkloadUsage::instance, WorkloadUsage::cpuMillis)
                .containsExactly(tuple(BUSY, 0), tuple(IDLE, 0));
        // the clock is ours, the processes are not: what counts is who uses more than nothing
        await().atMost(Duration.ofSeconds(20))
                .until(() -> {
                    clock.advance(Duration.ofMillis(10));
                    return meter.sample(running).getFirst().cpuMillis() > 0;
                });
        var idle = meter.sample(running).getLast();
        assertThat(idle.memoryBytes()).isBetween(100_000L, 50_000_000L);
    }

    @Test
    void what_has_ended_is_left_out() throws Exception {
        var process = session("sleep 1000000");
        var running = new TreeMap<>(Map.of(IDLE, process));
        var meter = UsageMeter.open(PROC, clock);
        assertThat(meter.sample(running)).hasSize(1);
        started.getFirst().destroyForcibly().waitFor();
        assertThat(meter.sample(running)).isEmpty();
    }
}
