package io.muster.server.core;

import io.muster.api.link.Dependents;
import io.muster.api.link.Needed;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.Dependency;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Says of what agents are to stop who needs it: in each desired state as far as that is the wish,
 * in facts as far as it is how things are.
 *
 * <p>Workloads wait for each other along dependencies of the present wish, which has no cycles, and
 * of such as are wished no more. One of those is left out if it would close a cycle.
 */
final class NeedLogic {
    private final ServerState state;
    private final Wish wish;

    private NeedLogic(ServerState state) {
        this.state = state;
        this.wish = state.ledger().committed();
    }

    /**
     * One that depends on a workload for as long as it runs.
     *
     * @param gone it is wished no more
     * @param agent where it is wished, or was last
     */
    record Dependent(WorkloadName name, boolean gone, String agent) {}

    /** What the workloads of an agent's desired state do not say themselves. */
    static List<Dependents> dependents(ServerState state, AgentName agent) {
        return new NeedLogic(state).dependents(agent.value());
    }

    /** Who needs what an agent is to stop, of those that are on others. */
    static List<Needed> needed(ServerState state, Agent agent) {
        return new NeedLogic(state).needed(agent);
    }

    /** Lets agents know again of what they are to stop whether this workload needs it. */
    static void tell(Turn turn, WorkloadName dependent) {
        for (var on : turn.committed().needs(dependent)) {
            for (var each : turn.state().board().named(on)) {
                turn.factsFor(each.instance().agent());
            }
        }
    }

    /** An agent reported for the first time: now it is known what it has of what was deleted. */
    static void heard(Turn turn, AgentName agent) {
        turn.committed()
                .departed()
                .all()
                .forEach((name, gone) -> {
                    if (gone.instance().agent().equals(agent.value())) {
                        tell(turn, name);
                    }
                });
        turn.state().start().moved().from(agent.value()).keySet().forEach(name -> tell(turn, name));
    }

    /**
     * Returns who depends on a workload for as long as they run, by name.
     *
     * @param at the agent that is to stop it: one that is drained waits for its own, and for those
     *     that are to go themselves, never for such as run on
     */
    static List<Dependent> of(Wish wish, WorkloadName on, String at) {
        boolean drained = wish.isDrained(at);
        var found = of(wish, on, wish.workloads().containsKey(on) && !drained);
        if (drained) {
            found.removeIf(each ->
                    !each.gone() && !each.agent().equals(at) && !wish.isDrained(each.agent()));
        }
        return found;
    }

    /**
     * The same, wherever it is.
     *
     * @param update it is updated, to which some are indifferent, and not stopped for good
     */
    private static List<Dependent> of(Wish wish, WorkloadName on, boolean update) {
        var found = new ArrayList<Dependent>();
        for (var name : wish.dependants().of(on)) {
            var placed = Optional.ofNullable(wish.workloads().get(name));
            placed.map(each -> each.written().dependencies().get(on))
                    .filter(Dependency::lasts)
                    .filter(each -> !update || each.onUpdate() != OnUpdate.IGNORE)
                    .ifPresent(_ ->
                            found.add(new Dependent(name, false, placed.orElseThrow().agent())));
        }
        for (var name : wish.departed().dependants().of(on)) {
            wish.departed()
                    .find(name)
                    .filter(each -> !update || each.needs().get(on) != OnUpdate.IGNORE)
                    .filter(each -> !reaches(wish, on, name, each.at()))
                    .ifPresent(
                            each -> found.add(new Dependent(name, true, each.instance().agent())));
        }
        return found;
    }

    /**
     * Says whether {@code from} needs {@code to}, perhaps through others, by what is wished now or
     * was until {@code since} or later.
     */
    private static boolean reaches(Wish wish, WorkloadName from, WorkloadName to, Revision since) {
        var seen = new HashSet<WorkloadName>();
        var open = new ArrayDeque<WorkloadName>();
        open.add(from);
        while (!open.isEmpty()) {
            var name = open.remove();
            if (name.equals(to)) {
                return true;
            }
            boolean counts =
                    wish.departed()
                            .find(name)
                            .filter(gone -> gone.at().compareTo(since) < 0)
                            .isEmpty();
            if (seen.add(name) && counts) {
                open.addAll(wish.needs(name));
            }
        }
        return false;
    }

    private List<Dependents> dependents(String agent) {
        var names = new TreeSet<>(wish.of(agent).keySet());
        for (var each : state.board().of(agent).keySet()) {
            names.add(each.workload());
        }
        if (isUnheard(agent)) {
            wish.departed()
                    .all()
                    .forEach((name, gone) -> {
                        if (gone.instance().agent().equals(agent)) {
                            names.add(name);
                        }
                    });
            names.addAll(state.start().moved().from(agent).keySet());
        }
        var told = new ArrayList<Dependents>();
        for (var on : names) {
            if (wish.isNeeded(on)) {
                var one = dependents(agent, on);
                if (!one.isEmpty()) {
                    told.add(one);
                }
            }
        }
        return told;
    }

