package io.muster.server.core;

import io.muster.api.link.AssignedWorkload;
import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.State;
import io.muster.api.state.TagEdits;
import io.muster.api.state.Workload;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * A desired state of the whole cluster at one revision, with what is looked up in it. Persistent: a
 * changed copy costs what changed.
 *
 * @param written as users wrote it
 * @param workloads the same, placed
 * @param byAgent what each agent has that has something; under the empty name what none has
 * @param dependants which workloads depend on one
 * @param configUsers which workloads name a config
 * @param tags what was edited of the tags of agents; those without edits are left out
 * @param departed workloads that are wished no more, and needed others
 * @param drained agents on which nothing is to run
 */
record Wish(
        Revision revision,
        State written,
        PSortedMap<WorkloadName, Placed> workloads,
        PMap<String, Share> byAgent,
        Index<WorkloadName> dependants,
        Index<String> configUsers,
        PSortedMap<AgentName, TagEdits> tags,
        Departed departed,
        PSet<AgentName> drained) {
    static final Wish EMPTY =
            new Wish(
                    Revision.ZERO,
                    State.EMPTY,
                    TreePMap.empty(),
                    HashTreePMap.empty(),
                    Index.empty(),
                    Index.empty(),
                    TreePMap.empty(),
                    Departed.NONE,
                    HashTreePSet.empty());

    /** The same at another revision. */
    Wish at(Revision other) {
        return new Wish(
                other,
                written,
                workloads,
                byAgent,
                dependants,
                configUsers,
                tags,
                departed,
                drained);
    }

    /** The same with one workload changed. */
    Wish with(WorkloadChange change) {
        var name = change.name();
        var nextWritten = written;
        var nextWorkloads = workloads;
        var nextByAgent = byAgent;
        if (change.before().isPresent()) {
            var agent = change.before().get().agent();
            var rest = share(agent).minus(name, change.before().get());
            nextByAgent =
                    rest.workloads().isEmpty()
                            ? nextByAgent.minus(agent)
                            : nextByAgent.plus(agent, rest);
        }
        if (change.after().isPresent()) {
            var after = change.after().get();
            nextWritten = nextWritten.with(name, after.written());
            nextWorkloads = nextWorkloads.plus(name, after);
            var there = nextByAgent.get(after.agent());
            nextByAgent =
                    nextByAgent.plus(
                            after.agent(), (there == null ? Share.NONE : there).plus(name, after));
        } else {
            nextWritten = nextWritten.without(name);
            nextWorkloads = nextWorkloads.minus(name);
        }
        return new Wish(
                revision,
                nextWritten,
                nextWorkloads,
                nextByAgent,
                dependants.moved(
                        name,
                        change.before().map(Wish::dependencies).orElse(Set.of()),
                        change.after().map(Wish::dependencies).orElse(Set.of())),
                configUsers.moved(
                        name,
                        change.before().map(Wish::configs).orElse(Set.of()),
                        change.after().map(Wish::configs).orElse(Set.of())),
                tags,
                departed(change),
                drained);
    }

    /** The same with one config added or replaced. */
    Wish withConfig(String name, ConfigItem item) {
        return new Wish(
                revision,
                written.withConfig(name, item),
                workloads,
                byAgent,
                dependants,
                configUsers,
                tags,
                departed,
                drained);
    }

    /** The same without one config. */
    Wish withoutConfig(String name) {
        return new Wish(
                revision,
                written.withoutConfig(name),
                workloads,
                byAgent,
                dependants,
                configUsers,
                tags,
                departed,
                drained);
    }

    /** The same with other edits of an agent's tags. */
    Wish with(AgentName agent, TagEdits edits) {
        return new Wish(
                revision,
                written,
                workloads,
                byAgent,
                dependants,
                configUsers,
                edits.isEmpty() ? tags.minus(agent) : tags.plus(agent, edits),
                departed,
                drained);
    }

    /** The same with others that are wished no more. */
    Wish with(Departed others) {
        return new Wish(
                revision,
                written,
                workloads,
                byAgent,
                dependants,
                configUsers,
                tags,
                others,
                drained);
    }

    /** The same with an agent on which nothing is to run, or with one on which something may. */
    Wish drained(AgentName agent, boolean now) {
        return new Wish(
                revision,
                written,
                workloads,
                byAgent,
                dependants,
                configUsers,
                tags,
                departed,
                now ? drained.plus(agent) : drained.minus(agent));
    }

    /**
     * Says whether nothing is to run on an agent.
     *
     * @param agent its name; empty for none
     */
    boolean isDrained(String agent) {
        return !agent.isEmpty() && drained.contains(new AgentName(agent));
    }

    private Departed departed(WorkloadChange change) {
        if (change.after().isPresent() || change.before().isEmpty()) {
            return departed.without(change.name());
        }
        var before = change.before().get();
        var needs = Departed.needs(before.written());
        return needs.isEmpty() && !isNeeded(change.name())
                ? departed.without(change.name())
                : departed.with(
                        change.name(), new Departed.Gone(before.instance(), revision, needs));
    }

    /** Returns what a workload needs for as long as it runs, wished or not. */
    Set<WorkloadName> needs(WorkloadName name) {
        var placed = workloads.get(name);
        return placed == null
                ? departed.find(name).map(gone -> gone.needs().keySet()).orElse(Set.of())
                : Departed.needs(placed.written()).keySet();
    }

    /** Says whether any workload depends on one, wished or not. */
    boolean isNeeded(WorkloadName name) {
        return !dependants.of(name).isEmpty() || !departed.dependants().of(name).isEmpty();
    }

    /** Returns the edits of an agent's tags. */
    TagEdits tagsOf(AgentName agent) {
        var edits = tags.get(agent);
        return edits == null ? TagEdits.NONE : edits;
    }

    /** Returns the workloads of one agent, by name. */
    PSortedMap<WorkloadName, Placed> of(String agent) {
        return share(agent).workloads();
    }

    /** Returns what an agent has of it. */
    Share share(String agent) {
        var found = byAgent.get(agent);
        return found == null ? Share.NONE : found;
    }

    /** The same, knowing how big the message to an agent is that has workloads. */
    Wish measured(String agent, int bytes) {
        return new Wish(
                revision,
                written,
                workloads,
                byAgent.plus(agent, share(agent).measured(bytes)),
                dependants,
                configUsers,
                tags,
                departed,
                drained);
    }

    /** Returns the workloads of one agent as it gets them. */
    List<AssignedWorkload> assignedTo(String agent) {
        return of(agent).values().stream().map(Placed::assigned).toList();
    }

    /** Returns the effective state of the workloads named. */
    State effective(Collection<WorkloadName> names) {
        PSortedMap<WorkloadName, Workload> found = TreePMap.empty();
        for (var name : names) {
            var placed = workloads.get(name);
            if (placed != null) {
                found = found.plus(name, placed.assigned().workload());
            }
        }
        return new State(found, TreePMap.empty());
    }

    private static Collection<WorkloadName> dependencies(Placed placed) {
        return placed.written().dependencies().keySet();
    }

    private static Collection<String> configs(Placed placed) {
        return Set.copyOf(placed.written().configs().values());
    }
}
