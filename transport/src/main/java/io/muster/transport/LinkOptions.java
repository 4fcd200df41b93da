package io.muster.transport;

import io.muster.api.codec.Frame;
import java.time.Duration;

/**
 * The measures of a link. {@link #DEFAULTS} is meant for all; server and requesters must agree on
 * the sizes.
 *
 * @param keepAlive of the connection to the broker; a peer silent for one and a half of it is dead
 * @param presenceDeadline within which the death of a peer is noticed, by keep-alive and will
 * @param grace how long a client waits for a first connection, and for a server to show its
 *     presence, before it says that there is none
 * @param look how long a starting server looks for the presence of another before it takes the
 *     name; zero if the broker is its own and therefore holds none
 * @param renewEvery how often a client renews its subscription; the server's lease should be at
 *     least three times this
 * @param maxMessageBytes the largest message that the broker takes, all included
 * @param chunkBytes above this, requests and responses travel in chunks
 * @param maxBodyBytes the largest request or response, and what one requester may have in
 *     unfinished chunks
 */
public record LinkOptions(
        Duration keepAlive,
        Duration presenceDeadline,
        Duration grace,
        Duration look,
        Duration renewEvery,
        int maxMessageBytes,
        int chunkBytes,
        int maxBodyBytes) {
    /** What a message needs besides its payload: topic, properties, envelope. */
    public static final int MESSAGE_OVERHEAD_BYTES = 2048;

    /** For all who have no reason to differ. */
    public static final LinkOptions DEFAULTS =
            new LinkOptions(
                    Duration.ofSeconds(6),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(2),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(20),
                    1 << 20,
                    256 << 10,
                    16 << 20);

    /** Checks that the sizes fit each other. */
    public LinkOptions {
        check(chunkBytes >= 1024, "chunks of %d bytes; use at least %d", chunkBytes, 1024);
        check(
                maxMessageBytes >= chunkBytes + MESSAGE_OVERHEAD_BYTES,
                "messages of %d bytes; a chunk needs %d",
                maxMessageBytes,
                chunkBytes + MESSAGE_OVERHEAD_BYTES);
        check(
                maxBodyBytes >= chunkBytes && maxBodyBytes / chunkBytes <= Frame.MAX_COUNT - 1,
                "bodies of %d bytes; use 1 to %d chunks",
                maxBodyBytes,
                Frame.MAX_COUNT - 1);
    }

    private static void check(boolean valid, String complaint, int given, int allowed) {
        if (!valid) {
            throw new IllegalArgumentException(complaint.formatted(given, allowed));
        }
    }

    /**
     * The same for one whose death is to be noticed within another time, of at least two seconds.
     * The deadline for others stays, or becomes as long: no agent is more patient with others than
     * they may be slow.
     */
    public LinkOptions noticedWithin(Duration time) {
        long seconds = Math.max(1, time.toSeconds() * 3 / 5); // so that 1.5 of it is less
        return new LinkOptions(
                Duration.ofSeconds(seconds),
                time.compareTo(presenceDeadline) > 0 ? time : presenceDeadline,
                grace,
                look,
                renewEvery,
                maxMessageBytes,
                chunkBytes,
                maxBodyBytes);
    }

    /** The same for a server whose broker is its own: nobody else can be there before it. */
    public LinkOptions withOwnBroker() {
        return new LinkOptions(
                keepAlive,
                presenceDeadline,
                grace,
                Duration.ZERO,
                renewEvery,
                maxMessageBytes,
                chunkBytes,
                maxBodyBytes);
    }

    /**
     * Returns the largest payload of a message that travels in one piece, such as a desired state.
     */
    public int maxPayloadBytes() {
        return maxMessageBytes - MESSAGE_OVERHEAD_BYTES;
    }
}
