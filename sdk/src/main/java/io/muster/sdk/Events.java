package io.muster.sdk;

import io.muster.sdk.MusterException.Kind;
import io.muster.sdk.proto.RequestProto.CompleteStateRequest;
import io.muster.sdk.proto.RequestProto.EventsCancelRequest;
import io.muster.sdk.proto.RequestProto.Request;
import io.muster.sdk.proto.RequestProto.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A subscription to a part of the state. For one thread at a time; any may close.
 *
 * <p>It outlives agents and servers. Whoever takes events more slowly than they come is told the
 * whole state again, once what waits has been taken.
 */
public final class Events implements AutoCloseable {
    private final Conversation conversation;
    private final List<String> masks;
    private Exchange current; // guarded by this
    private boolean closed; // guarded by this

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
        return exchange;
    }

    /**
     * Waits for the next event; the first one is the whole of what was subscribed to. Waits once
     * more as long if the subscription has to begin anew meanwhile.
     *
     * @return nothing if there was none in time
     * @throws MusterException if the subscription is refused, or over
     */
    public Optional<StateEvent> poll(Duration within) {
        try {
            return poll(current(), within);
        } catch (MusterException e) {
            if (e.kind() != Kind.LOST) {
                throw e;
            }
            return poll(anew(), within);
        }
    }

    private static Optional<StateEvent> poll(Exchange exchange, Duration within) {
        return exchange.answers()
                .poll(within)
                .map(response -> StateEvent.of(response.getCompleteStateResponse()));
    }

    private synchronized Exchange current() {
        return current;
    }

    private synchronized Exchange anew() {
        if (!closed) {
            cancel();
            current = subscribe();
        }
        return current;
    }

    private void cancel() {
        conversation.cancel(
                current,
                new Exchange(
                        Request.newBuilder()
                                .setRequestId(current.id())
                                .setEventsCancelRequest(EventsCancelRequest.getDefaultInstance())
                                .build(),
                        Exchange.Nature.ORDER,
                        Response::hasEventsCancelAccepted));
    }

    /** Ends the subscription, without waiting for the agent. Safe to repeat. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            cancel();
        }
    }
}
