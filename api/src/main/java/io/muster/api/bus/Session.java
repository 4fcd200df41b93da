package io.muster.api.bus;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a session tells the broker. Always clean start, session expiry 0, QoS 1.
 *
 * @param clientId unique at the broker, fixed for the life of the session
 * @param keepAlive 1 to 65,535 seconds; a peer silent for one and a half of it is taken for dead
 * @param will from the nonce of a connection, what the broker publishes when that connection dies;
 *     empty for nothing. It is asked anew, on the session's serial, for each attempt to connect
 */
public record Session(
        String clientId, Duration keepAlive, Function<String, Optional<Publication>> will) {
    /** Checks the keep-alive. */
    public Session {
        if (keepAlive.toSeconds() < 1 || keepAlive.toSeconds() > 65_535) {
            throw new IllegalArgumentException(
                    "keep-alive " + keepAlive + " is not within 1 to 65,535 s");
        }
    }

    /** A session whose end concerns nobody. */
    public static Session withoutWill(String clientId, Duration keepAlive) {
        return new Session(clientId, keepAlive, _ -> Optional.empty());
    }
}
