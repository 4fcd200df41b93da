package io.muster.api.request;

import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an update would do.
 *
 * @param revision of the desired state that it was planned on
 * @param workloads that the update names or changes, by name
 * @param configs that it changes, by name
 * @param tags of agents that it changes, by name
 * @param ignored masks that would change nothing, as there is no such agent
 * @param agents what would become of agents
 * @param images what the workloads that the update names would need images for, where they are
 *     given to agents; only if it was asked for
 */
public record UpdatePlan(
        Revision revision,
        List<PlannedWorkload> workloads,
        List<PlannedConfig> configs,
        List<PlannedTags> tags,
        List<String> ignored,
        SortedMap<AgentName, AgentAction> agents,
        List<ImageOrder> images) {
    /** Copies the collections. */
    public UpdatePlan {
        images = List.copyOf(images);
        workloads = List.copyOf(workloads);
        configs = List.copyOf(configs);
        tags = List.copyOf(tags);
        ignored = List.copyOf(ignored);
        agents = Collections.unmodifiableSortedMap(new TreeMap<>(agents));
    }

    /** One that leaves agents as they are. */
    public UpdatePlan(
            Revision revision,
            List<PlannedWorkload> workloads,
            List<PlannedConfig> configs,
            List<PlannedTags> tags,
            List<String> ignored) {
        this(revision, workloads, configs, tags, ignored, Collections.emptySortedMap(), List.of());
    }

    /** The same with what its workloads need images for. */
    public UpdatePlan with(List<ImageOrder> orders) {
        return new UpdatePlan(
                revision, workloads, configs, tags, ignored, agents, List.copyOf(orders));
    }

    /** Says whether the update would change nothing at all. */
    public boolean changesNothing() {
        return configs.isEmpty()
                && tags.isEmpty()
                && agents.isEmpty()
                && workloads.stream().allMatch(each -> each.action() == Action.NOTHING);
    }

    /** What would happen. */
    public enum Action {
        /** It is as wished already. */
        NOTHING,
        /** It is new. */
        CREATE,
        /** What runs ends, and is started anew. */
        REPLACE,
        /** It changes, and what runs goes on running. */
        CHANGE_IN_PLACE,
        /** It goes. */
        DELETE
    }

    /** How it is with the agent that would have something to do. */
    public enum AgentState {
        /** No agent is named. */
        NONE,
        /** It is there. */
        CONNECTED,
        /** It was there, and is not now; it follows when it comes back. */
        DISCONNECTED,
        /** The server has not heard of it; nothing happens before it comes. */
        UNKNOWN
    }

    /**
     * What would happen to one workload.
     *
     * @param agentBefore where it is now, empty for nowhere
     * @param agent where it would be, empty for nowhere
     * @param agentState of the agent where it would be, or is
     * @param obstacle why it would be given to no agent, with a remedy; empty if it would
     * @param fields that differ between what its agent has and would get
     * @param waitsFor workloads that need it and run: it is stopped only when they do not run any
     *     more, and this update does not end them
     * @param restartedBy workloads on which it depends, and because of which it starts anew
     * @param drained its agent is drained: it will not start there
     */
    public record PlannedWorkload(
            WorkloadName name,
            Action action,
            String agentBefore,
            String agent,
            AgentState agentState,
            String obstacle,
            List<PlannedField> fields,
            List<WorkloadName> waitsFor,
            List<WorkloadName> restartedBy,
            boolean drained) {
        /** Copies the lists. */
        public PlannedWorkload {
            fields = List.copyOf(fields);
            waitsFor = List.copyOf(waitsFor);
            restartedBy = List.copyOf(restartedBy);
        }

        /** One whose agent is not drained. */
        public PlannedWorkload(
                WorkloadName name,
                Action action,
                String agentBefore,
                String agent,
                AgentState agentState,
                String obstacle,
                List<PlannedField> fields,
                List<WorkloadName> waitsFor,
                List<WorkloadName> restartedBy) {
            this(
                    name,
                    action,
                    agentBefore,
                    agent,
                    agentState,
                    obstacle,
                    fields,
                    waitsFor,
                    restartedBy,
                    false);
        }

        /** One that has nothing to do with others. */
        public PlannedWorkload(
                WorkloadName name,
                Action action,
                String agentBefore,
                String agent,
                AgentState agentState,
                String obstacle,
                List<PlannedField> fields) {
            this(
                    name,
                    action,
                    agentBefore,
                    agent,
                    agentState,
                    obstacle,
                    fields,
                    List.of(),
                    List.of(),
                    false);
        }
    }

    /**
     * A field that differs.
     *
     * @param path below the workload or config; the key of a tag
     * @param before empty if it was not there, or {@code cut}
     * @param after empty if it would not be there, or {@code cut}
     * @param restarts whether this change makes the workload start anew
     * @param cut whether the values were too long to tell
     */
    public record PlannedField(
            String path,
            Optional<String> before,
            Optional<String> after,
            boolean restarts,
            boolean cut) {}

    /**
     * A config that would change.
     *
     * @param action one of create, change in place, delete
     * @param workloads that use it
     * @param fields that differ; none of a config that comes or goes
     */
    public record PlannedConfig(
            String name, Action action, List<WorkloadName> workloads, List<PlannedField> fields) {
        /** Copies the lists. */
        public PlannedConfig {
            workloads = List.copyOf(workloads);
            fields = List.copyOf(fields);
        }
    }

    /** Tags of an agent that would change. */
    public record PlannedTags(AgentName agent, List<PlannedField> fields) {
        /** Copies the list. */
        public PlannedTags {
            fields = List.copyOf(fields);
        }
    }
}
