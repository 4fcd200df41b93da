package io.muster.api.state;

/** What is said of agents on which nothing is to run. */
public final class Drained {
    /** The key below an agent in a state; its value is {@link #YES}, or it is not there. */
    public static final String KEY = "drained";

    /** The key below an agent in a state that says that it is not connected. */
    public static final String AWAY = "away";

    /** The value of both. */
    public static final String YES = "true";

    private Drained() {}

    /** Says why a workload does not run, and the remedy. */
    public static String why(String agent) {
        return "Agent \"%s\" is drained, so nothing runs there until: muster undrain %s"
                .formatted(agent, agent);
    }
}
