/**
 * The node: makes the desired state true with the runtimes it has.
 *
 * <p>{@link io.muster.agent.AgentShell} performs what {@link io.muster.agent.reconcile.AgentLogic}
 * decides.
 */
@NullMarked
package io.muster.agent;

import org.jspecify.annotations.NullMarked;
