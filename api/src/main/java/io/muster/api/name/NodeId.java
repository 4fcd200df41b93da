package io.muster.api.name;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The random identity of a node, which its agent keeps with its state: so that the next process of
 * an agent can be told from another agent to which the same name was given.
 *
 * @param value 1 to 63 characters of {@code [a-zA-Z0-9_-]}
 */
public record NodeId(String value) {
    /**
     * Checks the identity.
     *
     * @throws IllegalArgumentException if it is none, saying why
     */
    public NodeId {
        Names.checked("node id", value);
    }

    /** Makes a new one. */
    public static NodeId of(RandomGenerator random) {
        var hex = HexFormat.of();
        return new NodeId(hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong()));
    }

    @Override
    public String toString() {
        return value;
    }
}
