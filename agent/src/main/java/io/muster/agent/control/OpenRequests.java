package io.muster.agent.control;

import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.transport.Spokesman;

/** What one workload has asked the server, and is not answered yet. */
final class OpenRequests {
    /** How many at a time. */
    static final int MAX = 16;

    private final int maxBytes;
    private final Room.Share share;
    private final Ear ear;
    private int open;
    private int openBefore; // of those that nobody waits for any more
    private long openBytes;
    private long generation;

    /** Hears what comes of them. */
    interface Ear {
        /** This is to be told. */
        void answer(Response response);

        /** One less is open, be it answered or not waited for. */
        void done();
    }

    /**
     * None yet.
     *
     * @param maxBytes beyond which no more is taken; the last one may go beyond it
     */
    OpenRequests(int maxBytes, Room.Share share, Ear ear) {
        this.maxBytes = maxBytes;
        this.share = share;
        this.ear = ear;
    }

    boolean mayTakeMore() {
        return open < MAX && openBytes <= maxBytes;
    }

    /** Says whether nothing is asked, not even for one that waits no more. */
    boolean areNone() {
        return open + openBefore == 0;
    }

    /** Nobody waits any more for what was asked before; the server is still asked for it. */
    void startAnew() {
        generation++;
        openBefore += open;
        open = 0;
        openBytes = 0;
    }

    /** Asks, or refuses. */
    void ask(Request request, int bytes, Spokesman speaker) {
        var id = request.id(); // the request may be large, and is not kept until the answer
        if (openBefore >= MAX || !share.hasRoomFor(bytes)) {
            ear.answer(
                    new Response(
                            id,
                            Refusals.busy(
                                    "nothing was sent: what waits for the server takes all the room"
                                            + " that the agent has for it; ask again in some"
                                            + " seconds")));
            return;
        }
        open++;
        openBytes += bytes;
        share.add(bytes);
        long of = generation;
        boolean update = request.body() instanceof Request.UpdateState its && !its.dryRun();
        speaker.ask(request.body(), ControlPost.PATIENCE)
                .whenComplete((response, failure) -> {
                    boolean awaited = done(of, bytes);
                    if (awaited) {
                        ear.answer(
                                new Response(
                                        id,
                                        response != null
                                                ? response.body()
                                                : Refusals.failed(failure, update)));
                    }
                    ear.done();
                });
    }

    private boolean done(long of, int bytes) {
        share.remove(bytes);
        if (of != generation) {
            openBefore--;
            return false;
        }
        open--;
        openBytes -= bytes;
        return true;
    }
}
