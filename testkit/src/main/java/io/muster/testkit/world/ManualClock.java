package io.muster.testkit.world;

import io.muster.api.shell.Clock;
import java.time.Duration;
import java.time.Instant;

/** A clock that stands still until a test moves it. */
public final class ManualClock implements Clock {
    private Instant now = World.BEGINNING;
    private long nanos;

    /** Moves both times forward. */
    public void advance(Duration duration) {
        now = now.plus(duration);
        nanos += duration.toNanos();
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public long nanoTime() {
        return nanos;
    }
}
