package io.muster.agent.control;

import io.muster.api.shell.Serial;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Shows a program again and again that an earlier agent has ended, until it says Hello: it has not
 * seen that, since the FIFOs were there again before it ran.
 */
final class Reminder {
    /** Clients that have seen the end say Hello within a second. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private Reminder() {}

    static void begin(Serial serial, BooleanSupplier ungreeted, Runnable showEnd) {
        serial.after(
                PAUSE,
                () -> {
                    if (ungreeted.getAsBoolean()) {
                        showEnd.run();
                        begin(serial, ungreeted, showEnd);
                    }
                });
    }
}
