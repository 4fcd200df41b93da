package io.muster.simulators.fleet;

import io.muster.api.name.AgentName;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.Workload;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a fleet does.
 *
 * @param workloads of each agent
 * @param connectsPerSecond how many agents begin to connect in a second
 * @param churnPerMinute how many agents lose their connection, or crash, in a minute
 * @param updatesPerSecond how many workloads are replaced in a second
 * @param lasts for how long there is churn, and updates
 * @param settles how long everything may take to be as it should be
 */
public record FleetPlan(
        int agents,
        int workloads,
        int connectsPerSecond,
        int churnPerMinute,
        int updatesPerSecond,
        Duration lasts,
        Duration settles) {
    private static final String PREFIX = "fleet-";

    /** Returns how many workloads all agents have. */
    long allWorkloads() {
        return (long) agents * workloads;
    }

    AgentName agent(int number) {
        return new AgentName(PREFIX + number);
    }

    WorkloadName workload(int agent, int number) {
        return new WorkloadName(PREFIX + agent + "-" + number);
    }

    /** One that replaces those of other versions. */
    Workload of(int agent, long version) {
        return Workload.of(agent(agent).value(), FleetAgent.RUNTIME, "version: " + version);
    }

    List<AgentName> agentNames() {
        return IntStream.range(0, agents).mapToObj(this::agent).toList();
    }

    List<WorkloadName> workloadNames() {
        return IntStream.range(0, agents)
                .boxed()
                .flatMap(agent ->
                        IntStream.range(0, workloads).mapToObj(number -> workload(agent, number)))
                .toList();
    }
}
