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
 * The tags of agents that an update sets.
 *
 * <p>Only agents that are connected have tags to set; a mask for another agent, or for anything but
 * tags, changes nothing. A mask of one tag leaves the others as they are.
 */
public final class AgentTags {
    private static final String AGENTS = "agents";
    private static final String TAGS = "tags";

    private AgentTags() {}

    /**
     * Works out the new tags.
     *
     * @param connected the agents as they are
     * @return all tags of each agent whose tags become others
     */
    public static SortedMap<AgentName, SortedMap<String, String>> apply(
            SortedMap<AgentName, AgentAttributes> connected,
            Node.Entries newState,
            List<FieldMask> masks) {
        var changed = new TreeMap<AgentName, SortedMap<String, String>>();
        connected.forEach((name, attributes) -> {
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
            TreeEdit.find(newState, all)
                    .flatMap(AgentTags::texts)
                    .ifPresent(wished -> {
                        tags.clear();
                        tags.putAll(wished);
                    });
        } else if (mask.size() == all.size() + 1) {
            var key = mask.getLast();
            switch (TreeEdit.find(newState, mask).orElse(Node.Entries.NONE)) {
                case Node.Text(var value) -> tags.put(key, value);
                case Node.Entries _, Node.Items _, Node.Whole _ -> {} // nothing to set
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
