package io.muster.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What a call costs on its thread: processor time, which other programs on the machine do not
 * change, and memory allocated, of which what it holds at once is a part.
 */
public record Cost(Duration processor, long bytes) {
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Measures a call. */
    public static Cost of(Call call) throws Exception {
        long processor = THREADS.getCurrentThreadCpuTime();
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        call.run();
        return new Cost(
                Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - processor),
                THREADS.getCurrentThreadAllocatedBytes() - bytes);
    }

    /** What is measured. */
    @FunctionalInterface
    public interface Call {
        /** Does it. */
        void run() throws Exception;
    }

    /** Fails if it is more than a bound. */
    public void isAtMost(String what, Duration maxProcessor, long maxBytes) {
        assertThat(bytes).as(what + ": bytes allocated").isLessThanOrEqualTo(maxBytes);
        assertThat(processor).as(what + ": processor time").isLessThanOrEqualTo(maxProcessor);
    }
}
