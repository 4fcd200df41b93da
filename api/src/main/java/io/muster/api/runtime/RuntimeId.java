package io.muster.api.runtime;

/**
 * What a runtime calls an instance, such as a container id. Only that runtime understands it.
 *
 * @param value not empty
 */
public record RuntimeId(String value) {
    /** Checks that there is one. */
    public RuntimeId {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("an empty runtime id");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
