package io.muster.api.link;

import io.muster.api.state.AgentAttributes;
import io.muster.api.state.WorkloadUsage;
import java.util.Comparator;
import java.util.List;

/**
 * How busy a node is, and with what.
 *
 * @param workloads of this agent that run and could be measured, by instance name; of more than
 *     {@link #MOST_WORKLOADS} those that use the most
 */
public record Load(AgentAttributes.Status node, List<WorkloadUsage> workloads) {
    /** So many with the longest names take less than half of the largest message. */
    public static final int MOST_WORKLOADS = 2_000;

    private static final Comparator<WorkloadUsage> GREEDIEST =
            Comparator.comparingInt(WorkloadUsage::cpuMillis)
                    .thenComparingLong(WorkloadUsage::memoryBytes)
                    .reversed()
                    .thenComparing(WorkloadUsage::instance);

    /** Leaves out what is too much. */
    public Load {
        workloads =
                workloads.stream()
                        .sorted(GREEDIEST)
                        .limit(MOST_WORKLOADS)
                        .sorted(Comparator.comparing(WorkloadUsage::instance))
                        .toList();
    }

    /** A node of whose workloads nothing is known. */
    public static Load of(AgentAttributes.Status node) {
        return new Load(node, List.of());
    }
}
