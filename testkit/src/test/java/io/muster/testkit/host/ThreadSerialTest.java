package io.muster.testkit.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.host.ThreadSerial;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ThreadSerialTest {
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> faults = new LinkedBlockingQueue<>();
    private final ThreadSerial serial = new ThreadSerial("test", 1, faults::add);

    @AfterEach
    void close() {
        serial.close();
    }

    @Test
    void refuses_offers_beyond_the_bound() throws InterruptedException {
        var busy = new CountDownLatch(1);
        var started = new CountDownLatch(1);
        serial.deliver(() -> {
            started.countDown();
            await(busy);
        });
        started.await();
        assertThat(serial.offer(() -> seen.add("first"))).isTrue();
        assertThat(serial.offer(() -> seen.add("second"))).isFalse();
        busy.countDown();
        assertThat(next()).isEqualTo("first");
    }

    @Test
    void runs_timers_in_order_of_their_time_and_not_when_cancelled() throws InterruptedException {
        serial.after(Duration.ofMillis(20), () -> seen.add("late"));
        serial.after(Duration.ofMillis(10), () -> seen.add("cancelled")).cancel();
        serial.after(Duration.ZERO, () -> seen.add("early"));
        assertThat(next()).isEqualTo("early");
        assertThat(next()).isEqualTo("late");
    }

    @Test
    void brings_results_and_failures_of_blocking_work_back_to_its_thread()
            throws InterruptedException {
        serial.offload(() -> "result", (result, _) -> seen.add(result + " on " + thread()));
        assertThat(next()).isEqualTo("result on test");
        serial.offload(
                () -> {
                    throw new IOException("broken");
                },
                (_, failure) -> seen.add(String.valueOf(failure)));
        assertThat(next()).isEqualTo("java.io.IOException: broken");
    }

    @Test
    void ends_with_the_first_task_that_throws() throws InterruptedException {
        serial.deliver(() -> {
            throw new IllegalStateException("a bug");
        });
        assertThat(faults.poll(10, TimeUnit.SECONDS)).hasMessage("a bug");
        assertThat(serial.offer(() -> {})).isFalse();
    }

    private String next() throws InterruptedException {
        return String.valueOf(seen.poll(10, TimeUnit.SECONDS));
    }

    private static String thread() {
        return Thread.currentThread().getName();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
