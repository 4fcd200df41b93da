package io.muster.simulators.fleet;

/** A fleet cannot go on; the message says why. */
public final class FleetFailure extends Exception {
    private static final long serialVersionUID = 1;

    FleetFailure(String message) {
        super(message);
    }

    FleetFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
