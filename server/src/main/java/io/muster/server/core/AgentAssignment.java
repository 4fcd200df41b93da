package io.muster.server.core;

import io.muster.api.state.Workload;

/**
 * Decides which agent gets a workload: a planning step of its own, so that a scheduler fits in.
 * Today the manifest's {@code agent} says it.
 */
final class AgentAssignment {
    private AgentAssignment() {}

    /**
     * Returns the name of an agent, or nothing for none.
     *
     * @param workload with its templates filled in, and checked
     */
    static String agentOf(Workload workload) {
        return workload.agent();
    }
}
