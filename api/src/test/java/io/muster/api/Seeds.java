package io.muster.api;

import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Runs a check with many seeds; a failure names the one to replay with {@code -Dseed=...}. {@code
 * -Dseeds=10} takes ten times as many.
 */
public final class Seeds {
    private static final RandomGeneratorFactory<RandomGenerator> FACTORY =
            RandomGeneratorFactory.of("L64X128MixRandom");

    private Seeds() {}

    /** What is checked. */
    public interface Check {
        /** Checks with numbers from one seed. */
        void with(RandomGenerator random) throws Exception;
    }

    /** Runs the check with the seeds 0 to {@code count} - 1, or with the one of the property. */
    public static void check(int count, Check check) {
        var one = Long.getLong("seed");
        long from = one == null ? 0 : one;
        long to = one == null ? (long) count * Integer.getInteger("seeds", 1) : one + 1;
        for (long seed = from; seed < to; seed++) {
            check(seed, check);
        }
    }

    /**
     * Runs the check with other seeds each time until the time is over, or with the one of the
     * property.
     *
     * @return how many seeds there were
     */
    public static long check(Duration time, Check check) {
        var one = Long.getLong("seed");
        if (one != null) {
            check(one, check);
            return 1;
        }
        long first = System.currentTimeMillis() * 1_000;
        long start = System.nanoTime();
        long seed = first;
        while (System.nanoTime() - start < time.toNanos()) {
            check(seed++, check);
        }
        return seed - first;
    }

    // An Error as well: a stack or a heap that overflows is what some of them look for.
    private static void check(long seed, Check check) {
        try {
            check.with(FACTORY.create(seed));
        } catch (Exception | Error e) {
            throw new AssertionError("replay with -Dseed=" + seed + ": " + e.getMessage(), e);
        }
    }
}
