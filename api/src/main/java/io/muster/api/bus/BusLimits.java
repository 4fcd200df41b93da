package io.muster.api.bus;

import io.muster.api.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The bounds that every implementation of the bus keeps.
 *
 * @param deadline for connecting, publishing and subscribing
 * @param maxMessageBytes the largest packet, topic and headers included: the same figure as at the
 *     broker, which may just close the connection on a larger one
 * @param window how many messages the broker may send before the first of them is acknowledged. A
 *     broker in use forgets this once something is acknowledged, and whoever exceeds it loses the
 *     connection: so it is to be more than a burst
 * @param maxPending how many publications and subscriptions may wait for their acknowledgement
 * @param maxWaitingBytes how large those publications may be together, and how large the messages
 *     that wait for the listener; with more of those the connection is given up
 * @param firstPause the upper end of the first pause before a new connection; it doubles each time
 * @param longestPause the upper end of any such pause
 */
public record BusLimits(
        Duration deadline,
        int maxMessageBytes,
        int window,
        int maxPending,
        long maxWaitingBytes,
        Duration firstPause,
        Duration longestPause) {
    /**
     * 10 s, 1 MiB messages, 8,192 unacknowledged ones in, 10,000 out and no more than 64 MiB each
     * way, pauses from 100 ms to 5 s.
     */
    public static final BusLimits DEFAULT =
            new BusLimits(
                    Duration.ofSeconds(10),
                    1 << 20,
                    8_192,
                    10_000,
                    64L << 20,
                    Duration.ofMillis(100),
                    Duration.ofSeconds(5));

    /** More than the headers and properties that we use take in a packet (MQTT 5.0, 3.3). */
    private static final int HEADERS = 32;

    /** Checks that each bound allows something. */
    public BusLimits {
        positive("deadline", deadline.toNanos());
        positive("maxMessageBytes", maxMessageBytes);
        positive("window", window);
        positive("maxPending", maxPending);
        positive("maxWaitingBytes", maxWaitingBytes);
        positive("firstPause", firstPause.toNanos());
        if (window > 65_535) { // MQTT 5.0, 3.1.2.11.3: two bytes
            throw new IllegalArgumentException("window " + window + " is above 65,535");
        }
        if (longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException(
                    "longestPause %s is below firstPause %s".formatted(longestPause, firstPause));
        }
    }

    /** The same with another deadline. */
    public BusLimits withDeadline(Duration other) {
        return new BusLimits(
                other,
                maxMessageBytes,
                window,
                maxPending,
                maxWaitingBytes,
                firstPause,
                longestPause);
    }

    /** The same for other messages. */
    public BusLimits withMaxMessageBytes(int other) {
        return new BusLimits(
                deadline, other, window, maxPending, maxWaitingBytes, firstPause, longestPause);
    }

    /** The same with another window. */
    public BusLimits withWindow(int other) {
        return new BusLimits(
                deadline,
                maxMessageBytes,
                other,
                maxPending,
                maxWaitingBytes,
                firstPause,
                longestPause);
    }

    /** The same with other bounds of what waits for its acknowledgement. */
    public BusLimits withPending(int count, long bytes) {
        return new BusLimits(
                deadline, maxMessageBytes, window, count, bytes, firstPause, longestPause);
    }

    /** The same with other pauses before a new connection. */
    public BusLimits withPauses(Duration first, Duration longest) {
        return new BusLimits(
                deadline, maxMessageBytes, window, maxPending, maxWaitingBytes, first, longest);
    }

    /** Returns how large a payload for this topic may be; zero or less if not even none fits. */
    public int maxPayloadBytes(Topic topic) {
        return maxMessageBytes - HEADERS - topic.value().getBytes(StandardCharsets.UTF_8).length;
    }

    private static void positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be more than nothing");
        }
    }
}
