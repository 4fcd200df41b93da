package io.muster.simulators;

import io.muster.api.shell.Clock;
import io.muster.testkit.world.TakesTime;
import java.time.Duration;

/**
 * How long writes take: no time, or so long that much happens meanwhile. One who has waited writes
 * all that he has at once.
 */
final class Pace {
    private static final Duration SLOW = Duration.ofMillis(700);

    private final Clock clock;
    private boolean isSlow;
    private boolean waits;
    private long due;

    Pace(Clock clock) {
        this.clock = clock;
    }

    /** Makes each write take its time, or no more. */
    void slow(boolean isSlow) {
        this.isSlow = isSlow;
    }

    /**
     * Begins every write.
     *
     * @throws TakesTime if it is not done yet
     */
    void write() {
        long now = clock.nanoTime();
        if (!waits && isSlow) {
            waits = true;
            due = now + SLOW.toNanos();
        }
        if (waits && due - now > 0) {
            throw new TakesTime(Duration.ofNanos(due - now));
        }
        // what else is written at this moment was waited for, too
        waits = waits && due == now;
    }
}
