package io.muster.server.store;

import io.muster.api.name.Lineage;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Makes identities of stores. */
final class Lineages {
    private static final int BYTES = 16;

    private Lineages() {}

    /** Returns one that nobody else has. */
    static Lineage random(RandomGenerator random) {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new Lineage(HexFormat.of().formatHex(bytes));
    }
}
