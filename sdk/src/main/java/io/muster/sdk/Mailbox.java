package io.muster.sdk;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What waits to be taken by another thread: at most so many, and possibly an end after them. */
final class Mailbox<T> {
    private final int bound;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<T> waiting = new ArrayDeque<>();
    private Optional<MusterException> end = Optional.empty();

    Mailbox(int bound) {
        this.bound = bound;
    }

    /** Returns false, and takes nothing, if it is full; what comes after the end is nobody's. */
    boolean put(T news) {
        lock.lock();
        try {
            if (waiting.size() == bound) {
                return false;
            }
            if (end.isEmpty()) {
                waiting.add(news);
                changed.signalAll();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing comes any more, for this reason. The first reason counts. */
    void end(MusterException why) {
        lock.lock();
        try {
            if (end.isEmpty()) {
                end = Optional.of(why);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the next.
     *
     * @return nothing if none came in time
     * @throws MusterException if nothing comes any more
     */
    Optional<T> poll(Duration within) {
        lock.lock();
        try {
            long nanos = Deadlines.nanos(within);
            while (waiting.isEmpty() && end.isEmpty() && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            var next = Optional.ofNullable(waiting.poll());
            if (next.isEmpty() && end.isPresent()) {
                throw new MusterException(end.get());
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MusterException(e);
        } finally {
            lock.unlock();
        }
    }
}
