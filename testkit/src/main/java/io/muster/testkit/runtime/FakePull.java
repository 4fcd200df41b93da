package io.muster.testkit.runtime;

import io.muster.api.runtime.LogReader;
import io.muster.api.shell.Clock;
import io.muster.testkit.world.TakesTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Gets an image in some virtual time. Any thread. */
final class FakePull implements LogReader {
    private final Clock clock;
    private final long due;
    private final byte[] begin;
    private boolean begun;
    private boolean closed;

    FakePull(Clock clock, String image, Duration time) {
        this.clock = clock;
        this.due = clock.nanoTime() + time.toNanos();
        this.begin = (image + " is being pulled\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public synchronized int read(byte[] buffer) {
        long left = due - clock.nanoTime();
        if (closed || (begun && left <= 0)) {
            return -1;
        }
        if (begun) {
            throw new TakesTime(Duration.ofNanos(left));
        }
        begun = true;
        System.arraycopy(begin, 0, buffer, 0, begin.length);
        return begin.length;
    }

    @Override
    public void finish() {}

    @Override
    public synchronized void close() {
        closed = true;
    }
}
