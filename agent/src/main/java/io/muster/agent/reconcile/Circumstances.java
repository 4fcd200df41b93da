package io.muster.agent.reconcile;

import java.util.Optional;

/**
 * What the agent as a whole tells the reconciler of one workload.
 *
 * @param hold why nothing may be touched now, for people; empty if something may
 * @param conditions whether its dependencies let it start
 * @param withdrawn what this agent has created itself is to go
 * @param needed why what runs and is to go is not stopped yet, for people; empty if it is
 * @param awaits it depends on what is on its way without its help, so that nothing is won by
 *     stopping now what runs
 * @param awaited something that runs goes on until this has come: what this needs is got first, so
 *     that it is known whether it can
 * @param drained why it is not to run, for people, because its agent is drained, leaves, or is out
 *     of contact: what runs goes, what has ended for good stays; empty if it may
 */
public record Circumstances(
        Optional<String> hold,
        Conditions conditions,
        boolean withdrawn,
        Optional<String> needed,
        boolean awaits,
        boolean awaited,
        Optional<String> drained) {
    /** Nothing stands in the way. */
    static final Circumstances FREE =
            new Circumstances(Optional.empty(), new Conditions.Met(), false);

    /** Those of a workload that nobody needs and that awaits nothing. */
    Circumstances(Optional<String> hold, Conditions conditions, boolean withdrawn) {
        this(hold, conditions, withdrawn, Optional.empty(), false, false, Optional.empty());
    }

    /** Those of a workload that may run, and for which nothing waits. */
    Circumstances(
            Optional<String> hold,
            Conditions conditions,
            boolean withdrawn,
            Optional<String> needed,
            boolean awaits) {
        this(hold, conditions, withdrawn, needed, awaits, false, Optional.empty());
    }

    static Circumstances held(String why) {
        return new Circumstances(Optional.of(why), new Conditions.Met(), false);
    }

    /** Says whether nothing is to run. */
    boolean isDrained() {
        return drained.isPresent();
    }

    boolean free() {
        return hold.isEmpty();
    }
}
