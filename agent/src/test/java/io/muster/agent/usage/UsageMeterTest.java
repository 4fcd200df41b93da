package io.muster.agent.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.agent.kernel.ProcStat;
import io.muster.api.name.InstanceName;
import io.muster.api.shell.ProcessRef;
import io.muster.api.state.WorkloadUsage;
import io.muster.testkit.world.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    private static Subject of(InstanceName instance, ProcessRef... processes) {
        return new Subject(instance, false, List.of(processes));
    }

    @Test
    void tells_the_busy_from_the_idle_with_their_children() throws Exception {
        var running =
                List.of(
                        of(BUSY, session("(while :; do :; done) & wait")),
                        of(IDLE, session("sleep 1000000")));
        var meter = UsageMeter.open(PROC, clock);
        assertThat(meter.sample(running))
                .extracting(WorkloadUsage::instance)
                .containsExactly(BUSY, IDLE);
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
    void begins_with_what_was_used_since_the_start() throws Exception {
        var busy = of(BUSY, session("while :; do :; done"));
        var idle = of(IDLE, session("sleep 1000000"));
        await().atMost(Duration.ofSeconds(20)) // each time as if for the first
                .untilAsserted(() -> {
                    assertThat(first(busy).cpuMillis()).isBetween(10, 2_000);
                    assertThat(first(idle).cpuMillis()).isLessThan(10);
                });
    }

    private WorkloadUsage first(Subject subject) throws IOException {
        return UsageMeter.open(PROC, clock).sample(List.of(subject)).getFirst();
    }

    /** Such as a native workload below the shell that is watched. */
    @Test
    void counts_sessions_that_were_begun_in_one() throws Exception {
        var busy = of(BUSY, session("setsid sh -c 'while :; do :; done' & wait"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> {
                    int used = first(busy).cpuMillis();
                    return used > 10 && used <= 2_000;
                });
    }

    @Test
    void adds_up_the_containers_of_a_pod() throws Exception {
        var one = session("sleep 1000000");
        var other = session("sleep 1000000");
        await().atMost(Duration.ofSeconds(20)) // until they hold what they need
                .until(() ->
                        first(of(IDLE, one, other)).memoryBytes()
                                == first(of(IDLE, one)).memoryBytes()
                                        + first(of(IDLE, other)).memoryBytes());
    }

    @Test
    void what_has_ended_is_left_out() throws Exception {
        var running = List.of(of(IDLE, session("sleep 1000000")));
        var meter = UsageMeter.open(PROC, clock);
        assertThat(meter.sample(running)).hasSize(1);
        started.getFirst().destroyForcibly().waitFor();
        assertThat(meter.sample(running)).isEmpty();
    }
}
