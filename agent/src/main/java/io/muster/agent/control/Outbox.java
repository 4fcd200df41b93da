package io.muster.agent.control;

import io.muster.agent.kernel.Fifos;
import io.muster.api.codec.ControlCodec;
import io.muster.api.codec.MalformedMessage;
import io.muster.api.control.ToWorkload;
import io.muster.api.request.Response;
import io.muster.api.request.Response.Reason;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one workload is told, in order.
 *
 * <p>Answers are never dropped for lack of room: those that find none wait here, and whatever
 * follows waits behind them. Who asks is not heard meanwhile, so there are no more of them than
 * requests are open. One for which the agent has no memory is replaced by a refusal that says so.
 * Events, of which the workload can be told the whole later, are dropped and counted.
 */
final class Outbox {
    /** What is so small is kept in any case. */
    private static final int SMALL = 4 << 10;

    private final Room.Share share;
    private final ArrayDeque<byte[]> unsent = new ArrayDeque<>();
    private Fifos.@Nullable Pair pair;
    private boolean deserted; // nobody reads
    private long missed;

    Outbox(Room.Share share) {
        this.share = share;
    }

    void open(Fifos.Pair opened) {
        pair = opened;
    }

    /** Says whether it has room for more that can wait elsewhere. */
    boolean isFree() {
        return pair != null && unsent.isEmpty() && !pair.isCrowded();
    }

    /** Says whether all that had to be told has found room. */
    boolean isEmpty() {
        return unsent.isEmpty();
    }

    /** Says whether nobody reads. */
    boolean isDeserted() {
        return deserted;
    }

    /** Tells something that is not to be missed. */
    void tell(ToWorkload told) {
        if (told instanceof ToWorkload.Answer(var response)) {
            answer(response);
            return;
        }
        var framed = frame(told);
        if (!send(framed)) {
            keep(framed);
        }
    }

    /** Answers a request. */
    void answer(Response response) {
        var framed = frame(new ToWorkload.Answer(response));
        if (send(framed)) {
            return;
        }
        boolean mayStay = framed.length <= SMALL || share.hasRoomFor(framed.length);
        keep(mayStay ? framed : frame(new ToWorkload.Answer(shorter(response, framed.length))));
    }

    /** An answer was given up before it was read. */
    void gaveUp(Response response, int bytes) {
        answer(instead(response, bytes, "they were not read while others needed the room"));
    }

    /** Says whether there was room for it; if not, it is as if nothing was said. */
    boolean offer(Response response) {
        return send(frame(new ToWorkload.Answer(response)));
    }

    /** Says whether there was room for it; if not, it is missed. */
    boolean event(Response response) {
        boolean sent = offer(response);
        if (!sent) {
            miss(1);
        }
        return sent;
    }

    /** So many messages are not told. */
    void miss(long messages) {
        missed += messages;
    }

    /** So many were told and have not reached anybody. */
    void dropped(int messages) {
        missed += messages;
        deserted = true;
    }

    void readerCame() {
        deserted = false;
    }

    /** Returns how many were missed since the last call. */
    long takeMissed() {
        long taken = missed;
        missed = 0;
        return taken;
    }

    /** Sends what waits, as far as there is room. */
    void flush() {
        while (pair != null && !unsent.isEmpty() && pair.send(unsent.element())) {
            share.remove(unsent.remove().length);
        }
    }

    /** Nobody waits any more for what was not sent yet. */
    void clear() {
        unsent.forEach(each -> share.remove(each.length));
        unsent.clear();
    }

    private boolean send(byte[] framed) {
        return pair != null && unsent.isEmpty() && pair.send(framed);
    }

    private void keep(byte[] framed) {
        share.add(framed.length);
        unsent.add(framed);
    }

    private static byte[] frame(ToWorkload told) {
        return Framing.frame(ControlCodec.encode(told));
    }

    /** Returns what was framed. */
    static ToWorkload told(byte[] framed) {
        try {
            return ControlCodec.decodeToWorkload(Framing.content(framed));
        } catch (MalformedMessage e) {
            throw new IllegalStateException("what was encoded here can be decoded", e);
        }
    }

    private static Response shorter(Response response, int bytes) {
        return instead(
                response,
                bytes,
                "there was no room for them, since what was told before is not read");
    }

    private static Response instead(Response response, int bytes, String why) {
        var what =
                switch (response.body()) {
                    case Response.Updated _ ->
                            new Brief(Reason.OUTCOME_UNKNOWN, "the update is stored, but ");
                    case Response.Refused(var reason, _, _, _) ->
                            new Brief(reason, "it is refused, but ");
                    case Response.Body _ -> new Brief(Reason.BUSY, "");
                };
        return new Response(
                response.id(),
                new Response.Refused(
                        what.reason,
                        what.beginning
                                + "the answer has %d bytes, and %s; read on, and ask again, or for less"
                                        .formatted(bytes, why),
                        List.of()));
    }

    private record Brief(Reason reason, String beginning) {}
}
