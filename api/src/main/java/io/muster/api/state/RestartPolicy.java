package io.muster.api.state;

/** What happens when a workload has ended. The spelling is that of the manifest. */
public enum RestartPolicy {
    /** It stays as it ended. */
    NEVER,
    /** It is started again unless it ended with exit code 0. */
    ON_FAILURE,
    /** It is started again. */
    ALWAYS
}
