package io.muster.simulators.fleet;

import io.muster.api.request.Response;
import io.muster.api.shell.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;

/** The updates of a fleet: how long each waited for its answer. Any thread. */
final class Updates {
    /** Of so many of the last ones the times are kept. */
    private static final int KEPT = 100_000;

    /** More than these under way would measure the queue. */
    private static final int MOST_UNDER_WAY = 256;

    private final Clock clock;
    private final long[] nanos = new long[KEPT];
    private int underWay;
    private long answered;
    private long failed;
    private long heldBack;

    Updates(Clock clock) {
        this.clock = clock;
    }

    /** Says whether there may be another. */
    synchronized boolean mayBegin() {
        if (underWay < MOST_UNDER_WAY) {
            return true;
        }
        heldBack++;
        return false;
    }

    void begun(CompletionStage<Response> asked) {
        long start = clock.nanoTime();
        synchronized (this) {
            underWay++;
        }
        var _ =
                asked.whenComplete((response, failure) -> {
                    boolean good = failure == null && response.body() instanceof Response.Updated;
                    ended(good, clock.nanoTime() - start);
                });
    }

    private synchronized void ended(boolean good, long took) {
        underWay--;
        if (good) {
            nanos[(int) (answered++ % KEPT)] = took;
        } else {
            failed++;
        }
    }

    synchronized int underWay() {
        return underWay;
    }

    synchronized long answered() {
        return answered;
    }

    /** Returns how many were refused, or have an outcome that nobody knows. */
    synchronized long failed() {
        return failed;
    }

    /** Returns how many were not asked for, since too many were under way. */
    synchronized long heldBack() {
        return heldBack;
    }

    /** Returns within what so much of them was answered. */
    synchronized Duration within(double share) {
        var sorted = Arrays.copyOf(nanos, (int) Math.min(answered, KEPT));
        Arrays.sort(sorted);
        return sorted.length == 0
                ? Duration.ZERO
                : Duration.ofNanos(
                        sorted[
                                (int)
                                        Math.min(
                                                sorted.length - 1L,
                                                Math.round(share * sorted.length))]);
    }
}
