package io.muster.server.core;

import io.muster.api.name.Names;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.state.Workload;

/**
 * Decides which agent gets a workload: a planning step of its own, so that a scheduler fits in.
 * Today the manifest's {@code agent} says it.
 */
final class AgentAssignment {
    private AgentAssignment() {}

    /**
     * Returns the agent of one workload, empty for none, or refuses it.
     *
     * @param workload rendered
     */
    static Outcome<String> place(WorkloadName name, Workload workload) {
        var agent = workload.agent();
        if (agent.isEmpty() || Names.isName(agent)) {
            return Outcome.accepted(agent);
        }
        return Outcome.refused(
                "desiredState.workloads." + name + ".agent",
                "\"" + shortened(agent) + "\" " + Names.complaint(agent),
                "name an agent, or write \"\" for none");
    }

    private static String shortened(String text) {
        return text.length() > 100 ? text.substring(0, 100) + "..." : text;
    }
}
