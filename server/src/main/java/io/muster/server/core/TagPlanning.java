package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.path.AgentTags;
import io.muster.api.path.FieldMask;
import io.muster.api.request.Request.UpdateState;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.TagEdits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Adds to a plan what an update makes of the tags of agents.
 *
 * <p>What is stored is what the update changes, as edits over the tags that an agent was started
 * with, so that it outlives connections and restarts. The agents that have tags to change are those
 * that are there, and those that have edits.
 */
final class TagPlanning {
    /** How many tags an agent may be given. */
    static final int MAX_TAGS = 256;

    /** The longest key and the longest value, in characters. */
    static final int MAX_TEXT = 4096;

    private static final int MASK_OF_A_TAG = 4; // agents, the agent, tags, the key

    private TagPlanning() {}

    static Outcome<Plan> add(ServerState state, UpdateState update, Plan plan) {
        if (!AgentTags.concernedBy(update.newState(), update.masks())) {
            return Outcome.accepted(plan);
        }
        var known = known(state, plan.before());
        var wished = AgentTags.apply(known, update.newState(), update.masks());
        var changed = new TreeMap<AgentName, TagEdits>();
        wished.forEach((agent, tags) ->
                changed.put(agent, plan.before().tagsOf(agent).toward(own(state, agent), tags)));
        var problems = new ArrayList<Problem>();
        update.masks().forEach(mask -> tooDeep(mask).ifPresent(problems::add));
        wished.forEach((agent, tags) -> limits(agent, tags).ifPresent(problems::add));
        changed.forEach((agent, edits) -> {
            if (edits.edits().size() > 2 * MAX_TAGS) {
                problems.add(tooMany(agent, edits.edits().size() + " edits"));
            }
        });
        var after = changed.isEmpty() ? plan : plan.with(changed);
        if (after.after().tags().size() > state.settings().bounds().maxAgents()) {
            problems.add(
                    new Problem(
                            "agents",
                            "tags of %d agents would be kept"
                                    .formatted(after.after().tags().size()),
                            "remove those of agents that do not come back: set agents.AGENT.tags to"
                                    + " nothing"));
        }
        return problems.isEmpty()
                ? Outcome.accepted(after.ignoring(ignored(known.keySet(), update)))
                : Outcome.refused(problems);
    }

    /** Tells the masks of one agent's tags that have no effect, since nobody knows that agent. */
    private static List<String> ignored(Set<AgentName> known, UpdateState update) {
        return update.masks().stream()
                .filter(mask -> !AgentPlanning.concerns(mask))
                .filter(mask -> {
                    var keys = mask.segments();
                    return keys.size() >= 2
                            && keys.getFirst().equals("agents")
                            && known.stream().noneMatch(name -> name.value().equals(keys.get(1)));
                })
                .map(FieldMask::toString)
                .toList();
    }

    private static SortedMap<AgentName, AgentAttributes> known(ServerState state, Wish planned) {
        var known = new TreeMap<AgentName, AgentAttributes>();
        planned.tags().forEach((agent, edits) -> known.put(agent, attributes(state, agent, edits)));
        state.agents()
                .forEach((agent, each) -> {
                    if (each.isThere()) {
                        known.put(agent, attributes(state, agent, planned.tagsOf(agent)));
                    }
                });
        return known;
    }

    private static AgentAttributes attributes(ServerState state, AgentName agent, TagEdits edits) {
        return new AgentAttributes(edits.over(own(state, agent)), Optional.empty());
    }

    /** Returns the tags that an agent was started with; none if it is not there. */
    static SortedMap<String, String> own(ServerState state, AgentName name) {
        var agent = state.agents().get(name);
        return agent == null
                ? Collections.emptySortedMap()
                : agent.session().map(Agent.Session::own).orElse(Collections.emptySortedMap());
    }

    private static Optional<Problem> tooDeep(FieldMask mask) {
        var keys = mask.segments();
        return keys.size() > MASK_OF_A_TAG
                        && keys.getFirst().equals("agents")
                        && keys.get(2).equals("tags")
                ? Optional.of(
                        new Problem(
                                "update mask",
                                "Could not find field " + mask,
                                "a tag has no fields; one whose key has a dot is set with all"
                                        + " others of its agent, by "
                                        + new FieldMask(keys.subList(0, 3))))
                : Optional.empty();
    }

    private static Optional<Problem> limits(AgentName agent, SortedMap<String, String> tags) {
        if (tags.size() > MAX_TAGS) {
            return Optional.of(tooMany(agent, tags.size() + " tags"));
        }
        return tags.entrySet().stream()
                .filter(tag ->
                        tag.getKey().isEmpty()
                                || tag.getKey().length() > MAX_TEXT
                                || tag.getValue().length() > MAX_TEXT)
                .findFirst()
                .map(tag ->
                        new Problem(
                                "agents.%s.tags".formatted(agent),
                                tag.getKey().isEmpty()
                                        ? "has a tag without a key"
                                        : "\"%s\" is too long"
                                                .formatted(
                                                        tag.getKey()
                                                                .substring(
                                                                        0,
                                                                        Math.min(
                                                                                tag.getKey()
                                                                                        .length(),
                                                                                100))),
                                "write keys of 1 to %d characters, and values of at most as many"
                                        .formatted(MAX_TEXT)));
    }

    private static Problem tooMany(AgentName agent, String count) {
        return new Problem(
                "agents.%s.tags".formatted(agent),
                "would have " + count,
                "keep at most %d tags".formatted(MAX_TAGS));
    }
}
