package io.muster.api.state;

/**
 * What another workload must have reached before one that depends on it starts. Spelled as in the
 * manifest.
 */
public enum AddCondition {
    /** It is Running(Ok). */
    ADD_COND_RUNNING,
    /** It is Succeeded(Ok). */
    ADD_COND_SUCCEEDED,
    /** It is Failed(ExecFailed). */
    ADD_COND_FAILED;

    /** Says whether a workload in {@code phase} fulfils the condition. */
    public boolean holds(Phase phase) {
        return switch (this) {
            case ADD_COND_RUNNING -> phase == Phase.RUNNING_OK;
            case ADD_COND_SUCCEEDED -> phase == Phase.SUCCEEDED_OK;
            case ADD_COND_FAILED -> phase == Phase.FAILED_EXEC_FAILED;
        };
    }
}
