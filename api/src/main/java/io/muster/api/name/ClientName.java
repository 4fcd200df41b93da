package io.muster.api.name;

/**
 * The name of one client session, such as one run of the command line.
 *
 * @param value 1 to 63 characters of {@code [a-zA-Z0-9_-]}
 */
public record ClientName(String value) implements Comparable<ClientName> {
    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if it is none, saying why
     */
    public ClientName {
        Names.checked("client name", value);
    }

    @Override
    public int compareTo(ClientName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
