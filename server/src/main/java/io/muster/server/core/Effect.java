package io.muster.server.core;

import io.muster.api.link.Command;
import io.muster.api.link.DesiredState;
import io.muster.api.link.Facts;
import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.state.State;
import io.muster.api.store.Commit;
import java.util.Set;

/** Something the shell has to do. */
public sealed interface Effect {
    /**
     * Write to the store. Answered by {@link ServerEvent.Persisted} or {@link
     * ServerEvent.NotPersisted}; until then no other work is given to the store.
     */
    record Persist(Commit commit) implements Effect {}

    /**
     * Let the store jump. Answered by {@link ServerEvent.Raised} or {@link ServerEvent.NotRaised};
     * until then no other work is given to the store.
     */
    record Raise(long epoch, Revision revision) implements Effect {}

    /**
     * Let the store remember that these agents were here. Answered by {@link
     * ServerEvent.Remembered} or {@link ServerEvent.NotRemembered}; until then no other work is
     * given to the store.
     */
    record Remember(Set<AgentName> agents) implements Effect {
        /** Copies the set. */
        public Remember {
            agents = Set.copyOf(agents);
        }
    }

    /** Show the new epoch in the server's presence. */
    record AnnounceEpoch(long epoch) implements Effect {}

    /** Publish the desired state of one agent; the latest wins. */
    record SendDesired(AgentName agent, DesiredState desired) implements Effect {}

    /** Clear what the broker retains for an agent that does not come back. */
    record ClearDesired(AgentName agent) implements Effect {}

    /** Publish the facts for one agent; the latest wins. */
    record SendFacts(AgentName agent, Facts facts) implements Effect {}

    /** Give an agent an order. */
    record SendCommand(AgentName agent, Command command) implements Effect {}

    /** Answer a requester, or tell it an event. */
    record Reply(Requester requester, Response response) implements Effect {}

    /**
     * Let the mutating hooks change a desired state. Answered by {@link ServerEvent.Mutated}; until
     * then they are given nothing else.
     *
     * @param number of this order, for the answer
     * @param dryRun whether it is not going to be stored
     */
    record Mutate(long number, State wanted, boolean dryRun) implements Effect {}

    /**
     * Say {@link ServerEvent.Woke} at this monotonic time. There is one alarm: this replaces an
     * earlier order.
     */
    record WakeAt(long nanos) implements Effect {}

    /** Something an operator would want to have seen. */
    record Tell(Note note) implements Effect {}
}
