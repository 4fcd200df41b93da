package io.muster.testkit.world;

import io.muster.api.shell.Serial;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A serial whose tasks are events of a world. */
final class WorldSerial implements Serial {
    private static final int MAX_OFFLOAD_MICROS = 2_000;

    private final World world;
    private final String name;
    private final int bound;
    private final RandomGenerator random;
    private int waiting;
    private boolean closed;

    WorldSerial(World world, String name, int bound, RandomGenerator random) {
        this.world = world;
        this.name = name;
        this.bound = bound;
        this.random = random;
    }

    @Override
    public boolean offer(Runnable task) {
        if (closed || waiting >= bound) {
            return false;
        }
        waiting++;
        world.in(
                Duration.ZERO,
                () -> {
                    waiting--;
                    runIfOpen(task);
                });
        return true;
    }

    @Override
    public void deliver(Runnable task) {
        world.in(Duration.ZERO, () -> runIfOpen(task));
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        return world.in(delay, () -> runIfOpen(task));
    }

    @Override
    public <T extends @Nullable Object> void offload(
            Callable<T> work, BiConsumer<@Nullable T, @Nullable Exception> done) {
        // real threads finish in any order: so does this
        attempt(work, done, Duration.ofNanos(1_000L * random.nextInt(MAX_OFFLOAD_MICROS)));
    }

    private <T extends @Nullable Object> void attempt(
            Callable<T> work, BiConsumer<@Nullable T, @Nullable Exception> done, Duration delay) {
        world.in(
                delay,
                () -> {
                    if (closed) {
                        return; // the process died: its work with it
                    }
                    try {
                        var result = work.call();
                        deliver(() -> done.accept(result, null));
                    } catch (TakesTime e) {
                        attempt(work, done, e.time());
                    } catch (Exception e) {
                        deliver(() -> done.accept(null, e));
                    }
                });
    }

    @Override
    public void close() {
        closed = true;
    }

    private void runIfOpen(Runnable task) {
        if (!closed) {
            task.run();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
