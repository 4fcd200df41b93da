package io.muster.transport;

import io.muster.api.topic.Topic;
import io.muster.testkit.bus.Faults;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Faults that a test sets one by one; without them, every packet takes a millisecond. */
final class Mishaps implements Faults {
    private static final Duration LATENCY = Duration.ofMillis(1);

    Rule lost = (_, _) -> false;
    Rule doubled = (_, _) -> false;
    Rule unacknowledged = (_, _) -> false;
    Rule breaks = (_, _) -> false;
    Optional<Duration> will = Optional.of(Duration.ZERO);

    /** Says whether something happens to a message. */
    interface Rule {
        boolean holds(String host, Topic topic);
    }

    /** Holds the first {@code count} times that the topic has these words in it. */
    static Rule first(int count, String words) {
        var left = new int[] {count};
        return (_, topic) -> topic.value().contains(words) && left[0]-- > 0;
    }

    @Override
    public Duration latency(String host) {
        return LATENCY;
    }

    @Override
    public List<Duration> copies(String host, Topic topic) {
        if (lost.holds(host, topic)) {
            return List.of();
        }
        return doubled.holds(host, topic)
                ? List.of(Duration.ZERO, Duration.ofMillis(5))
                : List.of(Duration.ZERO);
    }

    @Override
    public boolean acknowledges(String host, Topic topic) {
        return !unacknowledged.holds(host, topic);
    }

    @Override
    public boolean breaks(String host, Topic topic) {
        return breaks.holds(host, topic);
    }

    @Override
    public Optional<Duration> will(String host) {
        return will;
    }
}
