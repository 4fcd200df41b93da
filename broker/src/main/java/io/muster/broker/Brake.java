package io.muster.broker;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Holds acknowledgements back while the server has much to catch up on, so that those who publish
 * to it slow down: their windows fill. One connection, its thread.
 *
 * <p>Each is held for two seconds at most, well below the deadline of a publication. At most a
 * window of them is held: what is held counts as unacknowledged until it is let go.
 */
final class Brake {
    private static final long PAUSE_MILLIS = 20;
    private static final int MAX_PAUSES = 100;

    private final BooleanSupplier crowded;
    private final Runnable acknowledged;
    private final Queue<Held> held = new ArrayDeque<>();
    private int pauses;

    private record Held(Object packet, ChannelPromise promise, int until) {}

    /**
     * Brakes nothing yet.
     *
     * @param crowded says whether the server has much to catch up on
     * @param acknowledged is run for each acknowledgement that is let go
     */
    Brake(BooleanSupplier crowded, Runnable acknowledged) {
        this.crowded = crowded;
        this.acknowledged = acknowledged;
    }

    void write(ChannelHandlerContext context, Object packet, ChannelPromise promise) {
        if (held.isEmpty() && !crowded.getAsBoolean()) {
            letGo(context, packet, promise);
            return;
        }
        if (held.isEmpty()) {
            pause(context);
        }
        held.add(new Held(packet, promise, pauses + MAX_PAUSES));
    }

    private void pause(ChannelHandlerContext context) {
        var _ =
                context.executor()
                        .schedule(() -> paused(context), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void paused(ChannelHandlerContext context) {
        pauses++;
        boolean free = !crowded.getAsBoolean();
        for (var next = held.peek();
                next != null && (free || next.until() <= pauses);
                next = held.peek()) {
            held.remove();
            letGo(context, next.packet(), next.promise());
        }
        context.flush();
        if (!held.isEmpty() && context.channel().isActive()) {
            pause(context);
        }
    }

    private void letGo(ChannelHandlerContext context, Object packet, ChannelPromise promise) {
        acknowledged.run();
        Gate.pass(context, packet, promise);
    }
}
