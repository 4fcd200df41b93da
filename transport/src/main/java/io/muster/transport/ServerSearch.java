package io.muster.transport;

import io.muster.api.shell.Serial;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Reads the retained presence of the server again, slowly, while there seems to be no server: the
 * message that says otherwise may have been lost.
 */
final class ServerSearch {
    private final Serial serial;
    private final Duration pause;
    private final BooleanSupplier missing;
    private final Runnable read;
    private Optional<Serial.Timer> timer = Optional.empty();

    /**
     * Makes one.
     *
     * @param missing says whether there is a connection, and seems to be no server
     * @param read asks the broker for what it retains
     */
    ServerSearch(Serial serial, Duration pause, BooleanSupplier missing, Runnable read) {
        this.serial = serial;
        this.pause = pause;
        this.missing = missing;
        this.read = read;
    }

    /** Begins anew: there is a new connection, or the server has left. */
    void begin() {
        end();
        timer = Optional.of(serial.after(pause, this::look));
    }

    private void look() {
        timer = Optional.empty();
        if (missing.getAsBoolean()) {
            read.run();
            begin();
        }
    }

    void end() {
        timer.ifPresent(Serial.Timer::cancel);
        timer = Optional.empty();
    }
}
