package io.muster.agent.reconcile;

import java.util.Optional;

/**
 * How far the present wish has come. A wish for another instance begins anew.
 *
 * @param released its conditions held, so they are not asked again; restarts do not ask either
 * @param startedBefore an instance that is exactly as wished was found at the agent's start
 * @param prepared what an instance needs to be created was got for this wish
 * @param setback why there is no instance, or the one there does not start, or cannot be prepared
 * @param crashes restarts without a healthy while between them
 */
record Progress(
        boolean released, boolean startedBefore, boolean prepared, Setback setback, int crashes) {
    static final Progress FRESH = new Progress(false, false, false, new Setback.None(), 0);

    /** What went wrong. */
    sealed interface Setback {
        /** Nothing. */
        record None() implements Setback {}

        /** Starting it failed, and is tried again. */
        record Failing(Failure failure) implements Setback {}

        /** It cannot be started as it is described. */
        record Impossible(String reason) implements Setback {}

        /**
         * It vanished, and nobody here asked for that.
         *
         * @param ended with which exit code it had ended before, if it had
         * @param byItself it was one that goes with its own end: nobody knows how it ended
         */
        record Lost(Optional<Integer> ended, boolean byItself) implements Setback {
            /** Says whether it is not made again: as its policy wishes, it was or may be done. */
            boolean isForGood(Wish.Run run) {
                boolean perhapsWell = ended.map(code -> code == 0).orElse(byItself);
                return run.neverRestarts()
                        || ((ended.isPresent() || byItself) && !run.wantsRestartAfter(perhapsWell));
            }
        }
    }

    Optional<Failure> failing() {
        return setback instanceof Setback.Failing(var failure)
                ? Optional.of(failure)
                : Optional.empty();
    }

    Progress release() {
        return new Progress(true, startedBefore, prepared, setback, crashes);
    }

    Progress knownBefore() {
        return new Progress(released, true, true, setback, crashes);
    }

    /** What it needs is there. */
    Progress prepare() {
        return new Progress(released, startedBefore, true, new Setback.None(), crashes);
    }

    /** It is described otherwise, though it is the same instance: what failed may work now. */
    Progress tryAgain() {
        return switch (setback) {
            case Setback.Failing _, Setback.Impossible _ -> recovered();
            case Setback.None _, Setback.Lost _ -> this;
        };
    }

    Progress failed(String reason) {
        return with(new Setback.Failing(Failure.again(failing(), reason)));
    }

    Progress with(Setback other) {
        return new Progress(released, startedBefore, prepared, other, crashes);
    }

    Progress recovered() {
        return with(new Setback.None());
    }

    Progress healthy() {
        return new Progress(released, startedBefore, prepared, setback, 0);
    }

    /**
     * The same when it is to run no more until further notice: it begins anew then.
     *
     * @param staysLost if it is lost, it stays so
     */
    Progress stopped(boolean staysLost) {
        var stays = staysLost && setback instanceof Setback.Lost;
        return new Progress(
                false, startedBefore, prepared, stays ? setback : new Setback.None(), 0);
    }

    Progress crashed() {
        return new Progress(released, startedBefore, prepared, setback, crashes + 1);
    }
}
