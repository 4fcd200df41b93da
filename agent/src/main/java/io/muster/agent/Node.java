package io.muster.agent;

import io.muster.agent.control.Doors;
import io.muster.api.name.NodeId;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.shell.Clock;
import io.muster.api.shell.Disk;
import io.muster.api.shell.ExitWatch;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What an agent finds on its node.
 *
 * @param id kept with the state of the agent
 * @param disk for the offline copy and the fence; the caller has locked it
 * @param doors where workloads with rules meet the agent
 */
public record Node(
        NodeId id,
        List<WorkloadRuntime> runtimes,
        Disk disk,
        ExitWatch exits,
        Doors doors,
        LoadSource load,
        Clock clock,
        RandomGenerator random) {
    /** Copies the list. */
    public Node {
        runtimes = List.copyOf(runtimes);
    }
}
