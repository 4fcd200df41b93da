package io.muster.agent.reconcile;

import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Observation.Exited;
import io.muster.api.runtime.Observation.Gone;
import io.muster.api.runtime.Observation.Interrupted;
import io.muster.api.runtime.Observation.Running;
import io.muster.api.runtime.Observation.Starting;
import io.muster.api.runtime.Observation.Stopping;
import io.muster.api.runtime.Observation.Unclear;
import io.muster.api.state.AddCondition;
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
                drained(wish).isEmpty() && awaits(wish),
                drained(wish).isEmpty() && isAwaited(name),
                drained(wish));
    }

    private Optional<String> drained(Wish wish) {
        return state.drained().or(() -> state.outOfContact(wish));
    }

    /**
     * Says whether something of this agent that it depends on is on its way: a new instance could
     * not start before, so the old one had better go on. There is no circle of those that await
     * each other, since dependencies of one wish have none.
     */
    private boolean awaits(Wish wish) {
        return wish instanceof Wish.Run run
                && run.workload().dependencies().entrySet().stream()
                        .anyMatch(each -> {
                            var on = state.workloads().get(each.getKey());
                            return on != null
                                    && on.wish() instanceof Wish.Run its
                                    && comes(on, its, each.getValue().condition());
                        });
    }

    /**
     * Says whether a condition may come to hold though nothing is stopped for it: what is to be
     * replaced is still being prepared, or nothing that could be needed is in the way. What has
     * failed to start does not count, for whatever runs may be the reason; what has not been got
     * yet does.
     */
    private boolean comes(Managed on, Wish.Run its, AddCondition condition) {
        boolean awaits = on.circumstances().awaits();
        if (!on.replaced().isEmpty() || (awaits && !on.held().isEmpty())) {
            return true;
        }
        var shown = state.states().get(its.instance());
        boolean holds =
                shown != null
                        && shown.changedAt().equals(its.changedAt())
                        && condition.holds(shown.phase());
        boolean isInTheWay =
                on.circumstances().needed().isPresent()
                        && on.others().stream().anyMatch(There::mayBeNeeded);
        if (holds || isInTheWay || its.refusal().isPresent()) {
            return false;
        }
        boolean hopeful =
                switch (on.progress().setback()) {
                    case Progress.Setback.None _ -> true;
                    case Progress.Setback.Failing _, Progress.Setback.Impossible _ ->
                            !on.progress().prepared() && !on.progress().released();
                    case Progress.Setback.Lost _ -> false;
                };
        return hopeful
                && on.keeper()
                        .map(keeper -> comes(keeper, its, condition))
                        .orElseGet(() -> awaits || WorkloadLogic.mayStart(on));
    }

    private static boolean comes(There keeper, Wish.Run its, AddCondition condition) {
        return switch (keeper.seen()) {
            case Starting _ -> true;
            case Running _ ->
                    condition == AddCondition.ADD_COND_SUCCEEDED && !its.wantsRestartAfter(true);
            case Exited _, Interrupted _, Stopping _, Unclear _, Gone _ -> false;
        };
    }

    /** Says whether what another workload replaces goes on until this one is there. */
    private boolean isAwaited(WorkloadName name) {
        return state.desire().ties().dependentsOn(name).stream()
                .anyMatch(dependent -> {
                    var managed = state.workloads().get(dependent);
                    var assigned = state.desire().assigned().get(dependent);
                    return managed != null
                            && assigned != null
                            && managed.there().stream()
                                    .anyMatch(each ->
                                            each.mayGoOn()
                                                    && !each.instance()
                                                            .changedAt()
                                                            .equals(assigned.changedAt()));
                });
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
