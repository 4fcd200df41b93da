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

    /** Says whether the other one is needed for as long as this one runs. */
    public boolean lasts() {
        return condition == AddCondition.ADD_COND_RUNNING;
    }
}
