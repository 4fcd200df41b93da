package io.muster.api.runtime;

import io.muster.api.name.InstanceName;
import io.muster.api.state.Workload;

/**
 * An instance to create.
 *
 * @param mark kept with the instance, so that it is recognised later
 * @param prepared what it needs was got for it before: whatever of that is there is not got again
 */
public record Order(InstanceName instance, Workload workload, Mark mark, boolean prepared) {
    /** One for which nothing was got yet. */
    public Order(InstanceName instance, Workload workload, Mark mark) {
        this(instance, workload, mark, false);
    }
}
