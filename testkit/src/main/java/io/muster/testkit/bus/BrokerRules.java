package io.muster.testkit.bus;

/**
 * How a broker in memory is set up.
 *
 * @param maxMessageBytes a larger packet closes the connection
 * @param maxQueued how many messages may wait for one client; more are dropped
 * @param window how many publications of one client may be unacknowledged
 * @param tellsRefusals whether it says so when somebody may not publish; else it never answers
 */
public record BrokerRules(int maxMessageBytes, int maxQueued, int window, boolean tellsRefusals) {
    /** As the embedded broker: 1 MiB, 1,000 messages, window 10, silent refusals. */
    public static final BrokerRules DEFAULT = new BrokerRules(1 << 20, 1_000, 10, false);
}
