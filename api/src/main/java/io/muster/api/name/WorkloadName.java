package io.muster.api.name;

/**
 * The name of a workload, unique in its cluster.
 *
 * @param value 1 to 63 characters of {@code [a-zA-Z0-9_-]}
 */
public record WorkloadName(String value) implements Comparable<WorkloadName> {
    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if it is none, saying why
     */
    public WorkloadName {
        Names.checked("workload name", value);
    }

    @Override
    public int compareTo(WorkloadName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
