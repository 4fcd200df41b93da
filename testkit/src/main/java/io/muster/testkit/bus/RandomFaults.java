package io.muster.testkit.bus;

import io.muster.api.topic.Topic;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Faults by chance, from a generator of their own; they can be switched off, and on again. */
public final class RandomFaults implements Faults {
    private final RandomGenerator random;
    private final Rates rates;
    private final Map<NetworkFault, Double> worse = new EnumMap<>(NetworkFault.class);
    private final Map<NetworkFault, Long> counts = new EnumMap<>(NetworkFault.class);
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
     * @param forgotten a publication that the broker acknowledges
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
            double forgotten,
            double broken,
            double willLost,
            double willDelayed,
            Duration longestLatency,
            Duration longestDelay) {
        /** A network without faults: latency of up to 2 ms. */
        public static final Rates CALM =
                new Rates(0, 0, 0, 0, 0, 0, 0, 0, Duration.ofMillis(2), Duration.ofSeconds(5));

        /** The same with less latency. */
        public static final Rates STILL =
                new Rates(0, 0, 0, 0, 0, 0, 0, 0, Duration.ofMillis(1), Duration.ofSeconds(5));

        /** Everything happens, often enough that a short run sees it. */
        public static final Rates ROUGH =
                new Rates(
                        0.02,
                        0.02,
                        0.1,
                        0.01,
                        0.005,
                        0.005,
                        0.1,
                        0.2,
                        Duration.ofMillis(50),
                        Duration.ofSeconds(5));

        private double of(NetworkFault fault) {
            return switch (fault) {
                case LOSS -> lost;
                case DOUBLING -> doubled;
                case DELAY -> delayed;
                case NO_ACKNOWLEDGEMENT -> unacknowledged;
                case FORGETTING -> forgotten;
                case BREAK -> broken;
                case WILL_LOSS -> willLost;
                case WILL_DELAY -> willDelayed;
            };
        }
    }

    /**
     * Makes a fault happen at least this often, from 0 to 1, until it is eased; from the thread of
     * the broker's serial.
     */
    public void worsen(NetworkFault fault, double rate) {
        worse.put(fault, rate);
    }

    /** Ends what {@link #worsen} began; from the thread of the broker's serial. */
    public void ease(NetworkFault fault) {
        worse.remove(fault);
    }

    /** Returns how often each fault happened; from the thread of the broker's serial. */
    public Map<NetworkFault, Long> counts() {
        return Map.copyOf(counts);
    }

    /**
     * Switches off all but latency, and eases what was worsened; from the thread of the broker's
     * serial.
     */
    public void calm() {
        on = false;
        worse.clear();
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
        if (happens(NetworkFault.LOSS)) {
            return List.of();
        }
        var delay = happens(NetworkFault.DELAY) ? upTo(rates.longestDelay) : Duration.ZERO;
        return happens(NetworkFault.DOUBLING)
                ? List.of(delay, upTo(rates.longestDelay))
                : List.of(delay);
    }

    @Override
    public boolean forgets(String host, Topic topic) {
        return happens(NetworkFault.FORGETTING);
    }

    @Override
    public boolean acknowledges(String host, Topic topic) {
        return !happens(NetworkFault.NO_ACKNOWLEDGEMENT);
    }

    @Override
    public boolean breaks(String host, Topic topic) {
        return happens(NetworkFault.BREAK);
    }

    @Override
    public Optional<Duration> will(String host) {
        if (happens(NetworkFault.WILL_LOSS)) {
            return Optional.empty();
        }
        return Optional.of(
                happens(NetworkFault.WILL_DELAY) ? upTo(rates.longestDelay) : Duration.ZERO);
    }

    private boolean happens(NetworkFault fault) {
        double rate = Math.max(rates.of(fault), worse.getOrDefault(fault, 0.0));
        boolean happens = random.nextDouble() < rate && on;
        if (happens) {
            counts.merge(fault, 1L, Long::sum);
        }
        return happens;
    }

    private Duration upTo(Duration longest) {
        return Duration.ofNanos(random.nextLong(longest.toNanos() + 1));
    }
}
