package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.Response;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** What follows from stored updates: for execution states, observers, agents and requesters. */
final class Aftermath {
    private final Turn turn;
    private final List<Effect> replies = new ArrayList<>();

    /** Agents whose desired state changed. */
    private final SortedSet<AgentName> touched = new TreeSet<>();

    /** Agents that may or may not have begun with something that is not wanted any more. */
    private final SortedSet<AgentName> unheard = new TreeSet<>();

    /** Agents that are gone and keep something that is not wanted any more. */
    private final SortedSet<AgentName> leftBehind = new TreeSet<>();

    /** Agents with something that others need, of which some changed. */
    private final SortedSet<AgentName> needed = new TreeSet<>();

    /** Agents that do not come back. */
    private final SortedSet<AgentName> forgotten = new TreeSet<>();

    Aftermath(Turn turn) {
        this.turn = turn;
    }

    /** Makes one update the truth. */
    void take(PlannedUpdate update) {
        var result = update.result();
        if (!update.plan().changesNothing()) {
            turn.seal();
            var event = turn.change(_ -> false);
            event.configs.addAll(update.plan().configs());
            update.plan().workloads().forEach(change -> event.workloads.add(change.name()));
            event.agents.addAll(update.plan().agents().keySet());
        }
        var departed = turn.committed().departed();
        turn.state(turn.state().with(turn.ledger().taken(update, turn.settings())));
        update.asker()
                .ifPresent(asker ->
                        replies.add(
                                new Effect.Reply(
                                        asker.requester(), new Response(asker.id(), result))));
        if (update.startup().isPresent()) {
            turn.note(new Note.ManifestInForce(turn.committed().revision(), true));
        }
        if (update.plan().changesNothing()) {
            return;
        }
        turn.note(
                new Note.Updated(
                        update.asker().map(Asker::requester),
                        turn.committed().revision(),
                        result.added(),
                        result.deleted()));
        update.plan()
                .tags()
                .forEach((name, edits) -> {
                    if (turn.agent(name).isThere()) {
                        turn.agent(turn.agent(name).with(edits));
                    }
                });
        update.plan()
                .agents()
                .forEach((name, action) -> {
                    turn.note(new Note.AgentChanged(name, action));
                    switch (action) {
                        case DRAIN, UNDRAIN -> drained(name);
                        case DELETE -> forget(name);
                    }
                });
        for (var change : update.plan().workloads()) {
            change.before().ifPresent(old -> follow(change, old));
            change.after().ifPresent(this::begin);
            needs(change, departed);
            for (var dependant : turn.committed().dependants().of(change.name())) {
                var placed = turn.committed().workloads().get(dependant);
                if (placed != null) {
                    turn.factsFor(placed.agent()); // it waits for another instance now, or for none
                }
            }
        }
        turn.seal();
    }

    /** Tells everybody concerned. */
    void finish() {
        leftBehind.forEach(agent -> LeftoverLogic.limit(turn, agent));
        for (var agent : needed) {
            turn.factsFor(agent.value());
            var told = turn.agent(agent).told().dependents();
            if (!NeedLogic.dependents(turn.state(), agent).equals(told)) {
                touched.add(agent);
            }
        }
        for (var agent : touched) {
            if (forgotten.contains(agent)
                    && Telling.isNobody(turn, agent)) { // nor by a later update
                turn.emit(new Effect.ClearDesired(agent));
            } else {
                Telling.desired(turn, agent);
            }
        }
        unheard.forEach(agent -> Telling.reportAgain(turn, agent));
        replies.forEach(turn::emit);
    }

    /**
     * What it needs, or needed, may be told to stop now, or not yet; and so may an instance of its
     * own that an agent still has from before it was deleted. One that was deleted and is wished
     * again may have needed something else.
     */
    private void needs(WorkloadChange change, Departed departed) {
        var names = new TreeSet<WorkloadName>();
        departed.find(change.name()).ifPresent(gone -> names.addAll(gone.needs().keySet()));
        if (turn.committed().isNeeded(change.name())) {
            names.add(change.name());
        }
        change.before().ifPresent(each -> names.addAll(Departed.needs(each.written()).keySet()));
        change.after().ifPresent(each -> names.addAll(Departed.needs(each.written()).keySet()));
        needed(names);
    }

