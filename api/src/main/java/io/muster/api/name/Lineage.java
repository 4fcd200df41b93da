package io.muster.api.name;

/**
 * The random identity of a store. Revisions of different lineages cannot be compared: an agent
 * touches nothing on behalf of a lineage that is foreign to it.
 *
 * @param value 1 to 63 characters of {@code [a-zA-Z0-9_-]}
 */
public record Lineage(String value) {
    /**
     * Checks the identity.
     *
     * @throws IllegalArgumentException if it is none, saying why
     */
    public Lineage {
        Names.checked("lineage", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
