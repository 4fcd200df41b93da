package io.muster.api.bus.session;

import io.muster.api.bus.BusException;
import io.muster.api.shell.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the broker's acknowledgement on one connection, in the order in which it was sent;
 * on the session's serial only.
 *
 * <p>One slow tick serves all deadlines, and only while something waits: a timer for each would
 * cost more than the publication.
 */
final class Pending {
    private static final int TICKS = 20; // per deadline, so that what fails does so in its last 5 %

    private final Serial serial;
    private final Duration deadline;
    private final Runnable afterOverdue;
    private final LinkedHashSet<Entry> entries = new LinkedHashSet<>();
    private long bytes;
    private long tick;
    private boolean ticking;
    private int unanswered;

    /**
     * Nothing waits.
     *
     * @param afterOverdue called when something has passed its deadline
     */
    Pending(Serial serial, Duration deadline, Runnable afterOverdue) {
        this.serial = serial;
        this.deadline = deadline;
        this.afterOverdue = afterOverdue;
    }

    /** One thing that waits. */
    final class Entry {
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private final Supplier<String> overdue;
        private final int size;
        private final long since = tick;

        private Entry(Supplier<String> overdue, int size) {
            this.overdue = overdue;
            this.size = size;
        }

        CompletionStage<Void> done() {
            return done;
        }
    }

    int count() {
        return entries.size();
    }

    long bytes() {
        return bytes;
    }

    /** Returns how many passed their deadline and have not been answered since. */
    int unanswered() {
        return unanswered;
    }

    /**
     * Adds one.
     *
     * @param overdue what to say when its deadline passes
     */
    Entry add(Supplier<String> overdue, int size) {
        var entry = new Entry(overdue, size);
        entries.add(entry);
        bytes += size;
        if (!ticking) {
            ticking = true;
            scheduleTick();
        }
        return entry;
    }

    /** Completes one, unless its deadline has passed. */
    void settle(Entry entry, @Nullable Throwable failure) {
        if (!remove(entry)) {
            unanswered--;
        } else if (failure == null) {
            entry.done.complete(null);
        } else {
            entry.done.completeExceptionally(
                    failure instanceof CompletionException wrapped && wrapped.getCause() != null
                            ? wrapped.getCause()
                            : failure);
        }
    }

    /** Fails all: the connection has ended. */
    void failAll(String why, boolean retryable) {
        var failed = new ArrayList<>(entries);
        entries.clear();
        bytes = 0;
        for (var entry : failed) {
            entry.done.completeExceptionally(new BusException(why, retryable));
        }
    }

    private boolean remove(Entry entry) {
        if (!entries.remove(entry)) {
            return false;
        }
        bytes -= entry.size;
        return true;
    }

    private void scheduleTick() {
        var _ = serial.after(deadline.dividedBy(TICKS), this::onTick);
    }

    private void onTick() {
        tick++;
        int before = unanswered;
        while (!entries.isEmpty() && entries.getFirst().since + TICKS <= tick) {
            var entry = entries.getFirst();
            remove(entry);
            unanswered++;
            entry.done.completeExceptionally(new BusException(entry.overdue.get(), true));
        }
        ticking = !entries.isEmpty();
        if (ticking) {
            scheduleTick();
        }
        if (unanswered > before) {
            afterOverdue.run();
        }
    }
}
