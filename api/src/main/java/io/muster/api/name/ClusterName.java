package io.muster.api.name;

/**
 * The name of a cluster: all its topics are below it.
 *
 * @param value 1 to 63 characters of {@code [a-zA-Z0-9_-]}
 */
public record ClusterName(String value) implements Comparable<ClusterName> {
    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if it is none, saying why
     */
    public ClusterName {
        Names.checked("cluster name", value);
    }

    @Override
    public int compareTo(ClusterName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
