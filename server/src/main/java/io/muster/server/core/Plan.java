package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.AgentAction;
import io.muster.api.state.TagEdits;
import java.util.ArrayList;
import java.util.Collections;
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
 * @param forgotten agents that are to be as if they had never been here
 * @param concerned agents of which it says whether anything is to run there, changed or not
 */
record Plan(
        Wish before,
        Wish after,
        List<WorkloadChange> workloads,
        SortedSet<String> configs,
        SortedSet<WorkloadName> named,
        List<String> ignored,
        SortedSet<AgentName> forgotten,
        SortedSet<AgentName> concerned) {
    Plan {
        workloads = List.copyOf(workloads);
        ignored = List.copyOf(ignored);
        forgotten = Collections.unmodifiableSortedSet(new TreeSet<>(forgotten));
        concerned = Collections.unmodifiableSortedSet(new TreeSet<>(concerned));
    }

    Plan(
            Wish before,
            Wish after,
            List<WorkloadChange> workloads,
            SortedSet<String> configs,
            SortedSet<WorkloadName> named) {
        this(
                before,
                after,
                workloads,
                configs,
                named,
                List.of(),
                Collections.emptySortedSet(),
                Collections.emptySortedSet());
    }

    /** The same with masks that change nothing. */
    Plan ignoring(List<String> masks) {
        var all = new ArrayList<>(ignored);
        all.addAll(masks);
        return new Plan(before, after, workloads, configs, named, all, forgotten, concerned);
    }

    boolean changesNothing() {
        return !changesDesiredState()
                && before.tags().equals(after.tags())
                && before.drained().equals(after.drained())
                && forgotten.isEmpty();
    }

    /** Says whether it changes more than agents, which are no part of it. */
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

    /** Returns what it makes of agents, beside their tags. */
    SortedMap<AgentName, AgentAction> agents() {
        var actions = new TreeMap<AgentName, AgentAction>();
        after.drained().minusAll(before.drained()).forEach(a -> actions.put(a, AgentAction.DRAIN));
        before.drained()
                .minusAll(after.drained())
                .forEach(a -> actions.put(a, AgentAction.UNDRAIN));
        forgotten.forEach(agent -> actions.put(agent, AgentAction.DELETE));
        return actions;
    }

    /**
     * The same with other agents drained and some forgotten; what is named so must be a change.
     *
     * @param about agents of which the update says whether anything is to run there
     */
    Plan with(
            SortedMap<AgentName, Boolean> drained,
            SortedSet<AgentName> deleted,
            SortedSet<AgentName> about) {
        var changes = !drained.isEmpty() || !deleted.isEmpty();
        var next = changes && changesNothing() ? after.at(before.revision().next()) : after;
        for (var agent : deleted) {
            next = next.with(agent, TagEdits.NONE).drained(agent, false);
        }
        for (var entry : drained.entrySet()) {
            next = next.drained(entry.getKey(), entry.getValue());
        }
        return new Plan(before, next, workloads, configs, named, ignored, deleted, about);
    }

    /** The same with a desired state of which more is known. */
    Plan at(Wish known) {
        return new Plan(before, known, workloads, configs, named, ignored, forgotten, concerned);
    }

    /** The same with other edits of the tags of agents; those must be a change. */
    Plan with(SortedMap<AgentName, TagEdits> changed) {
        var next = changesNothing() ? after.at(before.revision().next()) : after;
        for (var entry : changed.entrySet()) {
            next = next.with(entry.getKey(), entry.getValue());
        }
        return new Plan(before, next, workloads, configs, named, ignored, forgotten, concerned);
    }
}
