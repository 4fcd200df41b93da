package io.muster.api.store;

import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.TagEdits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One or more accepted updates, as what they change.
 *
 * @param revision after them
 * @param workloads added or changed
 * @param configs added or changed
 * @param answers to remember; the store keeps a bounded number of the last ones
 * @param startup if the startup manifest was applied
 * @param past the same updates for the history, in their order
 * @param pastFrom what is older in the history is to be forgotten
 * @param tags the edits of the agents for which they changed; without edits they are forgotten
 * @param forgotten agents that are to be as if they had never been here; done first
 * @param drained agents on which nothing is to run from now on, or on which that ends
 */
public record Commit(
        Revision revision,
        Map<WorkloadName, Head.Stored> workloads,
        Set<WorkloadName> deletedWorkloads,
        Map<String, ConfigItem> configs,
        Set<String> deletedConfigs,
        List<Answer> answers,
        Optional<StartupMark> startup,
        List<PastUpdate> past,
        Revision pastFrom,
        Map<AgentName, TagEdits> tags,
        Set<AgentName> forgotten,
        Map<AgentName, Boolean> drained) {
    /** Copies the collections. */
    public Commit {
        workloads = Map.copyOf(workloads);
        deletedWorkloads = Set.copyOf(deletedWorkloads);
        configs = Map.copyOf(configs);
        deletedConfigs = Set.copyOf(deletedConfigs);
        answers = List.copyOf(answers);
        past = List.copyOf(past);
        tags = Map.copyOf(tags);
        forgotten = Set.copyOf(forgotten);
        drained = Map.copyOf(drained);
    }

    /** A commit that leaves agents alone, but for their tags. */
    public Commit(
            Revision revision,
            Map<WorkloadName, Head.Stored> workloads,
            Set<WorkloadName> deletedWorkloads,
            Map<String, ConfigItem> configs,
            Set<String> deletedConfigs,
            List<Answer> answers,
            Optional<StartupMark> startup,
            List<PastUpdate> past,
            Revision pastFrom,
            Map<AgentName, TagEdits> tags) {
        this(
                revision,
                workloads,
                deletedWorkloads,
                configs,
                deletedConfigs,
                answers,
                startup,
                past,
                pastFrom,
                tags,
                Set.of(),
                Map.of());
    }

    /** A commit that leaves the tags of agents alone. */
    public Commit(
            Revision revision,
            Map<WorkloadName, Head.Stored> workloads,
            Set<WorkloadName> deletedWorkloads,
            Map<String, ConfigItem> configs,
            Set<String> deletedConfigs,
            List<Answer> answers,
            Optional<StartupMark> startup,
            List<PastUpdate> past,
            Revision pastFrom) {
        this(
                revision,
                workloads,
                deletedWorkloads,
                configs,
                deletedConfigs,
                answers,
                startup,
                past,
                pastFrom,
                Map.of());
    }

    /** A commit that leaves the history alone. */
    public Commit(
            Revision revision,
            Map<WorkloadName, Head.Stored> workloads,
            Set<WorkloadName> deletedWorkloads,
            Map<String, ConfigItem> configs,
            Set<String> deletedConfigs,
            List<Answer> answers,
            Optional<StartupMark> startup) {
        this(
                revision,
                workloads,
                deletedWorkloads,
                configs,
                deletedConfigs,
                answers,
                startup,
                List.of(),
                Revision.ZERO);
    }
}
