package io.muster.api.topic;

import java.util.Optional;

/** What is told on the topics {@code agent/<a>/...}, and in which direction. */
public enum AgentChannel {
    /** The complete wish, retained. */
    DESIRED("desired", true),
    /** States of foreign workloads. */
    FACTS("facts", true),
    /** Short-lived orders. */
    COMMAND("command", true),
    /** The agent announces itself; its will says that it is gone. */
    PRESENCE("presence", false),
    /** States of the agent's workloads. */
    REPORT("report", false),
    /** Processor and memory. */
    LOAD("load", false);

    private final String level;
    private final boolean toAgent;

    AgentChannel(String level, boolean toAgent) {
        this.level = level;
        this.toAgent = toAgent;
    }

    /** Returns the last level of the topic. */
    public String level() {
        return level;
    }

    /** Says whether the server tells the agent; otherwise the agent tells the server. */
    public boolean toAgent() {
        return toAgent;
    }

    static Optional<AgentChannel> of(String level) {
        for (var channel : values()) {
            if (channel.level.equals(level)) {
                return Optional.of(channel);
            }
        }
        return Optional.empty();
    }
}
