package io.muster.agent.reconcile;

import java.time.Duration;

/**
 * The pauses and deadlines of the reconcilers.
 *
 * @param retryFirst bound of the first pause after a failure; each further one doubles it
 * @param retryMost the largest bound of such a pause
 * @param healthyAfter a workload that ran for this long before it ended was healthy: its restart is
 *     the first again
 * @param lookFirst the first pause before looking again at an instance that is between two states
 * @param lookMost the largest such pause
 * @param startWithin an instance that does not run by then is replaced
 * @param createWithin creating an instance that takes longer is interrupted; it may have to fetch
 *     an image, or wait for others that fetch theirs
 * @param prepareWithin preparing an instance that takes longer is interrupted; it may have to wait
 *     for others that fetch their images
 * @param taskWithin any other task that takes longer is interrupted. Runtimes have tighter
 *     deadlines of their own: these two are for their faults
 */
public record Timing(
        Duration retryFirst,
        Duration retryMost,
        Duration healthyAfter,
        Duration lookFirst,
        Duration lookMost,
        Duration startWithin,
        Duration createWithin,
        Duration prepareWithin,
        Duration taskWithin) {
    /** For all who have no reason to differ. */
    public static final Timing DEFAULTS =
            new Timing(
                    Duration.ofMillis(500),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(10),
                    Duration.ofMillis(100),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofHours(2),
                    Duration.ofHours(2),
                    Duration.ofMinutes(15));

    /** Returns the bound of the pause after {@code failures} in a row; none after none. */
    Duration retryAfter(int failures) {
        return doubled(retryFirst, failures, retryMost);
    }

    /** Returns the pause before looking again when {@code looks} have told nothing new. */
    Duration lookAfter(int looks) {
        return doubled(lookFirst, looks, lookMost);
    }

    Duration deadline(Task task) {
        return switch (task) {
            case Task.Create _ -> createWithin;
            case Task.Prepare _ -> prepareWithin;
            case Task.Restart _, Task.Observe _, Task.Delete _, Task.Search _ -> taskWithin;
        };
    }

    private static Duration doubled(Duration first, int count, Duration most) {
        if (count <= 0) {
            return Duration.ZERO;
        }
        // 2^20 of anything sensible is past any bound; more would overflow
        var pause = first.multipliedBy(1L << Math.min(count - 1, 20));
        return pause.compareTo(most) < 0 ? pause : most;
    }
}
