package io.muster.agent.reconcile;

import java.util.Optional;

/**
 * What the agent as a whole tells the reconciler of one workload.
 *
 * @param hold why nothing may be touched now, for people; empty if something may
 * @param conditions whether its dependencies let it start
 * @param withdrawn what this agent has created itself is to go
 * @param needed why what runs and is to go is not stopped yet, for people; empty if it is
 * @param awaits it depends on what is about to be replaced and still being prepared, so that
 *     nothing is won by stopping now what runs
 */
public record Circumstances(
        Optional<String> hold,
        Conditions conditions,
        boolean withdrawn,
        Optional<String> needed,
        boolean awaits) {
    /** Nothing stands in the way. */
    static final Circumstances FREE =
            new Circumstances(Optional.empty(), new Conditions.Met(), false);

    /** Those of a workload that nobody needs and that awaits nothing. */
    Circumstances(Optional<String> hold, Conditions conditions, boolean withdrawn) {
        this(hold, conditions, withdrawn, Optional.empty(), false);
    }

    static Circumstances held(String why) {
        return new Circumstances(Optional.of(why), new Conditions.Met(), false);
    }

    boolean free() {
        return hold.isEmpty();
    }
}
