package io.muster.server.core;

import io.muster.api.outcome.Outcome;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.state.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Decides what the server does. Pure: no clock, no thread, no disk, no broker, no log.
 *
 * <p>Events that are lost, doubled or late delay the right outcome and never prevent it: what
 * matters is compared again with each announcement of an agent.
 */
public final class ServerLogic {
    private ServerLogic() {}

    /**
     * Takes one event.
     *
     * @param nowNanos monotonic time
     * @param wall the time of day, for people
     */
    public static Step on(ServerState state, ServerEvent event, long nowNanos, Instant wall) {
        var turn = new Turn(state, nowNanos, wall);
        take(turn, event);
        FactsLogic.flush(turn);
        SubscriptionLogic.flush(turn);
        return new Step(turn.state(), turn.effects());
    }

    /** Checks a state as far as that is possible without what is stored. */
    public static Outcome<State> check(State state, ServerSettings settings) {
        return Planning.plan(Wish.EMPTY, state, Optional.empty(), Remains.NONE, settings)
                .then(_ -> Outcome.accepted(state));
    }

    private static void take(Turn turn, ServerEvent event) {
        switch (event) {
            case ServerEvent.StartupManifest manifest -> UpdateLogic.manifest(turn, manifest);
            case ServerEvent.Connected(long connection) ->
                    PresenceLogic.connected(turn, connection);
            case ServerEvent.Disconnected _ -> turn.state(turn.state().disconnected());
            case ServerEvent.Announced(var agent, var presence) ->
                    PresenceLogic.announced(turn, agent, presence);
            case ServerEvent.Reported(var agent, var report) ->
                    ReportLogic.reported(turn, agent, report);
            case ServerEvent.Loaded(var agent, var load) -> PresenceLogic.loaded(turn, agent, load);
            case ServerEvent.Asked(var requester, var request, var timeToLive) ->
                    asked(turn, requester, request, timeToLive);
            case ServerEvent.Persisted _ -> CommitLogic.persisted(turn);
            case ServerEvent.NotPersisted(var why) -> CommitLogic.notPersisted(turn, why);
            case ServerEvent.Raised _ -> JumpLogic.raised(turn);
            case ServerEvent.NotRaised(var why) -> JumpLogic.notRaised(turn, why);
            case ServerEvent.Remembered(var agents) -> AcquaintanceLogic.remembered(turn, agents);
            case ServerEvent.NotRemembered(var why) -> AcquaintanceLogic.notRemembered(turn, why);
            case ServerEvent.Mutated(long number, var verdict) ->
                    MutationLogic.mutated(turn, number, verdict);
            case ServerEvent.Woke _ -> woke(turn);
        }
    }

    private static void asked(
            Turn turn, Requester requester, Request request, Duration timeToLive) {
        var asker = new Asker(requester, request.id());
        var problems = RightsLogic.problems(turn, requester, request);
        if (!problems.isEmpty()) {
            if (request.body() instanceof Request.RenewEvents(var id)) {
                SubscriptionLogic.end(turn, new Asker(requester, id));
            } else if (request.body() instanceof Request.GetLogs) {
                LogLogic.end(turn, asker); // what it has begun, if its rules allowed it then
            }
            UpdateLogic.reply(turn, asker, Response.Refused.of("Access denied", problems));
            return;
        }
        switch (request.body()) {
            case Request.UpdateState update -> UpdateLogic.asked(turn, asker, update, timeToLive);
            case Request.GetState get -> SubscriptionLogic.asked(turn, asker, get);
            case Request.RenewEvents(var id) -> SubscriptionLogic.renew(turn, asker, id);
            case Request.CancelEvents _ -> SubscriptionLogic.cancel(turn, asker);
            case Request.GetLogs get -> LogLogic.asked(turn, asker, get);
            case Request.PullImages pull -> LogLogic.asked(turn, asker, pull);
            case Request.CancelLogs _ -> LogLogic.cancel(turn, asker);
            case Request.GetHistory _ -> HistoryLogic.asked(turn, asker);
            case Request.GetHistoryState(var revision) -> HistoryLogic.asked(turn, asker, revision);
            case Request.Malformed(var why) -> UpdateLogic.reply(turn, asker, refused(why));
        }
    }

    private static Response.Refused refused(String message) {
        return new Response.Refused(Response.Reason.REFUSED, message, List.of());
    }

    private static void woke(Turn turn) {
        turn.state(turn.state().waking(Optional.empty()));
        PresenceLogic.sweep(turn);
        LeftoverLogic.expire(turn);
        SubscriptionLogic.sweep(turn);
        LogLogic.sweep(turn);
    }
}