    private Dependents dependents(String agent, WorkloadName on) {
        var placed = Optional.ofNullable(wish.workloads().get(on));
        boolean foreign = false;
        var leaving = new TreeSet<WorkloadName>();
        for (var each : of(wish, on, agent)) {
            foreign |= isForeign(each, agent);
            boolean isWishedHere = !each.gone() && each.agent().equals(agent);
            if (!isWishedHere && mayBeOn(each, agent)) {
                leaving.add(each.name());
            }
        }
        boolean elsewhere = placed.filter(each -> !each.agent().equals(agent)).isPresent();
        return new Dependents(on, elsewhere, foreign, leaving);
    }

    private boolean mayBeOn(Dependent dependent, String agent) {
        return (dependent.agent().equals(agent) && (!dependent.gone() || isUnheard(agent)))
                || (isUnheard(agent)
                        && state.start().moved().from(agent).containsKey(dependent.name()))
                || state.board().named(dependent.name()).stream()
                        .anyMatch(each -> each.instance().agent().equals(agent));
    }

    private boolean isForeign(Dependent dependent, String agent) {
        return (!dependent.agent().equals(agent)
                        && !dependent.agent().isEmpty()
                        && (!dependent.gone() || isUnheard(dependent.agent())))
                || !leftOn(dependent.name(), agent).isEmpty()
                || state.board().named(dependent.name()).stream()
                        .anyMatch(each -> !each.instance().agent().equals(agent));
    }

    /** Returns what was moved away before a start of the server, and may run on other agents. */
    private List<InstanceName> leftOn(WorkloadName name, String except) {
        var left = new ArrayList<InstanceName>();
        state.start()
                .moved()
                .from()
                .forEach((agent, its) -> {
                    var instance = its.get(name);
                    if (instance != null && !agent.equals(except) && isUnheard(agent)) {
                        left.add(instance);
                    }
                });
        return left;
    }

    /** After a start of the server it is not known at first what agents have. */
    private boolean isUnheard(String agent) {
        if (agent.isEmpty() || state.graceEnds().isEmpty()) {
            return false;
        }
        var known = state.agents().get(new AgentName(agent));
        return known == null || known.heard().instance().isEmpty();
    }

    /**
     * Tells of everything that is to go and was ever needed, even that it is by nobody: an agent
     * may have been told that facts tell, and go on waiting for their word. The desired state that
     * says so no more is of the same revision, so it would not take that from it.
     */
    private List<Needed> needed(Agent agent) {
        var asOf = agent.told().desired().map(each -> each.revision()).orElse(Revision.ZERO);
        var names = new TreeSet<WorkloadName>();
        for (var each : state.board().of(agent.name().value()).values()) {
            var name = each.instance().workload();
            if (isToGo(each) && wish.isNeeded(name)) {
                names.add(name);
            }
        }
        var needed = new ArrayList<Needed>();
        for (var on : names) {
            var dependents =
                    of(wish, on, agent.name().value()).stream()
                            .filter(each -> isForeign(each, agent.name().value()))
                            .toList();
            needed.add(needed(on, asOf, dependents, agent.name().value()));
        }
        return needed;
    }

    private boolean isToGo(WorkloadState shown) {
        var placed = wish.workloads().get(shown.instance().workload());
        return placed == null
                || !placed.instance().equals(shown.instance())
                || !placed.changedAt().equals(shown.changedAt())
                || shown.phase() == Phase.STOPPING_WAITING_TO_STOP
                || wish.isDrained(placed.agent());
    }

    private Needed needed(
            WorkloadName on, Revision asOf, List<Dependent> dependents, String agent) {
        var by = new ArrayList<WorkloadState>();
        for (var each : dependents) {
            for (var shown : state.board().named(each.name())) {
                if (!shown.instance().agent().equals(agent) && needs(shown)) {
                    by.add(FactsLogic.bare(shown));
                }
            }
            if (each.gone() && !each.agent().equals(agent) && isUnheard(each.agent())) {
                wish.departed()
                        .find(each.name())
                        .ifPresent(gone -> by.add(unheard(gone.instance())));
            }
            leftOn(each.name(), agent).forEach(instance -> by.add(unheard(instance)));
            if (by.size() > Needed.MOST) {
                return new Needed(on, asOf, by.subList(0, Needed.MOST), true);
            }
        }
        return new Needed(on, asOf, by, false);
    }

    private static WorkloadState unheard(InstanceName instance) {
        return new WorkloadState(
                instance, Revision.ZERO, ExecutionState.of(Phase.AGENT_DISCONNECTED));
    }

    /**
     * A dependent whose agent is gone lets nobody wait; after a start of the server, it may come.
     */
    boolean needs(WorkloadState shown) {
        if (!Dependency.isNeededIn(shown.phase())) {
            return false;
        }
        var agent = state.agents().get(new AgentName(shown.instance().agent()));
        return state.graceEnds().isPresent() || (agent != null && agent.isThere());
    }

    /** Says whether any instance of a workload needs what it depends on. */
    static boolean runs(ServerState state, WorkloadName dependent) {
        var logic = new NeedLogic(state);
        return state.board().named(dependent).stream().anyMatch(logic::needs);
    }
}
