/**
 * The control interface: workloads that have rules talk to the cluster over two FIFOs.
 *
 * <p>{@link io.muster.agent.control.ControlSession} decides, for one workload, what comes of what
 * it says; {@link io.muster.agent.control.Framing} cuts the bytes into messages.
 */
@NullMarked
package io.muster.agent.control;

import org.jspecify.annotations.NullMarked;
