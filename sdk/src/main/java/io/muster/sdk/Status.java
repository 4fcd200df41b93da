package io.muster.sdk;

/**
 * How the way to the cluster is now.
 *
 * @param agent whether the agent hears this program
 * @param server whether the agent has a connection to the server, as far as it tells, which it does
 *     before it hears this program; an agent of Eclipse Ankaios does not, and counts as connected
 * @param missed how many messages the agent had to drop since the beginning, because this program
 *     did not read. Subscriptions heal by themselves
 */
public record Status(boolean agent, boolean server, long missed) {
    static final Status NONE = new Status(false, false, 0);

    Status alone() {
        return new Status(false, false, missed);
    }

    Status withServer(boolean connected) {
        return new Status(agent, agent && connected, missed);
    }

    Status plusMissed(long messages) {
        return new Status(agent, server, missed + messages);
    }
}
