package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The handling of one event: the state as it becomes, the effects so far, and what has to be told
 * to observers and dependants at the end. Lives for one call of {@link ServerLogic#on}.
 */
final class Turn {
    private final long now;
    private final Instant wall;
    private final List<Effect> effects = new ArrayList<>();
    private final List<ChangeSet> changes = new ArrayList<>();
    private final SortedSet<AgentName> factsDue = new TreeSet<>();
    private ServerState state;
    private boolean sealed = true;

    Turn(ServerState state, long now, Instant wall) {
        this.state = state;
        this.now = now;
        this.wall = wall;
    }

    ServerState state() {
        return state;
    }

    void state(ServerState next) {
        state = next;
    }

    ServerSettings settings() {
        return state.settings();
    }

    Ledger ledger() {
        return state.ledger();
    }

    /** The desired state that everybody is told about. */
    Wish committed() {
        return state.ledger().committed();
    }

    long now() {
        return now;
    }

    /** The time of day, for people. */
    Instant wall() {
        return wall;
    }

    List<Effect> effects() {
        return effects;
    }

    void emit(Effect effect) {
        effects.add(effect);
    }

    void note(Note note) {
        effects.add(new Effect.Tell(note));
    }

    /** Lets the alarm ring no later than this. */
    void wakeBy(long nanos) {
        if (state.wakeAt().isEmpty() || nanos - state.wakeAt().get() < 0) {
            state = state.waking(Optional.of(nanos));
            emit(new Effect.WakeAt(nanos));
        }
    }

    /** Says whether a point in monotonic time has come. */
    boolean isPast(long nanos) {
        return now - nanos >= 0;
    }

    Agent agent(AgentName name) {
        var known = state.agents().get(name);
        return known == null ? Agent.unknown(name, now) : known;
    }

    /** Replaces what is known of an agent, and lets observers see whether it is there, and how. */
    void agent(Agent next) {
        var was = Attendance.of(next.name(), state.agents().get(next.name()), committed());
        var is = Attendance.of(next.name(), next, committed());
        if (!was.equals(is)) {
            change(set -> set.agents.contains(next.name())).agents.add(next.name());
        }
        state = state.with(next);
    }

    /** Forgets an agent that is not there and has nothing to do. */
    void forget(AgentName name) {
        if (!agent(name).isThere() && committed().of(name.value()).isEmpty()) {
            state = state.without(name);
        }
    }

    /** Lets everybody see an execution state. */
    void show(WorkloadState next) {
        var instance = next.instance();
        var before = state.board().find(instance);
        if (before.isPresent() && before.get().equals(next)) {
            return;
        }
        change(set -> set.states.contains(instance)).states.add(instance);
        state = state.with(state.board().with(next));
        if (before.isEmpty()
                || before.get().phase() != next.phase()
                || !before.get().changedAt().equals(next.changedAt())) {
            note(new Note.StateChanged(next));
            tellDependants(instance);
        }
    }

    /** Lets everybody see that an instance is gone. */
    void hide(InstanceName instance) {
        var before = state.board().find(instance);
        if (before.isEmpty()) {
            return;
        }
        change(set -> set.states.contains(instance)).states.add(instance);
        state = state.with(state.board().without(instance));
        note(new Note.StateChanged(ServerSays.removed(before.get())));
        tellDependants(instance);
    }

    /** Shows a state as an agent told it: one that is removed is hidden. */
    void showOrHide(WorkloadState next) {
        if (next.phase() == Phase.REMOVED) {
            hide(next.instance());
        } else {
            show(next);
        }
    }

    private void tellDependants(InstanceName instance) {
        for (var dependant : committed().dependants().of(instance.workload())) {
            var placed = committed().workloads().get(dependant);
            if (placed != null && !placed.agent().equals(instance.agent())) {
                factsFor(placed.agent());
            }
        }
        NeedLogic.tell(this, instance.workload());
        if (committed().isNeeded(instance.workload())) {
            factsFor(instance.agent()); // perhaps it is to go, and others need it
        }
    }

    /** Lets an agent have its facts at the end, if they changed. */
    void factsFor(String agent) {
        if (!agent.isEmpty()) {
            factsDue.add(new AgentName(agent));
        }
    }

    SortedSet<AgentName> factsDue() {
        return factsDue;
    }

    /** Ends the current event for observers: what follows is another one. */
    void seal() {
        sealed = true;
    }

    /**
     * Returns the event that a change belongs to: a new one if the same thing changed already. To
     * be called before the change is made.
     */
    ChangeSet change(Predicate<ChangeSet> taken) {
        if (sealed || taken.test(changes.getLast())) {
            endLast();
            changes.add(new ChangeSet(View.of(state)));
            sealed = false;
        }
        return changes.getLast();
    }

    /** Returns the events, which end here. */
    List<ChangeSet> changes() {
        endLast();
        sealed = true;
        var ended = List.copyOf(changes);
        changes.clear();
        return ended;
    }

    private void endLast() {
        if (!changes.isEmpty()) {
            changes.getLast().end(View.of(state));
        }
    }
}
