package io.muster.server.core;

import java.time.Duration;

/**
 * The bounds and times of the server's core.
 *
 * @param takeOver whether agents of a foreign lineage are told to obey
 * @param lease how long a subscription lives without being renewed
 * @param grace how long after each connection of the server agents may take to announce themselves
 *     before they count as gone
 * @param silence after this without any message an agent counts as gone, should its will be lost;
 *     more than two of its slow announcements
 * @param nameHold how long a name is kept for a holder that is away: longer than it takes to notice
 *     that plus the time after which an agent that another threw out is back
 * @param leftoverAge how long a deleted workload of an agent that is gone is still shown
 * @param maxLeftovers how many of those are shown for one agent
 * @param maxPending how many updates may wait for the store; more are answered with "busy"
 * @param maxBatch how many updates go into one commit
 * @param maxSubscriptions how many there may be
 * @param maxAgents how many agents may be known
 * @param limits how large the desired state may become
 * @param maxAnswers how many answers are remembered
 * @param maxDesiredBytes the largest desired state of one agent, encoded
 * @param maxHistory how many desired states are remembered, the present one among them
 * @param maxHistoryChars how much the remembered updates may have changed, in characters
 * @param maxEvents how many events are kept for subscribers who come back
 * @param maxEventBytes how much memory those may hold, roughly
 * @param hooks whether mutating hooks look at each update
 */
public record ServerSettings(
        boolean takeOver,
        Duration lease,
        Duration grace,
        Duration silence,
        Duration nameHold,
        Duration leftoverAge,
        int maxLeftovers,
        int maxPending,
        int maxBatch,
        int maxSubscriptions,
        int maxAgents,
        StateLimits limits,
        int maxAnswers,
        int maxDesiredBytes,
        int maxHistory,
        long maxHistoryChars,
        int maxEvents,
        long maxEventBytes,
        boolean hooks) {
    /** For all who have no reason to differ. */
    public static final ServerSettings DEFAULTS =
            new ServerSettings(
                    false,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(150),
                    Duration.ofSeconds(60),
                    Duration.ofHours(24),
                    1_000,
                    1_000,
                    256,
                    1_000,
                    20_000,
                    StateLimits.DEFAULTS,
                    10_000,
                    (1 << 20) - 2048,
                    20,
                    32L << 20,
                    10_000,
                    32L << 20,
                    false);

    /** The same with another decision about agents of a foreign lineage. */
    public ServerSettings withTakeOver(boolean other) {
        return new ServerSettings(
                other,
                lease,
                grace,
                silence,
                nameHold,
                leftoverAge,
                maxLeftovers,
                maxPending,
                maxBatch,
                maxSubscriptions,
                maxAgents,
                limits,
                maxAnswers,
                maxDesiredBytes,
                maxHistory,
                maxHistoryChars,
                maxEvents,
                maxEventBytes,
                hooks);
    }

    /** The same with other bounds on the desired state as a whole. */
    public ServerSettings withLimits(StateLimits other) {
        return new ServerSettings(
                takeOver,
                lease,
                grace,
                silence,
                nameHold,
                leftoverAge,
                maxLeftovers,
                maxPending,
                maxBatch,
                maxSubscriptions,
                maxAgents,
                other,
                maxAnswers,
                maxDesiredBytes,
                maxHistory,
                maxHistoryChars,
                maxEvents,
                maxEventBytes,
                hooks);
    }

    /** The same with another bound on the desired state of one agent. */
    public ServerSettings withMaxDesiredBytes(int other) {
        return new ServerSettings(
                takeOver,
                lease,
                grace,
                silence,
                nameHold,
                leftoverAge,
                maxLeftovers,
                maxPending,
                maxBatch,
                maxSubscriptions,
                maxAgents,
                limits,
                maxAnswers,
                other,
                maxHistory,
                maxHistoryChars,
                maxEvents,
                maxEventBytes,
                hooks);
    }

    /** The same with another length of the history. */
    public ServerSettings withMaxHistory(int other) {
        return new ServerSettings(
                takeOver,
                lease,
                grace,
                silence,
                nameHold,
                leftoverAge,
                maxLeftovers,
                maxPending,
                maxBatch,
                maxSubscriptions,
                maxAgents,
                limits,
                maxAnswers,
                maxDesiredBytes,
                other,
                maxHistoryChars,
                maxEvents,
                maxEventBytes,
                hooks);
    }

    /** The same with another number of events kept. */
    public ServerSettings withMaxEvents(int other) {
        return new ServerSettings(
                takeOver,
                lease,
                grace,
                silence,
                nameHold,
                leftoverAge,
                maxLeftovers,
                maxPending,
                maxBatch,
                maxSubscriptions,
                maxAgents,
                limits,
                maxAnswers,
                maxDesiredBytes,
                maxHistory,
                maxHistoryChars,
                other,
                maxEventBytes,
                hooks);
    }

    /** The same with or without mutating hooks. */
    public ServerSettings withHooks(boolean other) {
        return new ServerSettings(
                takeOver,
                lease,
                grace,
                silence,
                nameHold,
                leftoverAge,
                maxLeftovers,
                maxPending,
                maxBatch,
                maxSubscriptions,
                maxAgents,
                limits,
                maxAnswers,
                maxDesiredBytes,
                maxHistory,
                maxHistoryChars,
                maxEvents,
                maxEventBytes,
                other);
    }
}
