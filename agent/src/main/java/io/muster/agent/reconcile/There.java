package io.muster.agent.reconcile;

import io.muster.api.runtime.Observation;
import io.muster.api.runtime.Observation.Exited;
import io.muster.api.runtime.Observation.Gone;
import io.muster.api.runtime.Observation.Interrupted;
import io.muster.api.runtime.Observation.Running;
import io.muster.api.runtime.Observation.Starting;
import io.muster.api.runtime.Observation.Stopping;
import io.muster.api.runtime.Observation.Unclear;
import java.util.Optional;

/**
 * An instance that is there, as far as is known.
 *
 * @param seen how it was when last looked at
 * @param since when it was first seen so
 * @param looks how often since then it was looked at without news
 * @param doubt whether it may have changed, and is to be looked at before anything is decided
 * @param discarded it is to be removed, even if it is as wished
 * @param created by this process of the agent, not found
 * @param undeletable why removing it failed; empty if it did not
 */
record There(
        Instance instance,
        Observation seen,
        Moment since,
        int looks,
        Doubt doubt,
        boolean discarded,
        boolean created,
        Optional<Failure> undeletable) {
    /** A runtime that fails to look once or twice does not make a running workload unclear. */
    private static final int BLIND_LOOKS = 3;

    /** The runtime with instances of several containers, which are seen as the worst of them. */
    private static final String PODS = "podman-kube";

    /** Why it may have changed. */
    enum Doubt {
        /** It has not. */
        NONE,
        /** Something looked different. */
        CHANGED,
        /**
         * Its main process has ended: "running" is no news, the runtime is about to see the end.
         */
        ENDED
    }

    static There found(Instance instance, Observation seen, Moment now) {
        return new There(instance, seen, now, 0, Doubt.NONE, false, false, Optional.empty());
    }

    /** It was looked at. */
    There saw(Observation observation, Moment now) {
        boolean news = !observation.equals(seen);
        boolean stillEnding = doubt == Doubt.ENDED && !news && runs();
        return new There(
                instance,
                observation,
                news ? now : since,
                news ? 0 : looks + 1,
                stillEnding ? Doubt.ENDED : Doubt.NONE,
                discarded,
                created,
                observation instanceof Running ? Optional.empty() : undeletable);
    }

    /** Looking at it failed. */
    There notSeen(String reason, Moment now) {
        return looks + 1 < BLIND_LOOKS
                ? new There(
                        instance, seen, since, looks + 1, doubt, discarded, created, undeletable)
                : new There(
                        instance,
                        new Unclear(reason),
                        now,
                        looks + 1,
                        doubt,
                        discarded,
                        created,
                        undeletable);
    }

    There doubted(Doubt why) {
        return new There(instance, seen, since, 0, why, discarded, created, undeletable);
    }

    There discard() {
        return new There(instance, seen, since, looks, doubt, true, created, undeletable);
    }

    There byItself() {
        return new There(instance, seen, since, looks, doubt, discarded, true, undeletable);
    }

    There acceptedAs(Wish.Run wish) {
        var accepted = instance.acceptedAs(wish.mark());
        return new There(accepted, seen, since, looks, doubt, discarded, created, undeletable);
    }

    There notToGo() {
        return new There(instance, seen, since, looks, doubt, discarded, created, Optional.empty());
    }

    There notDeleted(String reason) {
        var failure = Failure.again(undeletable, reason);
        return new There(
                instance, seen, since, 0, Doubt.CHANGED, discarded, created, Optional.of(failure));
    }

    /** Says whether anybody can need it, and no order to remove it has been given. */
    boolean mayBeNeeded() {
        return (runs() || seen instanceof Unclear) && !discarded && undeletable.isEmpty();
    }

    /** Says whether it is better than nothing, and no order to remove it has been given. */
    boolean mayGoOn() {
        return runs() && !discarded && undeletable.isEmpty();
    }

    /** Says whether all of it has ended, as far as is known without a look. */
    boolean isEnding() {
        return doubt == Doubt.ENDED
                && seen instanceof Running(var processes)
                && processes.size() == 1;
    }

    /** Says whether it stays as it is, if nobody starts it. */
    boolean restsAs(Wish.Run wish) {
        return switch (seen) {
            case Exited(var code) -> hasEnded() && !wish.wantsRestartAfter(code == 0);
            case Interrupted _ -> hasEnded();
            case Running _, Starting _, Stopping _, Unclear _, Gone _ -> false;
        };
    }

    /** Says whether any process of it may be alive. */
    boolean mayRun() {
        return switch (seen) {
            case Running _, Starting _, Stopping _, Unclear _ -> true;
            case Exited _, Interrupted _ -> !hasEnded();
            case Gone _ -> false;
        };
    }

    /** Says whether all of it has ended; beside a container that failed others may run on. */
    private boolean hasEnded() {
        return switch (seen) {
            case Exited(var code) -> code == 0 || !instance.runtime().equals(PODS);
            case Interrupted _ -> !instance.runtime().equals(PODS);
            case Running _, Starting _, Stopping _, Unclear _ -> false;
            case Gone _ -> true;
        };
    }

    /** Returns how it has ended, if it has. */
    Optional<Integer> exitCode() {
        return seen instanceof Exited(var code) ? Optional.of(code) : Optional.empty();
    }

    boolean runs() {
        return seen instanceof Running;
    }
}
