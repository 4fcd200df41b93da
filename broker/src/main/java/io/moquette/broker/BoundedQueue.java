package io.moquette.broker;

import io.moquette.broker.MoquetteCore.Events;
import io.moquette.broker.SessionRegistry.EnqueuedMessage;
import io.moquette.broker.SessionRegistry.PublishedMessage;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
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
    private static final int MAX_MESSAGES = 50_000;
    private static final long MAX_BYTES = 64L * 1024 * 1024;

    private final Queue<EnqueuedMessage> messages = new ArrayDeque<>();
    private final String clientId;
    private final Events events;
    private long bytes;
    private boolean crowded;
    private boolean closed;

    private BoundedQueue(String clientId, Events events) {
        this.clientId = clientId;
        this.events = events;
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
            events.tooSlow(clientId);
            return;
        }
        bytes += size;
        messages.add(message);
        judge();
    }

    @Override
    public synchronized @Nullable EnqueuedMessage dequeue() {
        var message = messages.poll();
        if (message != null) {
            bytes -= sizeOf(message);
            judge();
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
        bytes = 0;
        judge();
    }

    /** Crowded from an eighth of the bounds, relieved at half of that. */
    private void judge() {
        int part = crowded ? 16 : 8;
        boolean now = messages.size() > MAX_MESSAGES / part || bytes > MAX_BYTES / part;
        if (now != crowded) {
            crowded = now;
            events.crowded(clientId, now);
        }
    }

    private static long sizeOf(EnqueuedMessage message) {
        return message instanceof PublishedMessage published
                ? published.getPayload().readableBytes()
                : 0;
    }

    /** Makes a queue for each session; none is ever found again. */
    static final class Maker implements IQueueRepository {
        private final Events events;

        Maker(Events events) {
            this.events = events;
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
            return new BoundedQueue(clientId, events);
        }

        @Override
        public void close() {}
    }
}
