package io.muster.testkit.world;

import io.muster.api.shell.Clock;
import io.muster.api.shell.Serial;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time on one thread: whatever happens is an event in a queue ordered by (time, order of
 * making). The same seed gives the same run.
 *
 * <p>Serials made here run their tasks, timers and blocking work as such events. Not for more than
 * one thread.
 */
public final class World {
    /** When every world begins. */
    public static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final SplittableRandom random;
    private Duration wallShift = Duration.ZERO;
    private long nanos;
    private long order;
    private long steps;
    private @Nullable Runnable afterEach;

    /** Begins a world. */
    public World(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /**
     * Returns a generator of its own for one node, so that its chances do not depend on what others
     * draw.
     */
    public RandomGenerator split() {
        return random.split();
    }

    /** Returns the clocks of this world. */
    public Clock clock() {
        return new Clock() {
            @Override
            public Instant instant() {
                return BEGINNING.plusNanos(nanos).plus(wallShift);
            }

            @Override
            public long nanoTime() {
                return nanos;
            }
        };
    }

    /** Makes the wall clock jump; monotonic time goes on as before. */
    public void jump(Duration shift) {
        wallShift = wallShift.plus(shift);
    }

    /**
     * Makes a serial.
     *
     * @param bound how many offered tasks may wait
     */
    public Serial serial(String name, int bound) {
        return new WorldSerial(this, name, bound, split());
    }

    /** Lets something happen after {@code delay}; returns how to prevent it. */
    public Serial.Timer in(Duration delay, Runnable happening) {
        var event = new Event(nanos + Math.max(0, delay.toNanos()), order++, happening);
        events.add(event);
        return () -> events.remove(event);
    }

    /** Calls {@code check} after every event: the place for invariants. */
    public void afterEach(Runnable check) {
        afterEach = check;
    }

    /** Returns how many events have happened. */
    public long steps() {
        return steps;
    }

    /** Returns how long the world has lasted. */
    public Duration elapsed() {
        return Duration.ofNanos(nanos);
    }

    /** Runs everything that happens within {@code duration}, and ends with the clock there. */
    public void run(Duration duration) {
        long end = nanos + duration.toNanos();
        for (var next = events.peek(); next != null && next.at <= end; next = events.peek()) {
            step();
        }
        nanos = end;
    }

    /**
     * Runs until the condition holds.
     *
     * @throws AssertionError if it does not within {@code limit}
     */
    public void runUntil(String what, Duration limit, BooleanSupplier condition) {
        long end = nanos + limit.toNanos();
        while (!condition.getAsBoolean()) {
            var next = events.peek();
            if (next == null || next.at > end) {
                throw new AssertionError(
                        "not within %s of virtual time, now at %s: %s"
                                .formatted(limit, elapsed(), what));
            }
            step();
        }
    }

    private void step() {
        var event = events.remove();
        nanos = event.at;
        steps++;
        event.happening.run();
        if (afterEach != null) {
            afterEach.run();
        }
    }

    private record Event(long at, long order, Runnable happening) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }
}
