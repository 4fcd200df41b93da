package io.muster.server.core;

import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.request.ImageOrder;
import io.muster.api.request.Request.UpdateState;
import io.muster.api.request.Response;
import io.muster.api.store.StartupMark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Takes updates: each is planned on the head with all earlier ones and told to nobody until it is
 * stored. What cannot be stored takes everything with it that was planned on it.
 */
final class UpdateLogic {
    private static final String REFUSED = "update refused";

    /** Nobody waits for the startup manifest, but nothing waits for ever. */
    private static final Duration MANIFEST_PATIENCE = Duration.ofHours(1);

    private UpdateLogic() {}

    /** Somebody asks for an update. */
    static void asked(Turn turn, Asker asker, UpdateState update, Duration timeToLive) {
        var ledger = turn.ledger();
        var known = ledger.answers().find(asker);
        if (known.isPresent()) {
            turn.emit(new Effect.Reply(asker.requester(), known.get()));
            return;
        }
        if (ledger.open().contains(asker) || isHeld(turn, asker)) {
            return; // its answer is on the way
        }
        if (turn.state().pending() >= turn.settings().bounds().maxPending()) {
            reply(
                    turn,
                    asker,
                    new Response.Refused(
                            Response.Reason.BUSY,
                            "%d updates are waiting already; ask again later"
                                    .formatted(turn.state().pending()),
                            List.of()));
            return;
        }
        var proposal = new Proposal.Update(asker, update);
        propose(turn, new Ledger.Held(proposal, turn.now() + timeToLive.toNanos()));
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
        propose(
                turn,
                new Ledger.Held(
                        new Proposal.Manifest(manifest.state(), mark),
                        turn.now() + MANIFEST_PATIENCE.toNanos()));
    }

    /** Plans what was held, until something has to wait again. */
    static void release(Turn turn) {
        while (!turn.ledger().held().isEmpty() && !mustWait(turn)) {
            var first = turn.ledger().held().getFirst();
            turn.state(turn.state().with(turn.ledger().held(turn.ledger().held().minus(0))));
            if (!turn.isPast(first.deadline())) {
                plan(turn, first);
            }
        }
    }

    private static void propose(Turn turn, Ledger.Held held) {
        if (mustWait(turn) || !turn.ledger().held().isEmpty()) {
            turn.state(turn.state().with(turn.ledger().held(turn.ledger().held().plus(held))));
        } else {
            plan(turn, held);
            CommitLogic.advance(turn);
        }
    }

    /** A jump comes first, and so does what the hooks look at. */
    private static boolean mustWait(Turn turn) {
        return turn.ledger().jump().isPresent() || turn.state().mutation().now().isPresent();
    }

    private static boolean isHeld(Turn turn, Asker asker) {
        return Stream.concat(
                        turn.ledger().held().stream(),
                        turn.state().mutation().now().map(Mutation.Looking::held).stream())
                .anyMatch(held -> held.proposal().requester().filter(asker::equals).isPresent());
    }

    private static void plan(Turn turn, Ledger.Held held) {
        var proposal = held.proposal();
        var basedOn = proposal.ifRevision();
        if (basedOn.isPresent() && !basedOn.get().equals(turn.ledger().planned().revision())) {
            refuse(
                    turn,
                    proposal,
                    new Response.Refused(
                            Response.Reason.STALE,
                            REFUSED + ": " + HistoryLogic.stale(turn.ledger(), basedOn.get()),
                            List.of()));
            return;
        }
        switch (proposal.plan(turn.state())) {
            case Outcome.Refused<Plan>(var problems) -> refuse(turn, proposal, problems);
            case Outcome.Accepted<Plan>(var plan) -> {
                if (turn.settings().hooks() && plan.changesDesiredState()) {
                    MutationLogic.begin(turn, held, plan);
                } else {
                    accept(turn, proposal, plan);
                }
            }
        }
    }

    /** Takes a plan: it waits for the store now, or is told if that is all that was asked. */
    static void accept(Turn turn, Proposal proposal, Plan plan) {
        if (proposal.dryRun()) {
            forecast(turn, proposal, plan);
            return;
        }
        var update = new PlannedUpdate(turn.wall(), proposal.requester(), plan, proposal.startup());
        turn.state(turn.state().with(turn.ledger().planned(update)));
    }

    private static void forecast(Turn turn, Proposal proposal, Plan plan) {
        if (proposal instanceof Proposal.Update(var asker, var update)) {
            var forecast = Forecast.of(turn.state(), plan);
            if (!update.images()) {
                reply(turn, asker, new Response.Planned(forecast));
                return;
            }
            switch (Forecast.images(plan)) {
                case Outcome.Accepted<List<ImageOrder>>(var images) ->
                        reply(turn, asker, new Response.Planned(forecast.with(images)));
                case Outcome.Refused<List<ImageOrder>>(var problems) ->
                        reply(turn, asker, Response.Refused.of("no images", problems));
            }
        }
    }

    /** Refuses a proposal because of what it is. */
    static void refuse(Turn turn, Proposal proposal, List<Problem> problems) {
        if (proposal instanceof Proposal.Manifest) {
            turn.note(new Note.ManifestRefused(problems));
        } else {
            refuse(turn, proposal, Response.Refused.of(REFUSED, problems));
        }
    }

    private static void refuse(Turn turn, Proposal proposal, Response.Refused refused) {
        if (proposal instanceof Proposal.Update(var asker, var update)) {
            if (!update.dryRun()) {
                turn.note(new Note.UpdateRefused(asker.requester(), refused.message()));
            }
            remember(turn, asker, refused);
        }
    }

    /**
     * Answers, and remembers the answer in memory: nothing was changed, so nothing is written; but
     * the same request must not be executed when it comes again.
     */
    static void remember(Turn turn, Asker asker, Response.Body body) {
        var response = reply(turn, asker, body);
        var answers =
                turn.ledger()
                        .answers()
                        .with(asker, response, turn.settings().bounds().maxAnswers());
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
