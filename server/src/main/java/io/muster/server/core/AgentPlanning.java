package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.name.Names;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request.UpdateState;
import io.muster.api.state.Drained;
import io.muster.api.tree.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Adds to a plan which agents an update drains, and which it forgets.
 *
 * <p>{@code agents.NAME.drained} is {@code "true"} for an agent on which nothing is to run. A mask
 * of it sets it, or takes it back if the new state lacks it; of a mask above it, only what the new
 * state says counts. The mask {@code agents.NAME} with a new state that has no such agent forgets
 * that agent, which must not be connected.
 */
final class AgentPlanning {
    private static final String AGENTS = "agents";

    private final ServerState state;
    private final Plan plan;
    private final TreeMap<AgentName, Boolean> drained = new TreeMap<>();
    private final TreeSet<AgentName> forgotten = new TreeSet<>();
    private final TreeSet<AgentName> concerned = new TreeSet<>();
    private final List<String> ignored = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private AgentPlanning(ServerState state, Plan plan) {
        this.state = state;
        this.plan = plan;
    }

    static Outcome<Plan> add(ServerState state, UpdateState update, Plan plan) {
        var planning = new AgentPlanning(state, plan);
        var agents = below(update.newState(), AGENTS);
        for (var mask : update.masks().isEmpty() ? List.of(FieldMask.of()) : update.masks()) {
            planning.take(mask, agents);
        }
        return planning.conclude();
    }

    /** Says whether a mask is about an agent as such, and not about its tags. */
    static boolean concerns(FieldMask mask) {
        var keys = mask.segments();
        return keys.size() >= 2
                && keys.getFirst().equals(AGENTS)
                && (keys.size() == 2 || keys.get(2).equals(Drained.KEY));
    }

    private void take(FieldMask mask, Optional<Node.Entries> agents) {
        var keys = mask.segments();
        if (!keys.isEmpty() && !keys.getFirst().equals(AGENTS)) {
            return;
        }
        if (keys.size() <= 1) {
            agents.ifPresent(all -> all.entries().keySet().forEach(name -> said(name, all, mask)));
        } else if (!Names.isName(keys.get(1))) {
            ignored.add(mask.toString());
        } else if (keys.size() == 2) {
            if (agents.filter(all -> all.entries().containsKey(keys.get(1))).isPresent()) {
                said(keys.get(1), agents.orElseThrow(), mask);
            } else {
                forget(new AgentName(keys.get(1)), mask);
            }
        } else if (keys.size() == 3 && keys.get(2).equals(Drained.KEY)) {
            var wished =
                    agents.flatMap(all -> below(all, keys.get(1))).flatMap(AgentPlanning::text);
            drain(new AgentName(keys.get(1)), wished.orElse("false"), mask);
        }
    }

    /** Takes what the new state says of an agent; what it does not say stays. */
    private void said(String name, Node.Entries agents, FieldMask mask) {
        if (Names.isName(name)) {
            below(agents, name)
                    .flatMap(AgentPlanning::text)
                    .ifPresent(value -> drain(new AgentName(name), value, mask));
        }
    }

    private void drain(AgentName agent, String value, FieldMask mask) {
        if (!value.equals(Drained.YES) && !value.equals("false")) {
            problems.add(
                    new Problem(
                            "agents.%s.%s".formatted(agent, Drained.KEY),
                            "\"%s\" is neither true nor false".formatted(value),
                            "write \"true\" or \"false\""));
            return;
        }
        if (!isKnown(agent)) {
            ignored.add(mask.toString());
            return;
        }
        concerned.add(agent);
        boolean wished = value.equals(Drained.YES);
        if (wished != plan.before().drained().contains(agent)) {
            drained.put(agent, wished);
        }
    }

    private void forget(AgentName name, FieldMask mask) {
        var agent = state.agents().get(name);
        var place = "agents." + name;
        if (agent != null && agent.isThere()) {
            problems.add(
                    new Problem(
                            place,
                            "is connected, and only an agent that does not come back can be"
                                    + " deleted",
                            "stop it on its node first; to have nothing run there, use muster"
                                    + " drain "
                                    + name));
        } else if (mayBeAboutToCome(name, agent)) {
            problems.add(
                    new Problem(
                            place,
                            "may be about to come: the server has been connected to the broker for"
                                    + " some seconds only",
                            "ask again when %d s have passed"
                                    .formatted(state.settings().times().grace().toSeconds())));
        } else if (isKnown(name)) {
            forgotten.add(name);
        } else {
            ignored.add(mask.toString());
        }
    }

    /** Says whether it was here before the server was started, and had no time yet to come back. */
    private boolean mayBeAboutToCome(AgentName name, @Nullable Agent agent) {
        boolean heard = agent != null && agent.claim().isHeld();
        return !heard && state.graceEnds().isPresent() && state.ledger().met().includes(name);
    }

    /** Says whether the agent was ever here, or is spoken of. */
    private boolean isKnown(AgentName name) {
        var agent = state.agents().get(name);
        return (agent != null && (agent.isThere() || agent.claim().isHeld()))
                || state.ledger().met().includes(name)
                || plan.after().drained().contains(name)
                || plan.after().tags().containsKey(name)
                || !plan.after().of(name.value()).isEmpty()
                || !state.board().of(name.value()).isEmpty();
    }

    private Outcome<Plan> conclude() {
        int count = plan.after().drained().size() + drained.size();
        if (count > state.settings().bounds().maxAgents()) {
            problems.add(
                    new Problem(
                            AGENTS,
                            "%d agents would be drained".formatted(count),
                            "delete those that do not come back: muster delete agent NAME"));
        }
        if (!problems.isEmpty()) {
            return Outcome.refused(problems);
        }
        return Outcome.accepted(plan.with(drained, forgotten, concerned).ignoring(ignored));
    }

    private static Optional<Node.Entries> below(Node.Entries tree, String key) {
        return tree.entries().get(key) instanceof Node.Entries entries
                ? Optional.of(entries)
                : Optional.empty();
    }

    private static Optional<String> text(Node.Entries agent) {
        return agent.entries().get(Drained.KEY) instanceof Node.Text(var value)
                ? Optional.of(value)
                : Optional.empty();
    }
}
