package io.muster.server.core;

import io.muster.api.outcome.Outcome;
import io.muster.api.state.State;

/**
 * Lets the mutating hooks look at a proposal between its planning and its acceptance. They run
 * elsewhere; if the desired state is another one when they are done, they are asked again.
 */
final class MutationLogic {
    private MutationLogic() {}

    /** Gives the hooks what a plan would make of the desired state. */
    static void begin(Turn turn, Ledger.Held held, Plan plan) {
        var wanted = plan.after().written();
        var looking = new Mutation.Looking(held, plan.before().revision(), wanted);
        turn.state(turn.state().with(turn.state().mutation().looking(looking)));
        turn.emit(
                new Effect.Mutate(
                        turn.state().mutation().count(), wanted, held.proposal().dryRun()));
    }

    /** The hooks are done with one; a late word about another is ignored. */
    static void mutated(Turn turn, long number, HookVerdict verdict) {
        var mutation = turn.state().mutation();
        if (mutation.now().isEmpty() || mutation.count() != number) {
            return;
        }
        turn.state(turn.state().with(mutation.idle()));
        conclude(turn, mutation.now().get(), verdict);
        UpdateLogic.release(turn);
        CommitLogic.advance(turn);
    }

    private static void conclude(Turn turn, Mutation.Looking looking, HookVerdict verdict) {
        var ledger = turn.ledger();
        var proposal = looking.held().proposal();
        if (ledger.jump().isPresent() || !ledger.planned().revision().equals(looking.base())) {
            // what the hooks have seen is gone: the proposal is the next to be planned anew
            turn.state(turn.state().with(ledger.held(ledger.held().plus(0, looking.held()))));
            return;
        }
        var plan =
                verdict.result()
                        .then(state ->
                                state.equals(looking.wanted())
                                        ? proposal.plan(turn.state())
                                        : Planning.plan(
                                                        ledger.planned(),
                                                        state,
                                                        Remains.of(turn.state()),
                                                        turn.settings())
                                                .then(made ->
                                                        proposal.completed(turn.state(), made)));
        switch (plan) {
            case Outcome.Refused<Plan>(var problems) ->
                    UpdateLogic.refuse(
                            turn,
                            proposal,
                            verdict.result() instanceof Outcome.Accepted<State>
                                    ? problems.stream().map(verdict::blamed).toList()
                                    : problems);
            case Outcome.Accepted<Plan>(var accepted) ->
                    UpdateLogic.accept(turn, proposal, accepted);
        }
    }
}
