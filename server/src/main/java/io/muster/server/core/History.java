package io.muster.server.core;

import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.request.AgentAction;
import io.muster.api.request.HistoryEntry;
import io.muster.api.state.State;
import io.muster.api.store.Head;
import io.muster.api.store.PastUpdate;
import java.util.ArrayList;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/**
 * The last desired states, oldest first; the last one is the present one. They share what did not
 * change, so that each costs what its update changed.
 *
 * @param weight how much the updates changed, in characters
 */
record History(PVector<Past> all, long weight) {
    /** So many drains and deletions of agents are kept for each desired state that is. */
    private static final int AGENT_CHANGES = 20;

    static final History NONE = new History(TreePVector.empty(), 0);

    /** A desired state and the update that made it. */
    record Past(HistoryEntry entry, State state, long weight) {
        /** Says whether the update left the desired state as it was: it concerned agents only. */
        boolean concernsAgentsOnly() {
            return !entry.agents().isEmpty() && entry.counts().equals(HistoryEntry.Counts.NONE);
        }
    }

    /** Goes back from what is stored now, update by update. */
    static History of(Head head, State now, ServerSettings settings) {
        var pasts = new ArrayList<Past>();
        var state = now;
        for (var update : head.past().reversed()) {
            pasts.add(past(update, state));
            state = undo(update, state);
        }
        var history = NONE;
        for (var past : pasts.reversed()) {
            history = history.with(past, settings);
        }
        return history;
    }

    /** The same after one more update. */
    History with(PastUpdate update, State after, ServerSettings settings) {
        return with(past(update, after), settings);
    }

    /** Returns the desired state as it was at a revision; empty if that is not kept any more. */
    Optional<Past> at(Revision revision) {
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i).entry().revision().compareTo(revision) <= 0) {
                return Optional.of(all.get(i));
            }
        }
        return Optional.empty();
    }

    /** Returns the update that made the present state. */
    Optional<HistoryEntry> latest() {
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast().entry());
    }

    /** Returns the agents that updates have deleted, as far as that is kept. */
    SortedSet<AgentName> deletedAgents() {
        var deleted = new TreeSet<AgentName>();
        for (var past : all) {
            past.entry()
                    .agents()
                    .forEach((agent, action) -> {
                        if (action == AgentAction.DELETE) {
                            deleted.add(agent);
                        }
                    });
        }
        return deleted;
    }

    /** Returns the oldest revision that is kept. */
    Revision from() {
        return all.isEmpty() ? Revision.ZERO : all.getFirst().entry().revision();
    }

    private History with(Past past, ServerSettings settings) {
        var next = all.plus(past);
        long sum = weight + past.weight();
        while (isTooLong(next, settings.history().count())
                || (sum > settings.history().size() && next.size() > 1)) {
            sum -= next.getFirst().weight();
            next = next.minus(0);
        }
        return new History(next, sum);
    }

    /**
     * Says whether there are more than are kept. Drains take no place of a desired state, or a day
     * of maintenance would leave nothing to go back to; but there is a bound to them as well.
     */
    private static boolean isTooLong(PVector<Past> pasts, int most) {
        if (pasts.size() <= most) {
            return false;
        }
        long ofAgents = pasts.stream().filter(Past::concernsAgentsOnly).count();
        return ofAgents > (long) most * AGENT_CHANGES || pasts.size() - ofAgents > most;
    }

    private static Past past(PastUpdate update, State after) {
        int added = 0;
        int changed = 0;
        int deleted = 0;
        long weight = 0;
        for (var entry : update.workloads().entrySet()) {
            if (!after.workloads().containsKey(entry.getKey())) {
                deleted++;
            } else if (entry.getValue().isEmpty()) {
                added++;
            } else {
                changed++;
            }
            weight += entry.getValue().map(Sizes::of).orElse(0L);
        }
        for (var before : update.configs().values()) {
            weight += before.map(Sizes::of).orElse(0L);
        }
        var counts = new HistoryEntry.Counts(added, changed, deleted, update.configs().size());
        return new Past(
                new HistoryEntry(
                        update.revision(),
                        update.time(),
                        update.by(),
                        counts,
                        new TreeMap<>(update.agents())),
                after,
                weight);
    }

    private static State undo(PastUpdate update, State state) {
        var before = state;
        for (var entry : update.workloads().entrySet()) {
            var was = entry.getValue();
            before =
                    was.isPresent()
                            ? before.with(entry.getKey(), was.get())
                            : before.without(entry.getKey());
        }
        for (var entry : update.configs().entrySet()) {
            var was = entry.getValue();
            before =
                    was.isPresent()
                            ? before.withConfig(entry.getKey(), was.get())
                            : before.withoutConfig(entry.getKey());
        }
        return before;
    }
}
