package io.muster.api.state;

/**
 * How a workload depends on another.
 *
 * @param condition what the other must have reached before this one starts
 * @param onUpdate what happens when the other is updated while this one runs; means something with
 *     {@link AddCondition#ADD_COND_RUNNING} only
 */
public record Dependency(AddCondition condition, OnUpdate onUpdate) {
    /** One that lets updates wait, which is the default. */
    public static Dependency on(AddCondition condition) {
        return new Dependency(condition, OnUpdate.WAIT);
    }

    /**
     * Says whether a dependent in this phase needs what it depends on: it runs, may begin to, or is
     * ending. One that waits to start does not, or two could wait for each other.
     */
    public static boolean isNeededIn(Phase dependent) {
        return switch (dependent) {
            case PENDING_INITIAL,
                    PENDING_STARTING,
                    RUNNING_OK,
                    STOPPING,
                    STOPPING_WAITING_TO_STOP,
                    STOPPING_REQUESTED_AT_RUNTIME ->
                    true;
            case AGENT_DISCONNECTED,
                    PENDING_WAITING_TO_START,
                    PENDING_STARTING_FAILED,
                    STOPPING_DELETE_FAILED,
                    SUCCEEDED_OK,
                    FAILED_EXEC_FAILED,
                    FAILED_UNKNOWN,
                    FAILED_LOST,
                    NOT_SCHEDULED,
                    REMOVED ->
                    false;
        };
    }

    /** Says whether the other one is needed for as long as this one runs. */
    public boolean lasts() {
        return condition == AddCondition.ADD_COND_RUNNING;
    }
}
