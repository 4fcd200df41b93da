package io.muster.agent.reconcile;

import io.muster.api.runtime.Found;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.RuntimeId;
import java.util.List;

/** What became of a {@link Task}. */
public sealed interface Answer {
    /** It was created. */
    record Created(RuntimeId id, Observation observation) implements Answer {}

    /** All that creating it needs is there. */
    record Prepared() implements Answer {}

    /** It was started again, or looked at. */
    record Observed(Observation observation) implements Answer {}

    /** It is gone. */
    record Deleted() implements Answer {}

    /** What the runtime has of this workload. */
    record Searched(List<Found> found) implements Answer {
        /** Copies the list. */
        public Searched {
            found = List.copyOf(found);
        }
    }

    /**
     * The runtime did not do it.
     *
     * @param reason for people
     * @param retryable whether asking again may help
     */
    record Failed(String reason, boolean retryable) implements Answer {}
}
