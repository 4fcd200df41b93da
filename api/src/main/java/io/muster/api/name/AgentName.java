package io.muster.api.name;

/**
 * The name of an agent, unique in its cluster.
 *
 * @param value 1 to 63 characters of {@code [a-zA-Z0-9_-]}
 */
public record AgentName(String value) implements Comparable<AgentName> {
    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if it is none, saying why
     */
    public AgentName {
        Names.checked("agent name", value);
    }

    @Override
    public int compareTo(AgentName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
