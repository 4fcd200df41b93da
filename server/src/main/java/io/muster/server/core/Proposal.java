package io.muster.server.core;

import io.muster.api.name.Revision;
import io.muster.api.outcome.Outcome;
import io.muster.api.request.Request.UpdateState;
import io.muster.api.state.State;
import io.muster.api.store.StartupMark;
import java.util.Optional;

/** A change of the desired state that somebody wants; it can be planned on any desired state. */
sealed interface Proposal {
    /** An update that somebody asked for. */
    record Update(Asker asker, UpdateState update) implements Proposal {}

    /** The startup manifest. */
    record Manifest(State state, StartupMark mark) implements Proposal {}

    /** Returns who asked; empty for the startup manifest. */
    default Optional<Asker> requester() {
        return this instanceof Update update ? Optional.of(update.asker()) : Optional.empty();
    }

    /** Returns the revision that the desired state must have; empty for any. */
    default Optional<Revision> ifRevision() {
        return this instanceof Update update ? update.update().ifRevision() : Optional.empty();
    }

    /** Says whether this only asks what would happen. */
    default boolean dryRun() {
        return this instanceof Update update && update.update().dryRun();
    }

    /** Returns what to remember once it is stored, if it is the startup manifest. */
    default Optional<StartupMark> startup() {
        return this instanceof Manifest manifest ? Optional.of(manifest.mark()) : Optional.empty();
    }

    /** Plans it on what is planned already. */
    default Outcome<Plan> plan(ServerState state) {
        var ledger = state.ledger();
        return switch (this) {
            case Update(var _, var update) ->
                    Planning.plan(ledger.planned(), update, Remains.of(state), state.settings())
                            .then(plan -> completed(state, plan));
            case Manifest(var manifest, var _) ->
                    Planning.plan(
                            ledger.planned(),
                            manifest,
                            ledger.startup(),
                            Remains.of(state),
                            state.settings());
        };
    }

    /** Adds to a plan of the desired state what else it changes: agents and their tags. */
    default Outcome<Plan> completed(ServerState state, Plan plan) {
        return switch (this) {
            case Update(var _, var update) ->
                    TagPlanning.add(state, update, plan)
                            .then(with -> AgentPlanning.add(state, update, with));
            case Manifest _ -> Outcome.accepted(plan);
        };
    }
}
