package io.muster.agent.reconcile;

import java.util.Optional;

/**
 * What the agent as a whole tells the reconciler of one workload.
 *
 * @param hold why nothing may be touched now, for people; empty if something may
 * @param conditions whether its dependencies let it start
 * @param withdrawn what this agent has created itself is to go
 */
public record Circumstances(Optional<String> hold, Conditions conditions, boolean withdrawn) {
    /** Nothing stands in the way. */
    static final Circumstances FREE =
            new Circumstances(Optional.empty(), new Conditions.Met(), false);

    static Circumstances held(String why) {
        return new Circumstances(Optional.of(why), new Conditions.Met(), false);
    }

    boolean free() {
        return hold.isEmpty();
    }
}
