package io.muster.agent.usage;

import io.muster.api.name.InstanceName;
import io.muster.api.shell.ProcessRef;
import java.util.List;

/**
 * A workload to measure.
 *
 * @param grouped whether its processes are in control groups that hold nothing else, as those of
 *     containers are
 * @param processes the first of each of its groups or sessions
 */
public record Subject(InstanceName instance, boolean grouped, List<ProcessRef> processes) {
    /** Copies the list. */
    public Subject {
        processes = List.copyOf(processes);
    }
}
