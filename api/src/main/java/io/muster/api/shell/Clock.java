package io.muster.api.shell;

import java.time.InstantSource;

/** Wall time for people, monotonic time for intervals. The two never meet in one subtraction. */
public interface Clock extends InstantSource {
    /**
     * Returns a monotonic time in nanoseconds from an arbitrary origin; only differences mean
     * anything.
     */
    long nanoTime();
}
