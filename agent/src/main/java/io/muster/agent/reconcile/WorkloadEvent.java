package io.muster.agent.reconcile;

import io.muster.api.runtime.Found;
import io.muster.api.runtime.RuntimeId;
import io.muster.api.shell.ProcessRef;
import java.util.List;

/** What happens to one workload. Any of them may be late or come twice. */
public sealed interface WorkloadEvent {
    /** There is a wish, perhaps the old one. */
    record Wished(Wish wish, Circumstances circumstances) implements WorkloadEvent {}

    /** The circumstances are these now. */
    record Placed(Circumstances circumstances) implements WorkloadEvent {}

    /** A runtime told, at the agent's start, what it has of this workload. */
    record Listed(String runtime, List<Found> found) implements WorkloadEvent {
        /** Copies the list. */
        public Listed {
            found = List.copyOf(found);
        }
    }

    /**
     * The slow look at a runtime showed this of the workload.
     *
     * @param asked when the look began: what happened since is not in it
     */
    record Glimpsed(String runtime, Moment asked, List<Found> found) implements WorkloadEvent {
        /** Copies the list. */
        public Glimpsed {
            found = List.copyOf(found);
        }
    }

    /** The main process of an instance has ended. */
    record ProcessEnded(String runtime, RuntimeId id, ProcessRef process)
            implements WorkloadEvent {}

    /** A runtime answered a task. */
    record Answered(long token, Answer answer) implements WorkloadEvent {}

    /** A timer has run down. */
    record Woke(long token) implements WorkloadEvent {}
}
