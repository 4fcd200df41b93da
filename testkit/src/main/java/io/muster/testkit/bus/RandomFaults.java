package io.muster.testkit.bus;

import io.muster.api.topic.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Faults by chance, from a generator of their own; they can be switched off, and on again. */
public final class RandomFaults implements Faults {
    private final RandomGenerator random;
    private final Rates rates;
    private boolean on = true;

    /** Faults at these rates. */
    public RandomFaults(RandomGenerator random, Rates rates) {
        this.random = random;
        this.rates = rates;
    }

    /**
     * How often, each from 0 to 1, and how much.
     *
     * @param lost a message for one client
     * @param doubled a message for one client
     * @param delayed a message for one client
     * @param unacknowledged a publication that the broker takes
     * @param broken a connection, when a publication arrives
     * @param willLost a will
     * @param willDelayed a will
     * @param longestLatency of a packet; every packet has one
     * @param longestDelay of what is delayed
     */
    public record Rates(
            double lost,
            double doubled,
            double delayed,
            double unacknowledged,
            double broken,
            double willLost,
            double willDelayed,
            Duration longestLatency,
            Duration longestDelay) {
        /** A network without faults: latency of up to 2 ms. */
        public static final Rates CALM =
                new Rates(0, 0, 0, 0, 0, 0, 0, Duration.ofMillis(2), Duration.ZERO);

        /** Everything happens, often enough that a short run sees it. */
        public static final Rates ROUGH =
                new Rates(
                        0.02,
                        0.02,
                        0.1,
                        0.01,
                        0.005,
                        0.1,
                        0.2,
                        Duration.ofMillis(50),
                        Duration.ofSeconds(5));
    }

    /** Switches off all but latency; from the thread of the broker's serial. */
    public void calm() {
        on = false;
    }

    /** Switches on again; from the thread of the broker's serial. */
    public void resume() {
        on = true;
    }

    @Override
    public Duration latency(String host) {
        return upTo(rates.longestLatency);
    }

    @Override
    public List<Duration> copies(String host, Topic topic) {
        if (happens(rates.lost)) {
            return List.of();
        }
        var delay = happens(rates.delayed) ? upTo(rates.longestDelay) : Duration.ZERO;
        return happens(rates.doubled) ? List.of(delay, upTo(rates.longestDelay)) : List.of(delay);
    }

    @Override
    public boolean acknowledges(String host, Topic topic) {
        return !happens(rates.unacknowledged);
    }

    @Override
    public boolean breaks(String host, Topic topic) {
        return happens(rates.broken);
    }

    @Override
    public Optional<Duration> will(String host) {
        if (happens(rates.willLost)) {
            return Optional.empty();
        }
        return Optional.of(happens(rates.willDelayed) ? upTo(rates.longestDelay) : Duration.ZERO);
    }

    private boolean happens(double rate) {
        return random.nextDouble() < rate && on;
    }

    private Duration upTo(Duration longest) {
        return Duration.ofNanos(random.nextLong(longest.toNanos() + 1));
    }
}
