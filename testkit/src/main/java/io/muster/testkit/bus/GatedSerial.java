package io.muster.testkit.bus;

import io.muster.api.shell.Serial;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A serial that can be full on purpose, and that knows whether a caller runs on it. */
final class GatedSerial implements Serial {
    private final Serial serial;
    private final ThreadLocal<Boolean> inside = ThreadLocal.withInitial(() -> false);
    private volatile boolean full;

    GatedSerial(Serial serial) {
        this.serial = serial;
    }

    /** Whether offers are refused from now on. */
    void full(boolean is) {
        full = is;
    }

    boolean isInside() {
        return inside.get();
    }

    @Override
    public boolean offer(Runnable task) {
        return !full && serial.offer(within(task));
    }

    @Override
    public void deliver(Runnable task) {
        serial.deliver(within(task));
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        return serial.after(delay, within(task));
    }

    @Override
    public <T extends @Nullable Object> void offload(
            Callable<T> work, BiConsumer<@Nullable T, @Nullable Exception> done) {
        serial.<T>offload(
                work, (result, failure) -> within(() -> done.accept(result, failure)).run());
    }

    @Override
    public void close() {
        serial.close();
    }

    private Runnable within(Runnable task) {
        return () -> {
            inside.set(true);
            try {
                task.run();
            } finally {
                inside.set(false);
            }
        };
    }
}
