package io.muster.simulators;

/** What goes wrong in a simulated cluster, besides what the network does to single messages. */
public enum Mishap {
    /** The server dies and is started again. */
    SERVER_CRASH,
    /** An agent dies and is started again; its workloads go on. */
    AGENT_CRASH,
    /** A node loses its power: agent and workloads end; it is started again. */
    POWER_CUT,
    /** The connections of a node break. */
    CUT,
    /** No packet passes between a node and the broker for a while. */
    FREEZE,
    /** The broker is restarted and keeps what was retained. */
    BROKER_RESTART,
    /** The broker is restarted and has lost what was retained. */
    BROKER_LOSS,
    /** A workload ends by itself. */
    EXIT,
    /** An instance is removed behind the agent's back. */
    VANISH,
    /** Somebody starts an agent on another node, gives it a name that is taken, and ends it. */
    NAMESAKE
}
