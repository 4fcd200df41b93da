package io.muster.agent.reconcile;

import java.util.Optional;

/**
 * What the agent as a whole tells the reconciler of one workload.
 *
 * @param hold why nothing may be touched now, for people; empty if something may
 * @param conditions whether its dependencies let it start
 */
public record Circumstances(Optional<String> hold, Conditions conditions) {
    /** Nothing stands in the way. */
    static final Circumstances FREE = new Circumstances(Optional.empty(), new Conditions.Met());

    static Circumstances held(String why) {
        return new Circumstances(Optional.of(why), new Conditions.Met());
    }

    boolean free() {
        return hold.isEmpty();
    }
}
