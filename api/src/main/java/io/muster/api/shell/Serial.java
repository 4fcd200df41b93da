package io.muster.api.shell;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A queue of tasks that run one at a time: what one component calls its thread. The state behind it
 * needs no locks.
 *
 * <p>All methods may be called from any thread. A task that throws is a bug: it ends the serial,
 * and its owner is told (in a program, the program ends with the reason in its log).
 */
public interface Serial extends AutoCloseable {
    /**
     * Runs the task after those already there, unless as many as the bound are waiting.
     *
     * @return whether it was accepted; the caller decides what a full queue means
     */
    boolean offer(Runnable task);

    /**
     * Runs the task after those already there, past the bound: for answers to what the owner itself
     * asked for, whose number the owner bounds.
     */
    void deliver(Runnable task);

    /** Runs the task once after {@code delay} of monotonic time. */
    Timer after(Duration delay, Runnable task);

    /**
     * Does blocking work elsewhere and brings its result, or the exception, back here. {@code done}
     * is called exactly once (with a null exception for success) unless the serial is closed
     * before.
     */
    <T extends @Nullable Object> void offload(
            Callable<T> work, BiConsumer<@Nullable T, @Nullable Exception> done);

    /** Forgets what waits and takes nothing more. A task that runs now is not interrupted. */
    @Override
    void close();

    /** A task that waits for its time. */
    interface Timer {
        /** Forgets the task, unless it has begun. */
        void cancel();
    }
}
