package io.muster.api.bus;

import java.time.Duration;

/** Hears what happens to a session. All calls come on the session's serial, one at a time. */
public interface BusListener {
    /**
     * There is a connection, with no subscription yet.
     *
     * @param nonce random, of this connection; the will that the broker holds was made from it
     */
    void connected(String nonce);

    /** There is none (any more), or one could not be made. The result says how to go on. */
    Retry disconnected(Disconnection why);

    /** A message has come; it is acknowledged when this returns. */
    void received(Message message);

    /** How to go on after a disconnection. */
    sealed interface Retry {
        /** Connect again after a growing, jittered pause. */
        record Soon() implements Retry {}

        /** Connect again, but not before this has passed. */
        record After(Duration pause) implements Retry {}

        /** Give up; the session is closed. */
        record Never() implements Retry {}
    }

    /**
     * Why there is no connection.
     *
     * @param text for people, with the broker's address
     */
    record Disconnection(Cause cause, String text) {}

    /** The kinds of reasons that callers treat differently. */
    enum Cause {
        /** The network or the broker failed. */
        LOST,
        /** Another session with the same client id took over. */
        TAKEN_OVER,
        /** The broker refused the session: credentials, client id, or it is not permitted. */
        REFUSED
    }
}
