package io.muster.server.core;

import io.muster.api.link.Facts;
import io.muster.api.name.AgentName;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.WorkloadState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Tells agents the states of the foreign workloads that their dependencies name, and only of the
 * instances that are wanted now: a dependant never starts on the Running of a predecessor.
 */
final class FactsLogic {
    private FactsLogic() {}

    /** Sends the facts that changed during this turn. */
    static void flush(Turn turn) {
        for (var name : turn.factsDue()) {
            var agent = turn.agent(name);
            if (agent.isThere()) {
                var facts = of(turn, name);
                if (!facts.equals(agent.told().facts())) {
                    send(turn, agent, agent.told().factsSequence() + 1, facts);
                }
            }
        }
    }

    /** Sends an agent its facts although they did not change: it may not have them. */
    static void again(Turn turn, AgentName name) {
        var agent = turn.agent(name);
        var facts = of(turn, name);
        var told = agent.told();
        if (!facts.equals(told.facts())) {
            send(turn, agent, told.factsSequence() + 1, facts);
        } else if (told.factsSequence() > 0) {
            send(turn, agent, told.factsSequence(), facts);
        }
    }

    private static void send(Turn turn, Agent agent, long sequence, List<WorkloadState> facts) {
        turn.agent(agent.told(new Agent.Told(agent.told().desired(), sequence, facts)));
        if (turn.state().connected()) {
            turn.emit(
                    new Effect.SendFacts(
                            agent.name(), new Facts(turn.state().epoch(), sequence, facts)));
        }
    }

    private static List<WorkloadState> of(Turn turn, AgentName agent) {
        var wish = turn.committed();
        var wanted = new TreeSet<WorkloadName>();
        for (var placed : wish.share(agent.value()).dependants().values()) {
            wanted.addAll(placed.written().dependencies().keySet());
        }
        var facts = new ArrayList<WorkloadState>();
        for (var name : wanted) {
            var placed = wish.workloads().get(name);
            if (placed != null && !placed.agent().equals(agent.value())) {
                turn.state()
                        .board()
                        .find(placed.instance())
                        .filter(state -> state.changedAt().equals(placed.changedAt()))
                        .map(FactsLogic::bare)
                        .ifPresent(facts::add);
            }
        }
        return facts;
    }

    /** Leaves out what is for people: dependants need the phase only. */
    private static WorkloadState bare(WorkloadState state) {
        return new WorkloadState(
                state.instance(), state.changedAt(), ExecutionState.of(state.phase()));
    }
}
