package io.muster.transport;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Growing pauses between attempts, each a quarter shorter or longer by chance, so that many who
 * failed together do not come back together.
 */
record Pauses(Duration first, Duration longest) {
    /** The pause after so many failures in a row, from 1. */
    Duration after(int failures, RandomGenerator random) {
        int doublings = Math.clamp(failures - 1L, 0, 30);
        long millis = Math.min(first.toMillis() << doublings, longest.toMillis());
        return jittered(Duration.ofMillis(millis), random);
    }

    /** The longest pause, for what will hardly get better. */
    Duration longest(RandomGenerator random) {
        return jittered(longest, random);
    }

    private static Duration jittered(Duration pause, RandomGenerator random) {
        return Duration.ofMillis((long) (pause.toMillis() * (0.75 + random.nextDouble() / 2)));
    }
}