    private void needed(Set<WorkloadName> names) {
        for (var name : names) {
            var agents = new TreeSet<String>();
            turn.state().board().named(name).forEach(each -> agents.add(each.instance().agent()));
            Optional.ofNullable(turn.committed().workloads().get(name))
                    .ifPresent(each -> agents.add(each.agent()));
            agents.stream()
                    .filter(each -> !each.isEmpty())
                    .forEach(each -> needed.add(new AgentName(each)));
        }
    }

    private void begin(Placed after) {
        touch(after);
        turn.factsFor(after.agent());
        var shown = turn.state().board().find(after.instance());
        if (shown.isEmpty()
                || after.agent().isEmpty()
                || shown.get().phase() == Phase.PENDING_INITIAL) {
            turn.show(ServerSays.atFirst(after, absence(after)));
        } else if (shown.get().phase() == Phase.AGENT_DISCONNECTED) {
            // the agent is as far away for the new wish as for the old
            turn.show(new WorkloadState(after.instance(), after.changedAt(), shown.get().state()));
        }
    }

    /** Why it does not start: nobody is there, or who is cannot do it. */
    private String absence(Placed placed) {
        boolean nowhere = placed.agent().isEmpty();
        var obstacle =
                ServerSays.obstacle(
                        turn.committed(),
                        placed.agent(),
                        nowhere || turn.agent(new AgentName(placed.agent())).isThere());
        return obstacle.isEmpty() && !nowhere
                ? turn.agent(new AgentName(placed.agent())).heard().trouble()
                : obstacle;
    }

    private void follow(WorkloadChange change, Placed before) {
        touch(before);
        if (change.endsInstance()) {
            turn.state().board().find(before.instance()).ifPresent(shown -> end(before, shown));
        }
    }

    /**
     * An instance is no longer wanted. What may be running stays on the board until its agent says
     * that it is gone.
     */
    private void end(Placed before, WorkloadState shown) {
        if (before.agent().isEmpty()) {
            turn.hide(before.instance());
            return;
        }
        var agent = turn.agent(new AgentName(before.agent()));
        if (agent.isThere()) {
            if (ServerSays.said(shown)) {
                unheard.add(agent.name());
            }
            return;
        }
        if (shown.phase() == Phase.PENDING_INITIAL) {
            if (!AcquaintanceLogic.mayRun(turn, shown)) {
                turn.hide(before.instance()); // the agent was never there to begin with it
                return;
            }
            turn.show(ServerSays.notBack(shown)); // it may run since before our start
        }
        leftBehind.add(agent.name());
    }

    /** An agent is drained, or is so no more: it hears of it, and so do those that it needs. */
    private void drained(AgentName name) {
        touched.add(name);
        for (var placed : turn.committed().of(name.value()).values()) {
            needed(Departed.needs(placed.written()).keySet());
            turn.state()
                    .board()
                    .find(placed.instance())
                    .filter(shown -> shown.phase() == Phase.PENDING_INITIAL)
                    .ifPresent(_ -> turn.show(ServerSays.atFirst(placed, absence(placed))));
        }
    }

    /**
     * An agent does not come back: what is wished of it waits for one of that name, as if there had
     * never been any. One that has come back meanwhile is met anew.
     */
    private void forget(AgentName name) {
        AcquaintanceLogic.forget(turn, name);
        touched.add(name); // for anybody: the broker no longer keeps it for the one that is gone
        if (turn.agent(name).isThere()) {
            AcquaintanceLogic.met(turn, name);
            return;
        }
        forgotten.add(name);
        boolean awaited = turn.agent(name).claim().isAwaited();
        turn.state(turn.state().without(name));
        if (awaited) { // by one that has it at once when it asks again
            turn.agent(turn.agent(name).claimed(NameClaim.NONE.released()));
        }
        var wanted = turn.committed().of(name.value());
        for (var shown : turn.state().board().of(name.value()).values()) {
            var placed = wanted.get(shown.instance().workload());
            if (placed != null && placed.instance().equals(shown.instance())) {
                turn.show(ServerSays.atFirst(placed, absence(placed)));
            } else {
                turn.hide(shown.instance());
            }
        }
    }

    private void touch(Placed placed) {
        if (!placed.agent().isEmpty()) {
            touched.add(new AgentName(placed.agent()));
        }
    }
}
