package io.muster.server.core;

import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.path.AgentTags;
import io.muster.api.request.Request.UpdateState;
import java.util.ArrayList;

/**
 * Refuses updates that would change tags of agents: nothing keeps such a change yet, and one that
 * is acknowledged must not get lost. A state that was read is accepted with the agents in it.
 */
final class AgentTagCheck {
    private AgentTagCheck() {}

    static Outcome<UpdateState> check(ServerState state, UpdateState update) {
        if (!update.newState().entries().containsKey("agents")) {
            return Outcome.accepted(update);
        }
        var problems = new ArrayList<Problem>();
        AgentTags.apply(
                        Reading.agents(state, Selection.EVERYTHING),
                        update.newState(),
                        update.masks())
                .keySet()
                .forEach(agent ->
                        problems.add(
                                new Problem(
                                        "agents." + agent + ".tags",
                                        "tags of agents cannot be changed through the state yet",
                                        "start the agent with --tag KEY=VALUE, and leave agents"
                                                + " out")));
        return problems.isEmpty() ? Outcome.accepted(update) : Outcome.refused(problems);
    }
}
