package io.muster.api.name;

/**
 * Where a desired state stands: within one lineage, versions are ordered by epoch, then revision.
 *
 * @param epoch counts the starts of the server on its store, from 1
 */
public record StateVersion(Lineage lineage, long epoch, Revision revision) {
    /** Checks the epoch. */
    public StateVersion {
        if (epoch < 0) {
            throw new IllegalArgumentException("epoch " + epoch + " is negative");
        }
    }

    /** Says whether both are of one lineage, so that they can be compared. */
    public boolean comparableTo(StateVersion other) {
        return lineage.equals(other.lineage);
    }

    /**
     * Says whether this is older than {@code other}.
     *
     * @throws IllegalArgumentException if the lineages differ
     */
    public boolean isOlderThan(StateVersion other) {
        if (!comparableTo(other)) {
            throw new IllegalArgumentException(
                    "versions of different lineages: " + this + ", " + other);
        }
        return epoch != other.epoch ? epoch < other.epoch : revision.compareTo(other.revision) < 0;
    }

    @Override
    public String toString() {
        return lineage + "/" + epoch + "/" + revision;
    }
}
