package io.muster.api.request;

/** What an update makes of an agent, beside its tags. */
public enum AgentAction {
    /** Its workloads are stopped, and none starts. */
    DRAIN,
    /** Its workloads may run again. */
    UNDRAIN,
    /** It is forgotten: if it comes back, it is as new. */
    DELETE
}
