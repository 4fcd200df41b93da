package io.muster.api.bus;

import io.muster.api.shell.Serial;

/**
 * Makes connections to one broker. Implementations: MQTT 5, and the in-memory bus of the test kit.
 *
 * <p>The broker's address, credentials and TLS belong to the implementation.
 */
public interface BusConnector {
    /**
     * Starts a session and keeps it connected, with jittered pauses, until closed.
     *
     * <p>Returns at once. All callbacks, those of returned stages included, run on {@code serial};
     * the bus uses no other thread of the caller. Messages are acknowledged to the broker only when
     * the listener has returned: a slow listener slows the broker down instead of filling memory.
     */
    Bus connect(Session session, Serial serial, BusListener listener);
}
