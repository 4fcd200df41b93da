package io.muster.tests.bench;

import java.util.Locale;

/** What goes wrong in the chaos. */
enum Fault {
    /** SIGKILL. */
    SERVER_KILLED,
    /** SIGSTOP, and SIGCONT later. */
    SERVER_FROZEN,
    /** SIGTERM, and a new one later. */
    SERVER_RESTARTED,
    /** The disk with its store is full. */
    SERVER_DISK_FULL,
    /** The same for an agent. */
    AGENT_KILLED,
    /** The same for an agent. */
    AGENT_FROZEN,
    /** The same for an agent. */
    AGENT_RESTARTED,
    /** The same for an agent. */
    AGENT_DISK_FULL,
    /** The agent and all its workloads end at once. */
    NODE_POWER_CUT,
    /** A process of a workload is killed. */
    WORKLOAD_KILLED,
    /** The same for the broker. */
    BROKER_KILLED,
    /** The same for the broker. */
    BROKER_FROZEN,
    /** The same for the broker. */
    BROKER_RESTARTED,
    /** The connections of server, agent or clients break. */
    CONNECTION_CUT,
    /** Nothing passes on the connections of one of them for a while. */
    CONNECTION_MUTE;

    String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
