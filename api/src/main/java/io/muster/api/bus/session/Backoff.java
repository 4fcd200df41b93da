package io.muster.api.bus.session;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses that grow, with full jitter: each is anything from zero to a bound that doubles, so that
 * those who lost the same broker at once do not come back at once.
 */
final class Backoff {
    private final long firstNanos;
    private final long longestNanos;
    private final RandomGenerator random;
    private long boundNanos;

    Backoff(Duration first, Duration longest, RandomGenerator random) {
        this.firstNanos = first.toNanos();
        this.longestNanos = longest.toNanos();
        this.random = random;
        this.boundNanos = firstNanos;
    }

    Duration next() {
        long pause = random.nextLong(boundNanos + 1);
        boundNanos = Math.min(longestNanos, boundNanos * 2);
        return Duration.ofNanos(pause);
    }

    /** Begins with the first bound again. */
    void reset() {
        boundNanos = firstNanos;
    }
}
