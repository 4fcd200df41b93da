package io.muster.agent.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.muster.api.shell.ProcessRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PidfdExitWatchTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final ArrayList<Process> processes = new ArrayList<>();
    private PidfdExitWatch watch;

    @BeforeEach
    void open() throws IOException {
        watch = PidfdExitWatch.open();
    }

    @AfterEach
    void close() {
        watch.close();
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void tells_once_when_a_process_has_ended() throws Exception {
        var process = start("cat");
        var calls = new AtomicInteger();
        var ended = new CountDownLatch(1);
        watch.watch(
                ref(process),
                () -> {
                    calls.incrementAndGet();
                    ended.countDown();
                });
        assertThat(calls).hasValue(0);
        process.getOutputStream().close(); // the end of its input is the end of cat
        assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        watch.close(); // no call can be under way any more
        assertThat(calls).hasValue(1);
    }

    @Test
    void tells_at_once_about_a_process_that_has_ended_or_never_was() throws Exception {
        var process = start("true");
        var ref = new ProcessRef(process.pid(), 1);
        process.waitFor();
        var calls = new AtomicInteger();
        watch.watch(ref, calls::incrementAndGet);
        watch.watch(new ProcessRef(4_999_999, 1), calls::incrementAndGet); // beyond the highest pid
        assertThat(calls).hasValue(2);
    }

    @Test
    void takes_a_pid_that_is_used_again_for_an_ended_process() throws Exception {
        var process = start("cat");
        var before = new ProcessRef(process.pid(), ref(process).startTicks() - 1);
        var calls = new AtomicInteger();
        watch.watch(before, calls::incrementAndGet);
        assertThat(calls).hasValue(1);
    }

    @Test
    void tells_nothing_to_those_who_lost_interest() throws Exception {
        var process = start("cat");
        var calls = new AtomicInteger();
        var other = new CountDownLatch(1);
        var interest = watch.watch(ref(process), calls::incrementAndGet);
        watch.watch(ref(process), other::countDown);
        interest.cancel();
        interest.cancel();
        process.destroy();
        assertThat(other.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        watch.close();
        assertThat(calls).hasValue(0);
    }

    @Test
    void goes_on_when_a_listener_fails() throws Exception {
        var first = start("cat");
        var second = start("cat");
        var told = new CountDownLatch(2);
        watch.watch(
                ref(first),
                () -> {
                    told.countDown();
                    throw new IllegalStateException("a bug of the test");
                });
        watch.watch(ref(second), told::countDown);
        first.destroy();
        await().atMost(LIMIT).until(() -> told.getCount() == 1);
        second.destroy();
        assertThat(told.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void watches_hundreds_with_one_thread_and_gives_their_descriptors_back() throws Exception {
        long before = descriptors();
        var told = new CountDownLatch(200);
        for (int i = 0; i < 200; i++) {
            watch.watch(ref(start("cat")), told::countDown);
        }
        assertThat(
                        Thread.getAllStackTraces().keySet().stream()
                                .filter(thread -> thread.getName().equals("exit-watch")))
                .hasSize(1);
        processes.forEach(Process::destroyForcibly);
        assertThat(told.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        for (var process : processes) {
            process.waitFor();
            process.getOutputStream().close();
            process.getInputStream().close();
            process.getErrorStream().close();
        }
        await().atMost(LIMIT).until(() -> descriptors() <= before);
    }

    @Test
    void closes_from_within_a_call_and_twice() throws Exception {
        var process = start("cat");
        var closed = new CountDownLatch(1);
        watch.watch(
                ref(process),
                () -> {
                    watch.close();
                    closed.countDown();
                });
        process.destroy();
        assertThat(closed.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThatCode(watch::close).doesNotThrowAnyException();
    }

    @Test
    void tells_nobody_after_it_was_closed() throws Exception {
        var process = start("cat");
        var calls = new AtomicInteger();
        watch.watch(ref(process), calls::incrementAndGet);
        watch.close();
        process.destroy();
        process.waitFor();
        watch.watch(new ProcessRef(4_999_999, 1), calls::incrementAndGet);
        assertThat(calls).hasValue(0);
    }

    @Test
    void goes_on_without_room_and_takes_no_process_for_ended() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var crowded =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "ulimit -n 100 && exec \"$0\" \"$@\"",
                                java,
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CrowdedProcess.class.getName())
                        .redirectErrorStream(true)
                        .start();
        processes.add(crowded);
        var said = new String(crowded.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(crowded.waitFor()).as(said).isZero();
        assertThat(said).contains("cannot watch a process").contains("LimitNOFILE");
    }

    private Process start(String... command) throws IOException {
        var process = new ProcessBuilder(command).start();
        processes.add(process);
        return process;
    }

    private static ProcessRef ref(Process process) throws IOException {
        return ProcStat.process(process.pid()).orElseThrow();
    }

    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
