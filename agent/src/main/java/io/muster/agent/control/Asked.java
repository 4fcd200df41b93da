package io.muster.agent.control;

import io.muster.api.access.AccessRights;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.shell.Serial;
import io.muster.transport.Spokesman;

/** What one workload has asked for and was allowed, until it is over. All calls from the serial. */
final class Asked {
    private final OpenRequests requests;
    private final Subscriptions subscriptions;
    private final LogReadings logs;
    private final Ear ear;

    /** Hears what comes of it. */
    interface Ear extends OpenRequests.Ear, Listening.Ear, LogReadings.Ear {
        @Override
        void answer(Response response);

        @Override
        boolean offer(Response response);
    }

    /**
     * Nothing yet.
     *
     * @param allowance of all interfaces of the agent
     */
    Asked(Serial serial, LogAllowance allowance, Room.Share share, Ear ear) {
        this.requests = new OpenRequests(ControlPost.MAX_MESSAGE, share, ear);
        this.subscriptions = new Subscriptions(serial, share, ear);
        this.logs = new LogReadings(serial, allowance, share, ear);
        this.ear = ear;
    }

    /** Asks the server for it, unless it is dealt with here. */
    void forward(Request request, int bytes, Spokesman speaker) {
        var id = request.id();
        switch (request.body()) {
            case Request.GetState get when get.subscribe() ->
                    subscriptions.begin(id, get, bytes, speaker);
            case Request.CancelEvents _ -> {
                subscriptions.end(id);
                answer(id, new Response.EventsCancelled());
            }
            case Request.RenewEvents _ ->
                    answer(id, Refusals.of("the agent renews subscriptions; leave it to it"));
            case Request.GetLogs get -> logs.begin(id, get, bytes, speaker);
            case Request.CancelLogs _ -> {
                logs.end(id);
                answer(id, new Response.LogsCancelled());
            }
            case Request.PullImages _ ->
                    answer(
                            id,
                            Refusals.of(
                                    "workloads cannot have images pulled; use \"muster image"
                                            + " preload\""));
            case Request.Malformed(var why) -> answer(id, Refusals.of(why));
            case Request.UpdateState _,
                    Request.GetState _,
                    Request.GetHistory _,
                    Request.GetHistoryState _ ->
                    requests.ask(request, bytes, speaker);
        }
    }

    private void answer(String id, Response.Body body) {
        ear.answer(new Response(id, body));
    }

    boolean mayTakeMore() {
        return requests.mayTakeMore();
    }

    /** Says whether no request waits for the server, not even one that nobody waits for. */
    boolean isAnswered() {
        return requests.areNone();
    }

    /** Ends what these do not allow. */
    void judge(AccessRights rights) {
        subscriptions.judge(rights);
        logs.judge(rights);
    }

    /** Nobody waits any more for what was asked before. */
    void startAnew() {
        requests.startAnew();
        subscriptions.endAll();
        logs.endAll();
    }

    /** Something that was told has not reached the workload. */
    void dropped() {
        subscriptions.fallBehind();
        logs.dropped();
    }

    /**
     * This was told, and given up before it was read. Says whether that is dealt with; if not,
     * whoever has asked for it is to be told.
     */
    boolean gaveUp(Response response) {
        return subscriptions.gaveUp(response) || logs.gaveUp(response) || isNews(response.body());
    }

    private static boolean isNews(Response.Body body) {
        return switch (body) {
            case Response.StateAnswer answer -> answer.altered().isPresent();
            case Response.LogEntries _, Response.LogsStopped _ -> true;
            case Response.Body _ -> false;
        };
    }

    /** There is room for the whole of what was missed. */
    void catchUp() {
        subscriptions.catchUp();
    }

    /** There may be room for lines that wait. */
    void flush() {
        logs.flush();
    }

    /** This subscription has ended by itself. */
    void over(Listening listening) {
        subscriptions.over(listening);
    }
}
