package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.state.WorkloadState;
import java.util.Comparator;
import java.util.List;

/**
 * Keeps the states of workloads that are no longer wanted and whose agent is gone: they may still
 * run, so they are shown, but neither for ever nor without number.
 */
final class LeftoverLogic {
    private LeftoverLogic() {}

    /** Hides the oldest of one agent's leftovers where there are too many. */
    static void limit(Turn turn, AgentName agent) {
        var leftovers = of(turn, agent);
        int excess = leftovers.size() - turn.settings().bounds().maxLeftovers();
        leftovers.stream()
                .sorted(Comparator.comparing(WorkloadState::changedAt))
                .limit(Math.max(0, excess))
                .forEach(state -> turn.hide(state.instance()));
        if (!leftovers.isEmpty()) {
            turn.wakeBy(
                    turn.agent(agent).lastSeen() + turn.settings().times().leftoverAge().toNanos());
        }
    }

    /** Hides the leftovers of agents that have been gone for too long, and forgets those agents. */
    static void expire(Turn turn) {
        for (var agent : turn.state().agents().values()) {
            if (!agent.isThere()) {
                long end = agent.lastSeen() + turn.settings().times().leftoverAge().toNanos();
                var leftovers = of(turn, agent.name());
                if (turn.isPast(end)) {
                    leftovers.forEach(state -> turn.hide(state.instance()));
                    turn.forget(agent.name());
                } else if (!leftovers.isEmpty()) {
                    turn.wakeBy(end);
                }
            }
        }
    }

    private static List<WorkloadState> of(Turn turn, AgentName agent) {
        var wanted = turn.committed().of(agent.value());
        return turn.state().board().of(agent.value()).values().stream()
                .filter(state -> {
                    var placed = wanted.get(state.instance().workload());
                    return placed == null || !placed.instance().equals(state.instance());
                })
                .toList();
    }
}
