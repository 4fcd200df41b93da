package io.muster.api.host;

import io.muster.api.shell.Clock;
import java.time.Instant;

/** The clocks of this machine. */
public final class SystemClock implements Clock {
    @Override
    public Instant instant() {
        return Instant.now();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }
}
