package io.muster.testkit.world;

import java.util.function.LongConsumer;

/**
 * Runs a property for many seeds. {@code -Dseed=N} runs one, {@code -Dseeds.factor=N} runs N times
 * as many.
 */
public final class Seeds {
    private Seeds() {}

    /**
     * Runs the property for seeds 1 to {@code count}, and for some besides.
     *
     * @param besides seeds for which it failed once, whatever the count
     * @throws AssertionError naming the first seed for which it failed
     */
    public static void check(int count, LongConsumer property, long... besides) {
        var only = Long.getLong("seed");
        if (only != null) {
            property.accept(only);
            return;
        }
        long last = (long) count * Integer.getInteger("seeds.factor", 1);
        for (long seed = 1; seed <= last; seed++) {
            checkOne(seed, property);
        }
        for (long seed : besides) {
            if (seed > last) {
                checkOne(seed, property);
            }
        }
    }

    private static void checkOne(long seed, LongConsumer property) {
        try {
            property.accept(seed);
        } catch (Throwable e) { // whatever it was, the seed is what one needs to see it again
            throw new AssertionError(
                    "seed " + seed + " (replay with -Dseed=" + seed + "): " + e, e);
        }
    }
}
