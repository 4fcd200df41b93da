package io.muster.agent.reconcile;

import io.muster.api.name.WorkloadName;
import java.util.Optional;

/** What each workload is told, from all that the agent knows: its wish and its circumstances. */
record Briefing(AgentState state) {
    Wish wish(WorkloadName name) {
        var obeyed = state.desire().obeyed();
        if (obeyed.isEmpty()) {
            return new Wish.Unknown();
        }
        var assigned = state.desire().assigned().get(name);
        return assigned == null
                ? new Wish.Nothing()
                : Wish.Run.of(
                        assigned,
                        obeyed.get().version().lineage(),
                        Refusals.of(assigned.workload(), state.profile().runtimes()));
    }

    /** Says whether a workload knows its wish already. Making a wish costs more than this. */
    boolean isTold(Managed managed) {
        var assigned = state.desire().assigned().get(managed.name());
        return switch (managed.wish()) {
            case Wish.Unknown _ -> false;
            case Wish.Nothing _ -> assigned == null;
            case Wish.Run run ->
                    run.assigned().equals(assigned)
                            && state.desire()
                                    .observed()
                                    .filter(each -> each.lineage().equals(run.mark().lineage()))
                                    .isPresent();
        };
    }

    Circumstances circumstances(WorkloadName name, Wish wish) {
        boolean withdrawn = state.refused().filter(NameRefusal::decided).isPresent();
        return new Circumstances(
                hold(wish),
                conditions(wish),
                withdrawn,
                Needs.of(state, name),
                state.drained().isEmpty() && awaits(wish),
                state.drained());
    }

    /**
     * Says whether something of this agent that it depends on is still being prepared, or awaits
     * such a one itself: a new instance could not start, so the old one had better go on. There is
     * no circle of those that await each other, since dependencies of one wish have none.
     */
    private boolean awaits(Wish wish) {
        return wish instanceof Wish.Run run
                && run.workload().dependencies().keySet().stream()
                        .map(state.workloads()::get)
                        .anyMatch(each ->
                                each != null
                                        && (!each.replaced().isEmpty()
                                                || (each.circumstances().awaits()
                                                        && !each.held().isEmpty())));
    }

    private Optional<String> hold(Wish wish) {
        if (state.refused().isPresent()) {
            return state.refused().map(NameRefusal::why);
        }
        if (state.waiting()) {
            return Optional.of("Waiting a moment for the server's word.");
        }
        if (!(wish instanceof Wish.Run run) || run.refusal().isPresent()) {
            return Optional.empty();
        }
        if (state.listings().get(run.runtime()) instanceof Listing.Failing(var failure)) {
            return Optional.of(AgentState.unlisted(run.runtime(), failure));
        }
        // an instance of the same name may be in any of them
        return state.listings().entrySet().stream()
                .filter(each -> each.getValue() instanceof Listing.Asked)
                .findFirst()
                .map(each -> "Waiting until " + each.getKey() + " has listed what it has.");
    }

    private Conditions conditions(Wish wish) {
        if (!(wish instanceof Wish.Run run) || run.workload().dependencies().isEmpty()) {
            return new Conditions.Met();
        }
        return new Dependencies(this::own, state.presence().facts(), state.presence().mayTell())
                .judge(run.workload(), run.changedAt());
    }

    private Dependencies.Own own(WorkloadName name) {
        var assigned = state.desire().assigned().get(name);
        if (assigned == null) {
            return new Dependencies.Own.Foreign();
        }
        return new Dependencies.Own.Ours(
                Optional.ofNullable(state.states().get(assigned.instance()))
                        .filter(shown -> shown.changedAt().equals(assigned.changedAt())));
    }
}
