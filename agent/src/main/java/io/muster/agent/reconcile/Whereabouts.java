package io.muster.agent.reconcile;

import io.muster.api.name.InstanceName;
import io.muster.api.runtime.Observation;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.shell.ProcessRef;
import java.util.Optional;

/** Where what an instance writes can be read. */
public sealed interface Whereabouts {
    /**
     * There is something to read.
     *
     * @param process that writes; empty if none runs
     * @param over whether nothing will ever be added
     */
    record Found(String runtime, RuntimeId id, Optional<ProcessRef> process, boolean over)
            implements Whereabouts {}

    /**
     * It is wished for, and nothing is there.
     *
     * @param state how it is, for people
     */
    record NotYet(String state) implements Whereabouts {}

    /** It is not wished for, and not there. */
    record Nowhere() implements Whereabouts {}

    /** Looks for an instance. */
    static Whereabouts of(AgentState state, InstanceName instance) {
        var managed = state.workloads().get(instance.workload());
        if (managed == null) {
            return new Nowhere();
        }
        var keeper = managed.keeper().filter(each -> isOf(each, instance));
        return keeper.or(() ->
                        managed.there().stream().filter(each -> isOf(each, instance)).findFirst())
                .<Whereabouts>map(there -> found(managed, there))
                .orElseGet(() -> absent(state, managed, instance));
    }

    private static boolean isOf(There there, InstanceName instance) {
        return there.instance().name().equals(instance);
    }

    private static Found found(Managed managed, There there) {
        var process =
                there.seen() instanceof Observation.Running(var processes)
                        ? processes.stream().findFirst()
                        : Optional.<ProcessRef>empty();
        boolean over =
                switch (there.seen()) {
                    case Observation.Exited(int code) ->
                            !(managed.wish() instanceof Wish.Run run)
                                    || !run.isMetBy(there.instance())
                                    || !run.wantsRestartAfter(code == 0);
                    case Observation.Gone _ -> true;
                    case Observation.Running _,
                            Observation.Starting _,
                            Observation.Interrupted _,
                            Observation.Stopping _,
                            Observation.Unclear _ ->
                            false;
                };
        return new Found(there.instance().runtime(), there.instance().id(), process, over);
    }

    private static Whereabouts absent(AgentState state, Managed managed, InstanceName instance) {
        var shown = state.shown().get(instance);
        return managed.wish() instanceof Wish.Run run
                        && run.instance().equals(instance)
                        && shown != null
                ? new NotYet(shown.state().toString())
                : new Nowhere();
    }
}
