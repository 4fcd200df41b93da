package io.muster.server.core;

import io.muster.api.link.AgentPresence;
import io.muster.api.link.Report;
import io.muster.api.link.Transition;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.StateVersion;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import java.util.Comparator;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * Takes reports: observers see each step that was numbered, then the snapshot, which is what holds.
 */
final class ReportLogic {
    private ReportLogic() {}

    /** An agent told how its workloads are. */
    static void reported(Turn turn, AgentName name, Report report) {
        var agent = turn.agent(name);
        var session = agent.session();
        if (session.isEmpty()
                || !session.get().instance().equals(report.instance())
                || !session.get().nonce().equals(report.nonce())) {
            if (agent.claim().refuses(report.instance())) {
                Telling.refuse(turn, name, report.instance());
            } else {
                Telling.announceAgain(turn, agent); // its announcement was lost, or this is late
            }
            return;
        }
        var heard = agent.heard();
        boolean sameProcess = heard.instance().equals(report.instance());
        if (sameProcess && report.sequence() <= heard.sequence()) {
            return; // late or doubled
        }
        JumpLogic.seen(turn, name, report.observed(), 0);
        PSortedMap<InstanceName, WorkloadState> states = TreePMap.empty();
        for (var state : report.states()) {
            if (isOf(turn, name, state)) {
                states = states.plus(state.instance(), state);
            }
        }
        long last = sameProcess ? heard.transition() : 0;
        for (var step : report.transitions().stream().sorted(BY_NUMBER).toList()) {
            if (step.number() > last && isOf(turn, name, step.state())) {
                turn.showOrHide(step.state());
                last = step.number();
            }
        }
        turn.agent(
                turn.agent(name)
                        .heard(
                                new Agent.Heard(
                                        report.instance(),
                                        report.sequence(),
                                        last,
                                        report.observed(),
                                        states,
                                        report.trouble()),
                                turn.now()));
        if (!report.trouble().equals(sameProcess ? heard.trouble() : "")) {
            turn.note(new Note.AgentTrouble(name, report.trouble()));
        }
        settle(turn, name);
        if (heard.instance().isEmpty()) {
            NeedLogic.heard(turn, name);
        }
    }

    private static final Comparator<Transition> BY_NUMBER =
            Comparator.comparingLong(Transition::number);

    /**
     * An agent announced itself: its last report holds again if it is the last that it sent;
     * otherwise it is asked for another.
     */
    static void announced(Turn turn, AgentName name, AgentPresence presence, boolean isNew) {
        var heard = turn.agent(name).heard();
        boolean knowsAll =
                heard.instance().equals(presence.instance())
                        && heard.sequence() >= presence.reportSequence();
        if (knowsAll && heard.sequence() > 0) {
            settle(turn, name);
        } else if (!isNew || presence.reportSequence() > 0) {
            Telling.reportAgain(turn, name); // a new process reports by itself
        }
    }

    /** Makes the last report what everybody sees. */
    private static void settle(Turn turn, AgentName name) {
        var agent = turn.agent(name);
        var heard = agent.heard();
        heard.states().values().forEach(turn::showOrHide);
        var wanted = turn.committed().of(name.value());
        boolean caughtUp =
                agent.told().desired().isPresent()
                        && heard.observed()
                                .filter(seen -> reaches(seen, agent.told().desired().get()))
                                .isPresent();
        for (var shown : turn.state().board().of(name.value()).values()) {
            if (heard.states().containsKey(shown.instance())) {
                continue;
            }
            var placed = wanted.get(shown.instance().workload());
            if (placed != null && placed.instance().equals(shown.instance())) {
                turn.show(ServerSays.atFirst(placed, heard.trouble()));
            } else if (caughtUp || shown.phase() != Phase.PENDING_INITIAL) {
                turn.hide(shown.instance());
            } // else it may not have heard of the instance's end, nor of its beginning
        }
    }

    private static boolean reaches(StateVersion seen, StateVersion told) {
        return seen.comparableTo(told) && !seen.isOlderThan(told);
    }

    private static boolean isOf(Turn turn, AgentName name, WorkloadState state) {
        if (state.instance().agent().equals(name.value())) {
            return true;
        }
        turn.note(
                new Note.Ignored(
                        name, "it reported " + state.instance() + ", which is not its own"));
        return false;
    }
}
