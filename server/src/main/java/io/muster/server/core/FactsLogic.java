package io.muster.server.core;

import io.muster.api.link.Facts;
import io.muster.api.link.Needed;
import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.WorkloadState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Tells agents the states of the foreign workloads that their dependencies name, and only of the
 * instances that are wanted now: a dependant never starts on the Running of a predecessor. And who
 * needs what they are to stop, see {@link NeedLogic}.
 */
final class FactsLogic {
    private FactsLogic() {}

    /** Sends the facts that changed during this turn. */
    static void flush(Turn turn) {
        for (var name : turn.factsDue()) {
            var agent = turn.agent(name);
            if (agent.isThere()) {
                var content = of(turn, name);
                if (!content.equals(agent.told().content())) {
                    send(turn, agent, agent.told().factsSequence() + 1, content);
                }
            }
        }
    }

    /** Sends an agent its facts although they did not change: it may not have them. */
    static void again(Turn turn, AgentName name) {
        var agent = turn.agent(name);
        var content = of(turn, name);
        var told = agent.told();
        if (!content.equals(told.content())) {
            send(turn, agent, told.factsSequence() + 1, content);
        } else if (told.factsSequence() > 0) {
            send(turn, agent, told.factsSequence(), content);
        }
    }

    /** What facts tell. */
    record Content(Revision asOf, List<WorkloadState> states, List<Needed> needed) {
        static final Content NOTHING = new Content(Revision.ZERO, List.of(), List.of());
    }

    private static void send(Turn turn, Agent agent, long sequence, Content content) {
        turn.agent(agent.told(agent.told().with(sequence, content)));
        if (turn.state().connected()) {
            turn.emit(
                    new Effect.SendFacts(
                            agent.name(),
                            new Facts(
                                    turn.state().epoch(),
                                    sequence,
                                    content.asOf(),
                                    content.states(),
                                    content.needed())));
        }
    }

    private static Content of(Turn turn, AgentName agent) {
        var wish = turn.committed();
        var wanted = new TreeSet<WorkloadName>();
        var asOf = Revision.ZERO;
        var share = wish.share(agent.value());
        for (var placed : share.dependants().values()) {
            var names = placed.written().dependencies().keySet();
            wanted.addAll(names);
            if (placed.changedAt().compareTo(asOf) > 0
                    && !share.workloads().keySet().containsAll(names)) {
                asOf = placed.changedAt();
            }
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
        return new Content(asOf, facts, NeedLogic.needed(turn.state(), turn.agent(agent)));
    }

    /** Leaves out what is for people: dependants need the phase only. */
    static WorkloadState bare(WorkloadState state) {
        return new WorkloadState(
                state.instance(), state.changedAt(), ExecutionState.of(state.phase()));
    }
}
