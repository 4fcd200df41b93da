package io.muster.agent.usage;

/**
 * What the kernel has counted for a workload.
 *
 * @param cpuNanos processor time since its start, in nanoseconds
 * @param memoryBytes what it holds now and could not be taken from it at once
 */
record Reading(long cpuNanos, long memoryBytes) {}
