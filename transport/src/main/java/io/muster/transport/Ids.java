package io.muster.transport;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Ids that nobody else makes: 128 random bits. */
final class Ids {
    private static final HexFormat HEX = HexFormat.of();

    private Ids() {}

    static String next(RandomGenerator random) {
        return HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong());
    }
}
