package io.muster.simulators;

import io.muster.testkit.bus.MemoryBroker;
import java.time.Duration;
import java.util.List;

/** What mishaps befall: the parts of a simulated cluster. */
interface Stage {
    /** Returns the server that counts. */
    SimulatedServer server();

    /** Returns the one broker. */
    MemoryBroker broker();

    /** Returns all nodes but namesakes. */
    List<SimulatedNode> nodes();

    /** Returns the node on a host. */
    SimulatedNode node(String host);

    /** Lets something happen after a time. */
    void in(Duration time, Runnable happening);

    /** Makes all wall clocks jump. */
    void jump(Duration shift);

    /** Starts another server, unless it runs; it is not for nodes that would believe it. */
    boolean startRival();

    /** Ends the other server, if it runs. */
    void endRival();

    /**
     * Starts an agent with the name of a node's on another one, which has nothing, for a while;
     * unless there is one already, or it would have come first.
     */
    boolean startNamesake(SimulatedNode node, Duration lasting);
}
