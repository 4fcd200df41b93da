package io.muster.server.core;

import java.time.Duration;

/**
 * The bounds and times of the server's core.
 *
 * @param takeOver whether agents of a foreign lineage are told to obey
 * @param hooks whether mutating hooks look at each update
 * @param limits how large the desired state may become
 * @param history how many desired states are remembered, the present one among them, and how much
 *     the updates may have changed, in characters
 * @param events how many are kept for subscribers who come back, and in how much memory, roughly
 */
public record ServerSettings(
        boolean takeOver,
        boolean hooks,
        Times times,
        Bounds bounds,
        StateLimits limits,
        Kept history,
        Kept events) {
    /** For all who have no reason to differ. */
    public static final ServerSettings DEFAULTS =
            new ServerSettings(
                    false,
                    false,
                    Times.DEFAULTS,
                    Bounds.DEFAULTS,
                    StateLimits.DEFAULTS,
                    new Kept(20, 32L << 20),
                    new Kept(10_000, 32L << 20));

    /**
     * How long the server waits for others.
     *
     * @param lease how long a subscription lives without being renewed
     * @param grace how long after each connection of the server agents may take to announce
     *     themselves before they count as gone
     * @param silence after this without any message an agent counts as gone, should its will be
     *     lost; more than two of its slow announcements
     * @param nameHold how long a name is kept for a holder that is away: longer than it takes to
     *     notice that plus the time after which an agent that another threw out is back
     * @param leftoverAge how long a deleted workload of an agent that is gone is still shown
     */
    public record Times(
            Duration lease,
            Duration grace,
            Duration silence,
            Duration nameHold,
            Duration leftoverAge) {
        /** For all who have no reason to differ. */
        public static final Times DEFAULTS =
                new Times(
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(150),
                        Duration.ofSeconds(60),
                        Duration.ofHours(24));
    }

    /**
     * How much of what others bring is taken.
     *
     * @param maxLeftovers how many deleted workloads are shown for one agent that is gone
     * @param maxPending how many updates may wait for the store; more are answered with "busy"
     * @param maxBatch how many updates go into one commit
     * @param maxSubscriptions how many there may be
     * @param maxAgents how many agents may be known
     * @param maxAnswers how many answers are remembered
     * @param maxDesiredBytes the largest desired state of one agent, encoded
     */
    public record Bounds(
            int maxLeftovers,
            int maxPending,
            int maxBatch,
            int maxSubscriptions,
            int maxAgents,
            int maxAnswers,
            int maxDesiredBytes) {
        /** For all who have no reason to differ. */
        public static final Bounds DEFAULTS =
                new Bounds(1_000, 1_000, 256, 1_000, 20_000, 10_000, (1 << 20) - 2048);
    }

    /**
     * How much is remembered, whichever bound is met first.
     *
     * @param count how many
     * @param size how much all of it together
     */
    public record Kept(int count, long size) {}

    /** The same with another decision about agents of a foreign lineage. */
    public ServerSettings withTakeOver(boolean other) {
        return new ServerSettings(other, hooks, times, bounds, limits, history, events);
    }

    /** The same with or without mutating hooks. */
    public ServerSettings withHooks(boolean other) {
        return new ServerSettings(takeOver, other, times, bounds, limits, history, events);
    }

    /** The same with other bounds on the desired state as a whole. */
    public ServerSettings withLimits(StateLimits other) {
        return new ServerSettings(takeOver, hooks, times, bounds, other, history, events);
    }

    /** The same with another bound on the desired state of one agent. */
    public ServerSettings withMaxDesiredBytes(int other) {
        var changed =
                new Bounds(
                        bounds.maxLeftovers,
                        bounds.maxPending,
                        bounds.maxBatch,
                        bounds.maxSubscriptions,
                        bounds.maxAgents,
                        bounds.maxAnswers,
                        other);
        return new ServerSettings(takeOver, hooks, times, changed, limits, history, events);
    }

    /** The same with another length of the history. */
    public ServerSettings withMaxHistory(int count) {
        var changed = new Kept(count, history.size);
        return new ServerSettings(takeOver, hooks, times, bounds, limits, changed, events);
    }

    /** The same with another number of events kept. */
    public ServerSettings withMaxEvents(int count) {
        var changed = new Kept(count, events.size);
        return new ServerSettings(takeOver, hooks, times, bounds, limits, history, changed);
    }
}
