package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.StateVersion;
import io.muster.api.outcome.Problem;
import io.muster.api.request.AgentAction;
import io.muster.api.request.Requester;
import io.muster.api.state.WorkloadState;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What happened, for the log. */
public sealed interface Note {
    /** What can come of a startup manifest; the server starts, or does not. */
    sealed interface OfStartup extends Note {}

    /**
     * The startup manifest is in force.
     *
     * @param changed whether it was applied now; otherwise it was before and has not changed since
     */
    record ManifestInForce(Revision revision, boolean changed) implements OfStartup {}

    /** The startup manifest cannot be applied to what is stored. */
    record ManifestRefused(List<Problem> problems) implements OfStartup {}

    /**
     * An update is stored.
     *
     * @param by who asked; empty for the startup manifest
     */
    record Updated(
            Optional<Requester> by,
            Revision revision,
            List<InstanceName> added,
            List<InstanceName> deleted)
            implements Note {}

    /** An update was refused because of what it asks. */
    record UpdateRefused(Requester by, String message) implements Note {}

    /** Updates were refused because the store did not take them. */
    record StoreFailed(int updates, String why) implements OfStartup {}

    /** The store does not remember that these agents were here; it is tried again. */
    record AgentsNotRemembered(Set<AgentName> agents, String why) implements Note {
        /** Copies the set. */
        public AgentsNotRemembered {
            agents = Set.copyOf(agents);
        }
    }

    /** Somebody drained an agent, took that back, or had it forgotten. */
    record AgentChanged(AgentName agent, AgentAction action) implements Note {}

    /** An agent is there. */
    record AgentJoined(AgentName agent, String instance, String version) implements Note {}

    /** An agent is gone. */
    record AgentLost(AgentName agent, String instance, String why) implements Note {}

    /** Two running agents use one name. */
    record NameConflict(AgentName agent, String elder, String refused) implements Note {}

    /**
     * An agent announced itself from another node than the one that had the name until lately.
     *
     * @param holder the instance whose return is awaited; empty if none is known
     */
    record NameAwaited(AgentName agent, String holder, String waiting) implements Note {}

    /** An agent says what keeps it from its work; empty when it no longer does. */
    record AgentTrouble(AgentName agent, String trouble) implements Note {}

    /** An agent has obeyed another lineage. */
    record ForeignLineage(AgentName agent, StateVersion seen, boolean takeOver) implements Note {}

    /** An agent had seen a later desired state of this lineage than the store holds. */
    record Jumped(AgentName because, long epoch, Revision revision) implements Note {}

    /** The store could not jump above what an agent has seen. */
    record JumpFailed(AgentName because, String why) implements Note {}

    /** A workload is in another state. */
    record StateChanged(WorkloadState state) implements Note {}

    /** A message of an agent was ignored because it makes no sense. */
    record Ignored(AgentName agent, String why) implements Note {}
}
