package io.muster.api.runtime;

import io.muster.api.name.InstanceName;
import io.muster.api.state.Workload;

/**
 * An instance to create.
 *
 * @param mark kept with the instance, so that it is recognised later
 */
public record Order(InstanceName instance, Workload workload, Mark mark) {}
