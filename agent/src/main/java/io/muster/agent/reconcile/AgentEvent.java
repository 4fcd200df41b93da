package io.muster.agent.reconcile;

import io.muster.api.link.Command;
import io.muster.api.link.DesiredState;
import io.muster.api.link.Facts;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Found;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What happens to an agent. */
public sealed interface AgentEvent {
    /**
     * The agent starts.
     *
     * @param copy the last desired state that was obeyed; empty if there is none, or it is damaged
     * @param fence from the disk
     * @param damage what of it could not be read; empty if nothing
     * @param lost which time without contact to the server had passed; zero if none
     */
    record Started(Optional<DesiredState> copy, Fence fence, String damage, Duration lost)
            implements AgentEvent {
        /** One for which no such time had passed. */
        Started(Optional<DesiredState> copy, Fence fence, String damage) {
            this(copy, fence, damage, Duration.ZERO);
        }
    }

    /** A runtime listed what it has. */
    record Listed(String runtime, List<Found> found) implements AgentEvent {
        /** Copies the list. */
        public Listed {
            found = List.copyOf(found);
        }
    }

    /** A runtime could not list what it has. */
    record ListFailed(String runtime, String reason) implements AgentEvent {}

    /** The slow look at a runtime is back; empty if it failed. */
    record Glimpsed(String runtime, Moment asked, Optional<List<Found>> found)
            implements AgentEvent {}

    /** The server wishes. */
    record DesiredCame(DesiredState desired) implements AgentEvent {}

    /** Something came where wishes come, and cannot be read. */
    record DesiredMalformed(String why) implements AgentEvent {}

    /** The server told facts. */
    record FactsCame(Facts facts) implements AgentEvent {}

    /** The server ordered something. */
    record CommandCame(Command command) implements AgentEvent {}

    /** The server showed its presence, or that it is gone. */
    record ServerSeen(ServerPresence presence) implements AgentEvent {}

    /** There is a connection, and everything is subscribed to. */
    record Connected(String nonce) implements AgentEvent {}

    /**
     * There is no connection, or none could be made.
     *
     * @param thrownOut another session with the same name ended it
     */
    record Disconnected(boolean thrownOut) implements AgentEvent {}

    /** The disk has it. */
    record Saved(long number) implements AgentEvent {}

    /** The disk does not have it. */
    record SaveFailed(long number, String reason) implements AgentEvent {}

    /** The disk has how long contact was lost. */
    record LostKept(Duration time) implements AgentEvent {}

    /** The disk does not have it. */
    record LostNotKept() implements AgentEvent {}

    /** The broker has acknowledged a report. */
    record ReportAcknowledged(long sequence) implements AgentEvent {}

    /** A report was not acknowledged. */
    record ReportFailed(long sequence) implements AgentEvent {}

    /** Something happened to one workload. */
    record OfWorkload(WorkloadName name, WorkloadEvent event) implements AgentEvent {}

    /** The agent is to end, and its workloads with it. */
    record Leaving() implements AgentEvent {}

    /** A timer has run down. */
    record Woke(AgentTimer timer) implements AgentEvent {}
}
