package io.muster.agent.runtime;

import io.muster.api.runtime.RuntimeFailure;
import java.util.ArrayList;
import java.util.List;

/** Collects all that is wrong with a runtimeConfig, so that it is told at once. */
public final class Faults {
    private final List<String> found = new ArrayList<>();

    /** Something that is read, or refused. */
    @FunctionalInterface
    public interface Reading<T> {
        /** Reads it. */
        T read() throws RuntimeFailure;
    }

    /** Something that is checked, and refused if it is wrong. */
    @FunctionalInterface
    public interface Check {
        /** Checks it. */
        void check() throws RuntimeFailure;
    }

    /**
     * Reads, and remembers a refusal.
     *
     * @param otherwise goes on in the place of what was refused; nobody gets to see it
     */
    public <T> T read(T otherwise, Reading<T> reading) {
        try {
            return reading.read();
        } catch (RuntimeFailure refusal) {
            found.add(String.valueOf(refusal.getMessage()));
            return otherwise;
        }
    }

    /** Checks, and remembers a refusal. */
    public void check(Check check) {
        read(
                "",
                () -> {
                    check.check();
                    return "";
                });
    }

    /** Ends it. */
    public void conclude() throws RuntimeFailure {
        if (!found.isEmpty()) {
            throw new RuntimeFailure(String.join("\n", found), false);
        }
    }
}
