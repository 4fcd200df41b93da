package io.muster.agent.runtime;

import io.muster.api.runtime.Observation;
import io.muster.api.runtime.RuntimeFailure;

/** Looks at one of many, so that one that cannot be looked at does not hide the others. */
public final class EachApart {
    private EachApart() {}

    /** A look at one. */
    public interface Look {
        /** Looks. */
        Observation take() throws RuntimeFailure;
    }

    /**
     * Takes a look; what fails is unclear, and looked at again by itself.
     *
     * @throws RuntimeFailure if nobody wants to know any more
     */
    public static Observation orUnclear(Look look) throws RuntimeFailure {
        try {
            return look.take();
        } catch (RuntimeFailure e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            return new Observation.Unclear(String.valueOf(e.getMessage()));
        }
    }
}
