package io.muster.api.store;

import io.muster.api.name.AgentName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.TagEdits;
import io.muster.api.state.Workload;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a store holds.
 *
 * @param fresh whether the store was made just now, so that a startup manifest applies
 * @param startup what is remembered of the startup manifest that was applied last
 * @param answers the last ones given, oldest first, so that a repeated request is answered as
 *     before
 * @param past the updates that are remembered, oldest first; the last one made what is stored
 * @param tags what was edited of the tags of agents
 * @param met the agents that were ever here
 * @param drained the agents on which nothing is to run
 */
public record Head(
        Lineage lineage,
        long epoch,
        Revision revision,
        boolean fresh,
        Optional<StartupMark> startup,
        Map<WorkloadName, Stored> workloads,
        Map<String, ConfigItem> configs,
        List<Answer> answers,
        List<PastUpdate> past,
        Map<AgentName, TagEdits> tags,
        Set<AgentName> met,
        Set<AgentName> drained) {
    /** Copies the collections. */
    public Head {
        workloads = Map.copyOf(workloads);
        configs = Map.copyOf(configs);
        answers = List.copyOf(answers);
        past = List.copyOf(past);
        tags = Map.copyOf(tags);
        met = Set.copyOf(met);
        drained = Set.copyOf(drained);
    }

    /** Something stored without drained agents. */
    public Head(
            Lineage lineage,
            long epoch,
            Revision revision,
            boolean fresh,
            Optional<StartupMark> startup,
            Map<WorkloadName, Stored> workloads,
            Map<String, ConfigItem> configs,
            List<Answer> answers,
            List<PastUpdate> past,
            Map<AgentName, TagEdits> tags,
            Set<AgentName> met) {
        this(
                lineage, epoch, revision, fresh, startup, workloads, configs, answers, past, tags,
                met, Set.of());
    }

    /** Something stored without edited tags, and without agents that were there. */
    public Head(
            Lineage lineage,
            long epoch,
            Revision revision,
            boolean fresh,
            Optional<StartupMark> startup,
            Map<WorkloadName, Stored> workloads,
            Map<String, ConfigItem> configs,
            List<Answer> answers,
            List<PastUpdate> past) {
        this(
                lineage, epoch, revision, fresh, startup, workloads, configs, answers, past,
                Map.of(), Set.of());
    }

    /** Something stored without a past. */
    public Head(
            Lineage lineage,
            long epoch,
            Revision revision,
            boolean fresh,
            Optional<StartupMark> startup,
            Map<WorkloadName, Stored> workloads,
            Map<String, ConfigItem> configs,
            List<Answer> answers) {
        this(lineage, epoch, revision, fresh, startup, workloads, configs, answers, List.of());
    }

    /** A workload as users wrote it, and when it last changed in a way that needs a restart. */
    public record Stored(Workload workload, Revision changedAt) {}
}
