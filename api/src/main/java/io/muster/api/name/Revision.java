package io.muster.api.name;

/**
 * Counts the accepted updates of one lineage, from 1; 0 is the empty state before the first.
 *
 * @param value not negative
 */
public record Revision(long value) implements Comparable<Revision> {
    /** The empty state. */
    public static final Revision ZERO = new Revision(0);

    /** Checks the number. */
    public Revision {
        if (value < 0) {
            throw new IllegalArgumentException("revision " + value + " is negative");
        }
    }

    /** Returns the one after this. */
    public Revision next() {
        return new Revision(value + 1);
    }

    @Override
    public int compareTo(Revision other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
