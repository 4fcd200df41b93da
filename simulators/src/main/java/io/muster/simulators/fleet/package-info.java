/**
 * Many real agents in one process, at a real broker and a real server: the load that a server, a
 * broker and a network have to bear. Only the machines under the agents are simulated. Begin with
 * {@link io.muster.simulators.fleet.Fleet}.
 */
@NullMarked
package io.muster.simulators.fleet;

import org.jspecify.annotations.NullMarked;
