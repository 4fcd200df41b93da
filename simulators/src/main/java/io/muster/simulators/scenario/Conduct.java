package io.muster.simulators.scenario;

import java.time.Duration;
import java.util.Optional;

/**
 * How a workload behaves on simulated nodes.
 *
 * @param pull how long it takes to pull its image: once on each node, or at each start if its
 *     policy says so
 * @param pullFails how many pulls fail at first, on all nodes together
 * @param start how long creating it takes
 * @param startFails how many creations fail at first, on all nodes together
 * @param runs how long it runs before it ends by itself; empty for until it is ended
 * @param exitCode what it ends with by itself
 * @param stop how long ending it takes
 */
public record Conduct(
        Duration pull,
        int pullFails,
        Duration start,
        int startFails,
        Optional<Duration> runs,
        int exitCode,
        Duration stop) {
    /** Everything works at once. */
    public static final Conduct INSTANT =
            new Conduct(Duration.ZERO, 0, Duration.ZERO, 0, Optional.empty(), 0, Duration.ZERO);
}
