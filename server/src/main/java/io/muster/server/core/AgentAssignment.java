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
     * Where a workload goes.
     *
     * @param agent a name, or empty for none
     * @param obstacle why it can be given to no agent although it names one; empty if it can
     */
    record Placement(String agent, String obstacle) {}

    /** Places one workload, or refuses it. */
    static Outcome<Placement> place(WorkloadName name, Workload workload) {
        var agent = workload.agent();
        if (agent.isEmpty() || Names.isName(agent)) {
            return Outcome.accepted(new Placement(agent, ""));
        }
        if (agent.contains("{{") && !workload.configs().isEmpty()) {
            // accepted like any manifest; the workload's state says what is missing
            return Outcome.accepted(
                    new Placement(
                            "",
                            "agent: \"%s\" is a template, and templates are not supported yet; write"
                                            .formatted(shortened(agent))
                                    + " the agent's name, and leave configs out"));
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
