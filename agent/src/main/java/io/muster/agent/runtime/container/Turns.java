package io.muster.agent.runtime.container;

import io.muster.api.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets a few work at a time, because more would not be faster; but nobody waits for long behind
 * those that hang, since these cost nothing. Any thread.
 */
final class Turns {
    private static final Duration USUAL_PATIENCE = Duration.ofSeconds(5);

    private final Semaphore places;
    private final Duration patience;

    /**
     * Makes turns.
     *
     * @param atOnce how many work at a time, of those that have not lost their patience
     * @param patience how long one waits for its turn before it takes it anyway
     */
    Turns(int atOnce, Duration patience) {
        this.places = new Semaphore(atOnce, true);
        this.patience = patience;
    }

    /** Makes two for each processor. */
    static Turns usual() {
        return new Turns(
                Math.max(2, 2 * Runtime.getRuntime().availableProcessors()), USUAL_PATIENCE);
    }

    /** Work that may fail. */
    interface Work<T> {
        T perform() throws RuntimeFailure;
    }

    /** Returns how many could begin at once. */
    int free() {
        return places.availablePermits();
    }

    /** Works when it is its turn, or when it has waited long enough. */
    <T> T take(Work<T> work) throws RuntimeFailure {
        boolean placed;
        try {
            placed = places.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure("interrupted before its turn", true, e);
        }
        try {
            return work.perform();
        } finally {
            if (placed) {
                places.release();
            }
        }
    }
}
