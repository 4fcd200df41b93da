package io.muster.agent.reconcile;

import io.muster.api.state.WorkloadState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One event at work: the state as it comes about, and what is ordered on the way. */
final class Turn {
    private final AgentTiming timing;
    private final Moment now;
    private final List<AgentEffect> effects = new ArrayList<>();
    private final List<WorkloadState> transitions = new ArrayList<>();
    private AgentState state;

    Turn(AgentState before, AgentTiming timing, Moment now) {
        this.state = before;
        this.timing = timing;
        this.now = now;
    }

    AgentState state() {
        return state;
    }

    void state(AgentState next) {
        state = next;
    }

    AgentTiming timing() {
        return timing;
    }

    Moment now() {
        return now;
    }

    void emit(AgentEffect effect) {
        effects.add(effect);
    }

    /** Sets a timer that runs down after exactly this. */
    void wake(AgentTimer timer, Duration after) {
        effects.add(new AgentEffect.Wake(timer, after, false));
    }

    /** Sets a timer that runs down at any time within this. */
    void wakeWithin(AgentTimer timer, Duration within) {
        effects.add(new AgentEffect.Wake(timer, within, true));
    }

    /** Returns what has been ordered, for those who add to it themselves. */
    List<AgentEffect> effects() {
        return effects;
    }

    void transition(WorkloadState step) {
        transitions.add(step);
    }

    AgentLogic.Step step() {
        return new AgentLogic.Step(state, effects, transitions);
    }
}
