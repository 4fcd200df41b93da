package io.muster.api.host;

import io.muster.api.shell.Serial;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A serial with a thread of its own; blocking work goes to virtual threads. */
public final class ThreadSerial implements Serial {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Task> queue = new ArrayDeque<>();
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();
    private final int bound;
    private final Consumer<Throwable> fault;
    private final String name;
    private int offered;
    private long alarmCount;
    private boolean closed;

    /**
     * Starts the thread, a daemon.
     *
     * @param bound how many offered tasks may wait
     * @param fault is told, on the serial's thread, what a task threw; the serial is closed by then
     */
    public ThreadSerial(String name, int bound, Consumer<Throwable> fault) {
        this(name, bound, fault, Thread.ofPlatform().daemon(true));
    }

    private ThreadSerial(String name, int bound, Consumer<Throwable> fault, Thread.Builder thread) {
        this.name = name;
        this.bound = bound;
        this.fault = fault;
        thread.name(name).start(this::work);
    }

    /** Makes one with a virtual thread, where there are thousands in one process. */
    public static ThreadSerial light(String name, int bound, Consumer<Throwable> fault) {
        return new ThreadSerial(name, bound, fault, Thread.ofVirtual());
    }

    @Override
    public boolean offer(Runnable task) {
        lock.lock();
        try {
            if (closed || offered >= bound) {
                return false;
            }
            offered++;
            queue.add(new Task(task, true));
            changed.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void deliver(Runnable task) {
        lock.lock();
        try {
            if (!closed) {
                queue.add(new Task(task, false));
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        lock.lock();
        try {
            var alarm = new Alarm(System.nanoTime() + delay.toNanos(), alarmCount++, task);
            if (!closed) {
                alarms.add(alarm);
                changed.signal();
            }
            return () -> cancel(alarm);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public <T extends @Nullable Object> void offload(
            Callable<T> work, BiConsumer<@Nullable T, @Nullable Exception> done) {
        Thread.ofVirtual()
                .name(name + "-offload")
                .start(() -> {
                    try {
                        var result = work.call();
                        deliver(() -> done.accept(result, null));
                    } catch (Exception e) {
                        deliver(() -> done.accept(null, e));
                    } catch (Error e) {
                        deliver(() -> {
                            throw e;
                        });
                    }
                });
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            queue.clear();
            alarms.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void cancel(Alarm alarm) {
        lock.lock();
        try {
            alarms.remove(alarm);
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        try {
            for (var task = next(); task != null; task = next()) {
                task.run();
            }
        } catch (Throwable e) { // a task that throws is a bug; its owner decides what that means
            close();
            fault.accept(e);
        }
    }

    /**
     * Waits for the next task; null when closed. Alarms that are due go first, so that no flood
     * starves them.
     */
    private @Nullable Runnable next() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                long now = System.nanoTime();
                var alarm = alarms.peek();
                if (alarm != null && alarm.at - now <= 0) {
                    return alarms.remove().task;
                }
                var task = queue.poll();
                if (task != null) {
                    offered -= task.offered ? 1 : 0;
                    return task.body;
                }
                if (alarm == null) {
                    changed.await();
                } else {
                    changed.awaitNanos(alarm.at - now);
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private record Task(Runnable body, boolean offered) {}

    private record Alarm(long at, long order, Runnable task) implements Comparable<Alarm> {
        @Override
        public int compareTo(Alarm other) {
            long difference = at - other.at; // nanoTime may wrap: compare by difference
            return difference != 0 ? Long.signum(difference) : Long.compare(order, other.order);
        }
    }
}
