package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.TagEdits;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an update does to the desired state it was planned on.
 *
 * @param before what it was planned on
 * @param after the desired state with it; at the same revision if nothing changes
 * @param workloads those that change, by name
 * @param configs the names of those that change or go
 * @param named the workloads that the update names, changed or not
 * @param ignored masks of the update that change nothing, as there is no such agent
 */
record Plan(
        Wish before,
        Wish after,
        List<WorkloadChange> workloads,
        SortedSet<String> configs,
        SortedSet<WorkloadName> named,
        List<String> ignored) {
    Plan {
        workloads = List.copyOf(workloads);
        ignored = List.copyOf(ignored);
    }

    Plan(
            Wish before,
            Wish after,
            List<WorkloadChange> workloads,
            SortedSet<String> configs,
            SortedSet<WorkloadName> named) {
        this(before, after, workloads, configs, named, List.of());
    }

    /** The same with masks that change nothing. */
    Plan ignoring(List<String> masks) {
        return new Plan(before, after, workloads, configs, named, masks);
    }

    boolean changesNothing() {
        return !changesDesiredState() && before.tags().equals(after.tags());
    }

    /** Says whether it changes more than tags of agents, which are no part of it. */
    boolean changesDesiredState() {
        return !workloads.isEmpty() || !configs.isEmpty();
    }

    /** Returns the edits of all agents for which this changes them. */
    SortedMap<AgentName, TagEdits> tags() {
        var changed = new TreeMap<AgentName, TagEdits>();
        if (!before.tags().equals(after.tags())) {
            var agents = new TreeSet<>(before.tags().keySet());
            agents.addAll(after.tags().keySet());
            agents.stream()
                    .filter(agent -> !before.tagsOf(agent).equals(after.tagsOf(agent)))
                    .forEach(agent -> changed.put(agent, after.tagsOf(agent)));
        }
        return changed;
    }

    /** The same with a desired state of which more is known. */
    Plan at(Wish known) {
        return new Plan(before, known, workloads, configs, named, ignored);
    }

    /** The same with other edits of the tags of agents; those must be a change. */
    Plan with(SortedMap<AgentName, TagEdits> changed) {
        var next = changesNothing() ? after.at(before.revision().next()) : after;
        for (var entry : changed.entrySet()) {
            next = next.with(entry.getKey(), entry.getValue());
        }
        return new Plan(before, next, workloads, configs, named, ignored);
    }
}
