package io.muster.agent.reconcile;

import java.time.Duration;

/**
 * The pauses and deadlines of an agent.
 *
 * @param workloads those of the reconcilers
 * @param reportEvery under a storm of changes, at most one report per this; the first goes at once
 * @param reportAgain pause before a report that failed is sent again
 * @param heartbeat how often presence is announced without a reason, to repair what a broker lost
 * @param announceWithin the announcement to a new server comes at any time within this, so that not
 *     all agents speak at once
 * @param lookEvery how often runtimes are looked at for what no event told
 * @param saveWithin after this the agent goes on without the disk
 * @param saveAgain pause before a copy that could not be written is written again
 * @param listWithin after this the server is told what is known, though not all runtimes have
 *     listed what they have
 * @param grace how long an agent that has only its own copy waits for the server's word at its
 *     start before it obeys the copy
 * @param factsWithin a server that has not told facts by then counts as absent
 * @param nameHold how long neither the server nor another session with this name must have been
 *     seen before an agent that has nothing obeys a wish that names another node; longer than a
 *     session that was thrown out stays away
 */
public record AgentTiming(
        Timing workloads,
        Duration reportEvery,
        Duration reportAgain,
        Duration heartbeat,
        Duration announceWithin,
        Duration lookEvery,
        Duration saveWithin,
        Duration saveAgain,
        Duration listWithin,
        Duration grace,
        Duration factsWithin,
        Duration nameHold) {
    /** For all who have no reason to differ. */
    public static final AgentTiming DEFAULTS =
            new AgentTiming(
                    Timing.DEFAULTS,
                    Duration.ofMillis(100),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60));

    /** The same with another pause between two looks at the runtimes. */
    public AgentTiming lookingEvery(Duration pause) {
        return new AgentTiming(
                workloads,
                reportEvery,
                reportAgain,
                heartbeat,
                announceWithin,
                pause,
                saveWithin,
                saveAgain,
                listWithin,
                grace,
                factsWithin,
                nameHold);
    }
}
