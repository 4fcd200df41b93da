package io.muster.agent.reconcile;

import java.time.Duration;

/**
 * A point of monotonic time. Not an {@link java.time.Instant}: the two never meet in one
 * subtraction.
 *
 * @param nanos from an arbitrary origin
 */
public record Moment(long nanos) implements Comparable<Moment> {
    /** The origin. */
    public static final Moment ORIGIN = new Moment(0);

    /** Returns how long it has been since {@code earlier}. */
    public Duration since(Moment earlier) {
        return Duration.ofNanos(nanos - earlier.nanos);
    }

    /** Returns the moment that comes this much later. */
    public Moment plus(Duration duration) {
        return new Moment(nanos + duration.toNanos());
    }

    /** Says whether this comes before {@code other}. */
    public boolean isBefore(Moment other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(Moment other) {
        return Long.signum(nanos - other.nanos); // by difference: the origin may make it wrap
    }
}
