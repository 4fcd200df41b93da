package io.muster.testkit.bus;

import io.muster.api.topic.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What goes wrong by itself between clients and broker, and inside the broker. It is asked on the
 * broker's serial, one question at a time. Clients are known by the host that they run on.
 *
 * <p>Whatever it answers, the messages of one topic reach one client in order.
 */
public interface Faults {
    /** How long a packet takes from this host to the broker, or back. */
    Duration latency(String host);

    /**
     * What a client gets of a message: for each copy, how long it stays in the broker. None loses
     * the message, two double it; differences between topics reorder them.
     */
    List<Duration> copies(String host, Topic topic);

    /** Whether the broker forgets a publication, and acknowledges it all the same. */
    default boolean forgets(String host, Topic topic) {
        return false;
    }

    /** Whether the broker acknowledges a publication that it has taken. */
    boolean acknowledges(String host, Topic topic);

    /**
     * Whether the connection breaks when the broker has taken a publication and not yet
     * acknowledged it.
     */
    boolean breaks(String host, Topic topic);

    /** How long after a connection's death the broker publishes its will; empty if never. */
    Optional<Duration> will(String host);

    /** Nothing goes wrong, and everything takes no time. */
    static Faults none() {
        return new Faults() {
            @Override
            public Duration latency(String host) {
                return Duration.ZERO;
            }

            @Override
            public List<Duration> copies(String host, Topic topic) {
                return List.of(Duration.ZERO);
            }

            @Override
            public boolean acknowledges(String host, Topic topic) {
                return true;
            }

            @Override
            public boolean breaks(String host, Topic topic) {
                return false;
            }

            @Override
            public Optional<Duration> will(String host) {
                return Optional.of(Duration.ZERO);
            }
        };
    }
}
