package io.moquette.broker;

import io.moquette.broker.SessionRegistry.EnqueuedMessage;
import io.moquette.broker.SessionRegistry.PublishedMessage;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one session that has a full window of unacknowledged messages. Only the thread of
 * the session uses it.
 *
 * <p>The original has no bound, and throws when it is used after its session, which costs other
 * sessions their messages.
 */
@NullMarked
final class BoundedQueue implements SessionMessageQueue<EnqueuedMessage> {
    private static final int MAX_MESSAGES = 10_000;
    private static final long MAX_BYTES = 32L * 1024 * 1024;

    private final Queue<EnqueuedMessage> messages = new ArrayDeque<>();
    private final Runnable full;
    private long bytes;
    private boolean closed;

    private BoundedQueue(Runnable full) {
        this.full = full;
    }

    @Override
    public synchronized void enqueue(EnqueuedMessage message) {
        if (closed) {
            Utils.release(message, "queue of a session that has ended");
            return;
        }
        long size = sizeOf(message);
        if (messages.size() >= MAX_MESSAGES || (bytes + size > MAX_BYTES && !messages.isEmpty())) {
            Utils.release(message, "queue is full");
            full.run();
            return;
        }
        bytes += size;
        messages.add(message);
    }

    @Override
    public synchronized @Nullable EnqueuedMessage dequeue() {
        var message = messages.poll();
        if (message != null) {
            bytes -= sizeOf(message);
        }
        return message;
    }

    @Override
    public synchronized boolean isEmpty() {
        return messages.isEmpty();
    }

    @Override
    public synchronized void closeAndPurge() {
        closed = true;
        messages.forEach(each -> Utils.release(each, "queue of a session that has ended"));
        messages.clear();
    }

    private static long sizeOf(EnqueuedMessage message) {
        return message instanceof PublishedMessage published
                ? published.getPayload().readableBytes()
                : 0;
    }

    /** Makes a queue for each session; none is ever found again. */
    static final class Maker implements IQueueRepository {
        private final Consumer<String> full;

        /** The consumer hears which client's queue is full, for each message that is dropped. */
        Maker(Consumer<String> full) {
            this.full = full;
        }

        @Override
        public Set<String> listQueueNames() {
            return Set.of();
        }

        @Override
        public boolean containsQueue(String clientId) {
            return false;
        }

        @Override
        public SessionMessageQueue<EnqueuedMessage> getOrCreateQueue(String clientId) {
            return new BoundedQueue(() -> full.accept(clientId));
        }

        @Override
        public void close() {}
    }
}
