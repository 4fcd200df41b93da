package io.muster.api.link;

import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.state.Workload;

/**
 * A workload as an agent gets it: rendered, and assigned to that agent.
 *
 * @param changedAt the revision at which it was created or last changed in a way that needs a
 *     restart
 */
public record AssignedWorkload(InstanceName instance, Revision changedAt, Workload workload) {}
