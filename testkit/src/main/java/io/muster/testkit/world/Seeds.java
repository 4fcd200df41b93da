package io.muster.testkit.world;

import java.util.function.LongConsumer;

/**
 * Runs a property for many seeds. {@code -Dseed=N} runs one, {@code -Dseeds.factor=N} runs N times
 * as many.
 */
public final class Seeds {
    private Seeds() {}

    /**
     * Runs the property for seeds 1 to {@code count}.
     *
     * @throws AssertionError naming the first seed for which it failed
     */
    public static void check(int count, LongConsumer property) {
        var only = Long.getLong("seed");
        if (only != null) {
            property.accept(only);
            return;
        }
        long last = (long) count * Integer.getInteger("seeds.factor", 1);
        for (long seed = 1; seed <= last; seed++) {
            try {
                property.accept(seed);
            } catch (Throwable e) { // whatever it was, the seed is what one needs to see it again
                throw new AssertionError(
                        "seed " + seed + " (replay with -Dseed=" + seed + "): " + e, e);
            }
        }
    }
}
