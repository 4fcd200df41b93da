package io.muster.api.state;

import io.muster.api.name.InstanceName;

/**
 * What a workload uses.
 *
 * @param cpuMillis processor time, in thousandths of one processor: 2000 keeps two of them busy
 * @param memoryBytes what it holds in memory
 */
public record WorkloadUsage(InstanceName instance, int cpuMillis, long memoryBytes) {
    /** Checks the numbers. */
    public WorkloadUsage {
        if (cpuMillis < 0 || memoryBytes < 0) {
            throw new IllegalArgumentException(
                    "usage of %s is negative: %d, %d".formatted(instance, cpuMillis, memoryBytes));
        }
    }
}
