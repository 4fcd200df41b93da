/**
 * Whole clusters in virtual time, from one seed: the real server, the real agents and the real
 * links on an in-memory bus, with simulated machines and disks. Begin with {@link
 * io.muster.simulators.SimulatedCluster}.
 */
@NullMarked
package io.muster.simulators;

import org.jspecify.annotations.NullMarked;
