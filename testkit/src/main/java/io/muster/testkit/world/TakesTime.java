package io.muster.testkit.world;

import java.time.Duration;

/**
 * Thrown by simulated blocking work to say that it takes this much virtual time: the world runs the
 * same work again then, and so on until it returns or throws something else.
 */
public final class TakesTime extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Duration time;

    /** Takes this long. */
    public TakesTime(Duration time) {
        super("takes " + time, null, false, false);
        this.time = time;
    }

    Duration time() {
        return time;
    }
}
