package io.muster.api;

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
            try {
                check.with(FACTORY.create(seed));
            } catch (Exception | AssertionError e) {
                throw new AssertionError("replay with -Dseed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }
}
