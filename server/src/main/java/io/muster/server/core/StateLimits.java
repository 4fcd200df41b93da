package io.muster.server.core;

/**
 * How large the desired state may become. What would exceed it is refused before anything is
 * stored. docs/operating.md lists these bounds with those that cannot be configured.
 *
 * @param workloads how many there may be
 * @param configs how many there may be
 * @param workloadChars how much text one workload may have, in characters: runtimeConfig, files,
 *     tags and all
 * @param configChars how much text one config may have, in characters
 */
public record StateLimits(int workloads, int configs, int workloadChars, int configChars) {
    /** For all who have no reason to differ. */
    public static final StateLimits DEFAULTS = new StateLimits(50_000, 10_000, 4 << 20, 1 << 20);

    /** Checks that there is room for something. */
    public StateLimits {
        if (workloads < 1 || configs < 1 || workloadChars < 1 || configChars < 1) {
            throw new IllegalArgumentException("every limit must be at least 1");
        }
    }
}
