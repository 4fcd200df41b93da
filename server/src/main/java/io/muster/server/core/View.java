package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.state.AgentAttributes;
import java.util.Optional;
import org.pcollections.PSortedMap;

/** What observers can see at one moment. Persistent, so that keeping one costs nothing. */
record View(Wish wish, PSortedMap<AgentName, Agent> agents, Board board) {
    static View of(ServerState state) {
        return new View(state.ledger().committed(), state.agents(), state.board());
    }

    /** Returns the agent as it is shown; empty if it is not. */
    Optional<AgentAttributes> agent(AgentName name) {
        return Attendance.of(name, agents.get(name), wish);
    }
}
