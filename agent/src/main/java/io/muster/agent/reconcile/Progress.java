package io.muster.agent.reconcile;

import java.util.Optional;

/**
 * How far the present wish has come. A wish for another instance begins anew.
 *
 * @param released its conditions held, so they are not asked again; restarts do not ask either
 * @param startedBefore an instance that is exactly as wished was found at the agent's start
 * @param setback why there is no instance, or the one there does not start
 * @param crashes restarts without a healthy while between them
 */
record Progress(boolean released, boolean startedBefore, Setback setback, int crashes) {
    static final Progress FRESH = new Progress(false, false, new Setback.None(), 0);

    /** What went wrong. */
    sealed interface Setback {
        /** Nothing. */
        record None() implements Setback {}

        /** Starting it failed, and is tried again. */
        record Failing(Failure failure) implements Setback {}

        /** It cannot be started as it is described. */
        record Impossible(String reason) implements Setback {}

        /** It vanished, and nobody here asked for that. */
        record Lost() implements Setback {}
    }

    Optional<Failure> failing() {
        return setback instanceof Setback.Failing(var failure)
                ? Optional.of(failure)
                : Optional.empty();
    }

    Progress release() {
        return new Progress(true, startedBefore, setback, crashes);
    }

    Progress knownBefore() {
        return new Progress(released, true, setback, crashes);
    }

    Progress failed(String reason) {
        return with(new Setback.Failing(Failure.again(failing(), reason)));
    }

    Progress with(Setback other) {
        return new Progress(released, startedBefore, other, crashes);
    }

    Progress recovered() {
        return with(new Setback.None());
    }

    Progress healthy() {
        return new Progress(released, startedBefore, setback, 0);
    }

    Progress crashed() {
        return new Progress(released, startedBefore, setback, crashes + 1);
    }
}
