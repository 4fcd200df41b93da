package io.muster.agent.reconcile;

import java.util.Optional;

/**
 * What the agent as a whole tells the reconciler of one workload.
 *
 * @param hold why nothing may be touched now, for people; empty if something may
 * @param conditions whether its dependencies let it start
 * @param withdrawn what this agent has created itself is to go
 * @param needed why what runs and is to go is not stopped yet, for people; empty if it is
 */
public record Circumstances(
        Optional<String> hold, Conditions conditions, boolean withdrawn, Optional<String> needed) {
    /** Nothing stands in the way. */
    static final Circumstances FREE =
            new Circumstances(Optional.empty(), new Conditions.Met(), false);

    /** Those of a workload that nobody needs. */
    Circumstances(Optional<String> hold, Conditions conditions, boolean withdrawn) {
        this(hold, conditions, withdrawn, Optional.empty());
    }

    static Circumstances held(String why) {
        return new Circumstances(Optional.of(why), new Conditions.Met(), false);
    }

    boolean free() {
        return hold.isEmpty();
    }
}
