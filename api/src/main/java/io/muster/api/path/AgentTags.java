package io.muster.api.path;

import io.muster.api.name.AgentName;
import io.muster.api.state.AgentAttributes;
import io.muster.api.tree.Node;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tags of agents that an update sets or removes.
 *
 * <p>Only agents that are known have tags to set; a mask for another agent, or for anything but
 * tags, changes nothing. A mask of one tag leaves the others as they are. What a mask names and the
 * new state lacks is removed: one tag, or all of an agent. Agents are not removed so, nor the tags
 * of one that a new state does not speak of. {@code *} is no wildcard here.
 */
public final class AgentTags {
    private static final String AGENTS = "agents";
    private static final String TAGS = "tags";

    private AgentTags() {}

    /**
     * Works out the new tags.
     *
     * @param known the agents as they are
     * @return all tags of each agent whose tags become others
     */
    public static SortedMap<AgentName, SortedMap<String, String>> apply(
            SortedMap<AgentName, AgentAttributes> known,
            Node.Entries newState,
            List<FieldMask> masks) {
        var changed = new TreeMap<AgentName, SortedMap<String, String>>();
        known.forEach((name, attributes) -> {
            var tags = new TreeMap<>(attributes.tags());
            for (var mask : masks.isEmpty() ? List.of(FieldMask.of()) : masks) {
                apply(name, tags, newState, mask.segments());
            }
            if (!tags.equals(attributes.tags())) {
                changed.put(name, Collections.unmodifiableSortedMap(tags));
            }
        });
        return changed;
    }

    /** Says whether an update may concern tags of agents. */
    public static boolean concernedBy(Node.Entries newState, List<FieldMask> masks) {
        return masks.stream()
                        .anyMatch(mask ->
                                mask.segments().isEmpty()
                                        ? newState.entries().containsKey(AGENTS)
                                        : mask.segments().getFirst().equals(AGENTS))
                || (masks.isEmpty() && newState.entries().containsKey(AGENTS));
    }

    private static void apply(
            AgentName agent,
            SortedMap<String, String> tags,
            Node.Entries newState,
            List<String> mask) {
        var all = List.of(AGENTS, agent.value(), TAGS);
        int common = Math.min(mask.size(), all.size());
        if (!mask.subList(0, common).equals(all.subList(0, common))) {
            return;
        }
        if (mask.size() <= all.size()) {
            var wished = TreeEdit.find(newState, all).flatMap(AgentTags::texts);
            if (wished.isPresent() || mask.size() == all.size()) {
                tags.clear();
                wished.ifPresent(texts -> tags.putAll(texts));
            }
        } else if (mask.size() == all.size() + 1) {
            var key = mask.getLast();
            tags.remove(key);
            if (TreeEdit.find(newState, mask).orElse(Node.Entries.NONE)
                    instanceof Node.Text(var value)) {
                tags.put(key, value);
            }
        }
    }

    private static Optional<SortedMap<String, String>> texts(Node node) {
        if (!(node instanceof Node.Entries(var entries))) {
            return Optional.empty();
        }
        var texts = new TreeMap<String, String>();
        entries.forEach((key, value) -> {
            if (value instanceof Node.Text(var text)) {
                texts.put(key, text);
            }
        });
        return Optional.of(texts);
    }
}
