package io.muster.api.manifest;

import io.muster.api.outcome.Problem;
import io.muster.api.state.State;
import java.util.List;

/**
 * A manifest that was read.
 *
 * @param warnings what has no effect or will not be read for ever, such as unknown keys
 * @param places where its fields were written
 */
public record Manifest(State state, List<Problem> warnings, Places places) {
    /** Copies the list. */
    public Manifest {
        warnings = List.copyOf(warnings);
    }

    /** Knows where fields were written. */
    public interface Places {
        /**
         * Returns a problem with the place where it was written, such as {@code web.yaml:12:7}, in
         * front of its path.
         *
         * @param problem whose {@code where} is a path from {@code desiredState} on
         */
        Problem located(Problem problem);

        /**
         * Returns the place at which a field was written, such as {@code web.yaml:12:7}; that of
         * the last map on the way to it if the field itself was not written.
         *
         * @param path from {@code workloads} or {@code configs} on
         */
        String place(String path);
    }
}
