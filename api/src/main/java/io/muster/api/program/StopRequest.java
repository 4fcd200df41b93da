package io.muster.api.program;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The wish that this program stop: SIGTERM or SIGINT.
 *
 * <p>To be asked to stop is no failure: the program then ends with the exit code that it gives to
 * {@link #completed}, and not with 143 as the JVM would. One that does not complete in time is
 * ended with {@link Program#FAILED}.
 */
public final class StopRequest {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch completed = new CountDownLatch(1);
    private final AtomicInteger code = new AtomicInteger(Program.FAILED);
    private final Duration limit;

    private StopRequest(Duration limit) {
        this.limit = limit;
    }

    /**
     * Listens for the signals from now on. Once per process, and {@link #completed} must follow
     * before the process can end.
     *
     * @param limit how long stopping may take
     */
    public static StopRequest listen(Duration limit) {
        var request = new StopRequest(limit);
        Runtime.getRuntime().addShutdownHook(new Thread(request::signalled, "stop"));
        return request;
    }

    /** Returns one that no signal asks: for a program that runs inside another. */
    public static StopRequest withoutSignals() {
        return new StopRequest(Duration.ZERO);
    }

    /** Waits until the program is asked to stop; returns at once if it was. */
    public void await() throws InterruptedException {
        asked.await();
    }

    /** Waits for this time at most; says whether the program is asked to stop. */
    public boolean isAskedWithin(Duration time) throws InterruptedException {
        return asked.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Asks the program to stop, as the signals do. */
    public void ask() {
        asked.countDown();
    }

    /** All is closed: the process may end, with this exit code. */
    public void completed(int exitCode) {
        code.set(exitCode);
        completed.countDown();
    }

    private void signalled() {
        ask();
        int exitCode = Program.FAILED;
        try {
            if (completed.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                exitCode = code.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(exitCode); // exit() would wait for this very thread
    }
}
