package io.muster.sdk;

import io.muster.sdk.MusterException.Kind;
import io.muster.sdk.proto.RequestProto.CompleteStateRequest;
import io.muster.sdk.proto.RequestProto.EventsCancelRequest;
import io.muster.sdk.proto.RequestProto.Request;
import io.muster.sdk.proto.RequestProto.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A subscription to a part of the state. For one thread at a time; any may close.
 *
 * <p>It outlives agents and servers: once it has begun, it begins anew as often as it takes.
 * Whoever takes events more slowly than they come is told the whole state again, once what waits
 * has been taken.
 */
public final class Events implements AutoCloseable {
    /** From one beginning to the next: an agent that is busy refuses at once. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Conversation conversation;
    private final List<String> masks;
    private Exchange current; // guarded by this
    private long subscribedAt; // by System.nanoTime(); guarded by this
    private boolean closed; // guarded by this
    private boolean begun; // of the thread that polls

    Events(Conversation conversation, List<String> masks) {
        this.conversation = conversation;
        this.masks = masks;
        this.current = subscribe();
    }

    private Exchange subscribe() {
        var request =
                Request.newBuilder()
                        .setRequestId(conversation.nextId())
                        .setCompleteStateRequest(
                                CompleteStateRequest.newBuilder()
                                        .addAllFieldMask(masks)
                                        .setSubscribeForEvents(true));
        var exchange =
                new Exchange(
                        request.build(),
                        Exchange.Nature.SUBSCRIPTION,
                        Response::hasCompleteStateResponse);
        conversation.begin(exchange);
        subscribedAt = System.nanoTime();
        return exchange;
    }

    /**
     * Waits for the next event; the first one is the whole of what was subscribed to, and so is the
     * next one if the subscription has to begin anew meanwhile.
     *
     * @return nothing if there was none in time
     * @throws MusterException if the subscription is refused, or over; of {@link Kind#BUSY} if it
     *     could not begin in the first place, for example since there is no server
     */
    public Optional<StateEvent> poll(Duration within) {
        long nanos = Deadlines.nanos(within);
        long start = System.nanoTime();
        while (true) {
            try {
                var event = current().answers().poll(left(nanos, start));
                begun = begun || event.isPresent();
                return event.map(it -> StateEvent.of(it.getCompleteStateResponse()));
            } catch (MusterException e) {
                if (!mayBeginAnew(e.kind())) {
                    throw e;
                }
                if (!beginAnew(left(nanos, start))) {
                    return Optional.empty();
                }
            }
        }
    }

    private static Duration left(long nanos, long start) {
        return Duration.ofNanos(Math.max(0, nanos - (System.nanoTime() - start)));
    }

    /** Who is told at the very beginning that there is no server may want something else. */
    private boolean mayBeginAnew(Kind kind) {
        return kind == Kind.LOST || (kind == Kind.BUSY && begun);
    }

    private synchronized Exchange current() {
        return current;
    }

    /** Subscribes again, after a pause; says whether there was time for that. */
    private synchronized boolean beginAnew(Duration within) {
        try {
            long start = System.nanoTime();
            long pause = subscribedAt + PAUSE.toNanos() - start;
            for (long nanos = Math.min(pause, within.toNanos());
                    !closed && nanos > System.nanoTime() - start; ) {
                TimeUnit.NANOSECONDS.timedWait(this, nanos - (System.nanoTime() - start));
            }
            if (closed) {
                throw Conversation.closedByProgram();
            }
            if (pause > within.toNanos()) {
                return false;
            }
            cancel();
            current = subscribe();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MusterException(e);
        }
    }

    private void cancel() {
        conversation.cancel(
                current,
                Request.newBuilder()
                        .setEventsCancelRequest(EventsCancelRequest.getDefaultInstance()),
                Response::hasEventsCancelAccepted);
    }

    /** Ends the subscription, without waiting for the agent. Safe to repeat. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            notifyAll();
            cancel();
        }
    }
}
