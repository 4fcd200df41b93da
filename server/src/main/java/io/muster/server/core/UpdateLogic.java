package io.muster.server.core;

import io.muster.api.outcome.Outcome;
import io.muster.api.request.Request.UpdateState;
import io.muster.api.request.Response;
import io.muster.api.store.StartupMark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pcollections.TreePVector;

/**
 * Takes updates: each is planned on the head with all earlier ones and told to nobody until it is
 * stored. What cannot be stored takes everything with it that was planned on it.
 */
final class UpdateLogic {
    private static final String REFUSED = "update refused";

    private UpdateLogic() {}

    /** Somebody asks for an update. */
    static void asked(Turn turn, Asker asker, UpdateState update, Duration timeToLive) {
        var ledger = turn.ledger();
        var known = ledger.answers().find(asker);
        if (known.isPresent()) {
            turn.emit(new Effect.Reply(asker.requester(), known.get()));
            return;
        }
        if (ledger.open().contains(asker)
                || ledger.held().stream().anyMatch(held -> held.asker().equals(asker))) {
            return; // its answer is on the way
        }
        if (ledger.pending() >= turn.settings().maxPending()) {
            reply(
                    turn,
                    asker,
                    new Response.Refused(
                            Response.Reason.BUSY,
                            "%d updates are waiting already; ask again later"
                                    .formatted(ledger.pending()),
                            List.of()));
            return;
        }
        if (ledger.jump().isPresent()) {
            var held = new Ledger.Held(asker, update, turn.now() + timeToLive.toNanos());
            turn.state(turn.state().with(ledger.held(ledger.held().plus(held))));
            return;
        }
        plan(turn, asker, update);
        CommitLogic.advance(turn);
    }

    /** There is a startup manifest: it is applied if it was not, or another one was. */
    static void manifest(Turn turn, ServerEvent.StartupManifest manifest) {
        var ledger = turn.ledger();
        if (ledger.startup().filter(m -> m.digest().equals(manifest.digest())).isPresent()) {
            turn.note(new Note.ManifestInForce(turn.committed().revision(), false));
            return;
        }
        var mark =
                new StartupMark(
                        manifest.digest(),
                        new java.util.TreeSet<>(manifest.state().workloads().keySet()),
                        new java.util.TreeSet<>(manifest.state().configs().keySet()));
        switch (Planning.plan(
                ledger.planned(), manifest.state(), ledger.startup(), turn.settings())) {
            case Outcome.Refused<Plan>(var problems) ->
                    turn.note(new Note.ManifestRefused(problems));
            case Outcome.Accepted<Plan>(var plan) -> {
                turn.state(
                        turn.state()
                                .with(
                                        ledger.planned(
                                                new PlannedUpdate(
                                                        turn.wall(),
                                                        Optional.empty(),
                                                        plan,
                                                        Optional.of(mark)))));
                CommitLogic.advance(turn);
            }
        }
    }

    /** Plans what was held during a jump. */
    static void release(Turn turn) {
        var held = turn.ledger().held();
        turn.state(turn.state().with(turn.ledger().held(TreePVector.empty())));
        for (var each : held) {
            if (!turn.isPast(each.deadline())) {
                plan(turn, each.asker(), each.update());
            }
        }
    }

    private static void plan(Turn turn, Asker asker, UpdateState update) {
        var ledger = turn.ledger();
        var basedOn = update.ifRevision();
        if (basedOn.isPresent() && !basedOn.get().equals(ledger.planned().revision())) {
            refuse(
                    turn,
                    asker,
                    new Response.Refused(
                            Response.Reason.STALE,
                            REFUSED + ": " + HistoryLogic.stale(ledger, basedOn.get()),
                            List.of()));
            return;
        }
        var planned =
                AgentTagCheck.check(turn.state(), update)
                        .then(_ -> Planning.plan(ledger.planned(), update, turn.settings()));
        switch (planned) {
            case Outcome.Refused<Plan>(var problems) ->
                    refuse(turn, asker, Response.Refused.of(REFUSED, problems));
            case Outcome.Accepted<Plan>(var plan) ->
                    turn.state(
                            turn.state()
                                    .with(
                                            ledger.planned(
                                                    new PlannedUpdate(
                                                            turn.wall(),
                                                            Optional.of(asker),
                                                            plan,
                                                            Optional.empty()))));
        }
    }

    private static void refuse(Turn turn, Asker asker, Response.Refused refused) {
        turn.note(new Note.UpdateRefused(asker.requester(), refused.message()));
        remember(turn, asker, refused);
    }

    /**
     * Answers, and remembers the answer in memory: nothing was changed, so nothing is written; but
     * the same request must not be executed when it comes again.
     */
    static void remember(Turn turn, Asker asker, Response.Body body) {
        var response = reply(turn, asker, body);
        var answers = turn.ledger().answers().with(asker, response, turn.settings().maxAnswers());
        turn.state(turn.state().with(turn.ledger().answered(answers)));
    }

    static Response reply(Turn turn, Asker asker, Response.Body body) {
        var response =
                new Response(
                        asker.id(),
                        body instanceof Response.Refused refused
                                ? refused.at(turn.committed().revision())
                                : body);
        turn.emit(new Effect.Reply(asker.requester(), response));
        return response;
    }

    /** Refuses everything that was on its way, because the store did not take it. */
    static void refuseAll(Turn turn, String why) {
        var ledger = turn.ledger();
        var all = new ArrayList<PlannedUpdate>(ledger.inFlight());
        all.addAll(ledger.waiting());
        turn.state(turn.state().with(ledger.rolledBack()));
        turn.note(new Note.StoreFailed(all.size(), why));
        var refused =
                new Response.Refused(
                        Response.Reason.REFUSED,
                        "not stored, so nothing was changed: " + why,
                        List.of());
        for (var update : all) {
            update.asker().ifPresent(asker -> remember(turn, asker, refused));
        }
    }
}
