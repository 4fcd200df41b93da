package io.muster.agent.reconcile;

import io.muster.api.name.AgentName;
import io.muster.api.state.TimeSpan;
import java.time.Duration;
import java.util.Optional;

/**
 * Since when the server cannot be heard, as far as workloads are to be stopped for it.
 *
 * <p>Time counts from the loss, or from the start of the agent if that came later: no clock that a
 * restart leaves alone can be trusted. But what has passed once is on the disk and stays passed, so
 * that nothing that was stopped runs again because an agent starts anew.
 *
 * @param lost since when there is no contact; empty if there is
 * @param before how long it had been lost by then, at least
 * @param passed the longest of the workloads' times that has passed; zero if none
 * @param awaited the one that passes next; empty if there is none
 * @param kept what of it is on the disk
 * @param writing whether the disk is at work on it
 */
record Contact(
        Optional<Moment> lost,
        Duration before,
        Duration passed,
        Optional<Duration> awaited,
        Duration kept,
        Writing writing) {
    /** What the disk does. */
    enum Writing {
        /** Nothing. */
        IDLE,
        /** It writes. */
        BUSY,
        /** It failed, and is left alone for a while. */
        RESTING
    }

    /** None so far. */
    static Contact none(Moment now) {
        return started(now, Duration.ZERO);
    }

    /** The agent starts, and finds on its disk what had passed. */
    static Contact started(Moment now, Duration passed) {
        return new Contact(
                Optional.of(now), passed, passed, Optional.empty(), passed, Writing.IDLE);
    }

    boolean isThere() {
        return lost.isEmpty();
    }

    /** Says whether so much time without contact has passed. */
    boolean wasLostFor(Duration time) {
        return !isThere() && passed.compareTo(time) >= 0;
    }

    Duration timeLost(Moment now) {
        return lost.map(since -> before.plus(now.since(since))).orElse(Duration.ZERO);
    }

    Contact regained() {
        return new Contact(
                Optional.empty(), Duration.ZERO, Duration.ZERO, Optional.empty(), kept, writing);
    }

    Contact lostAt(Moment now) {
        return new Contact(
                Optional.of(now), Duration.ZERO, passed, Optional.empty(), kept, writing);
    }

    Contact awaiting(Optional<Duration> next) {
        return new Contact(lost, before, passed, next, kept, writing);
    }

    /** The time has come. */
    Contact pass(Duration time) {
        return new Contact(lost, before, time, Optional.empty(), kept, writing);
    }

    Contact writing(Writing what) {
        return new Contact(lost, before, passed, awaited, kept, what);
    }

    /** The disk has it. */
    Contact keeping(Duration time) {
        return new Contact(lost, before, passed, awaited, time, Writing.IDLE);
    }

    /** Says why a workload does not run, and the remedy. */
    static String why(AgentName agent, Duration time) {
        return ("Its agent has been out of contact with the server for %s, and is told not to run"
                        + " it then (stopAfterLostContact). It starts again by itself when there is"
                        + " contact: see that the server runs and agent \"%s\" can reach it.")
                .formatted(TimeSpan.write(time), agent);
    }
}
