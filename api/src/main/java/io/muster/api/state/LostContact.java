package io.muster.api.state;

import java.time.Duration;

/** What becomes of a workload while its agent is out of contact with the server. */
public sealed interface LostContact {
    /** The default. */
    LostContact KEEP = new Keep();

    /** The shortest time after which one can be stopped, and the unit of all of them. */
    Duration LEAST = Duration.ofSeconds(1);

    /** The longest. */
    Duration MOST = Duration.ofDays(365);

    /** It goes on. */
    record Keep() implements LostContact {}

    /**
     * It is stopped, and starts again when there is contact.
     *
     * @param time for which there was no contact; whole seconds, from {@link #LEAST} to {@link
     *     #MOST}
     */
    record StopAfter(Duration time) implements LostContact {
        /** Checks the time. */
        public StopAfter {
            if (!isPossible(time)) {
                throw new IllegalArgumentException(
                        "%s is not from %s to %s in whole seconds".formatted(time, LEAST, MOST));
            }
        }
    }

    /** Says whether a workload can be stopped after this time. */
    static boolean isPossible(Duration time) {
        return time.compareTo(LEAST) >= 0 && time.compareTo(MOST) <= 0 && time.toNanosPart() == 0;
    }
}
