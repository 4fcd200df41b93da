/**
 * What an agent decides, as pure functions of state and event: no clock, no thread, no runtime, no
 * log.
 *
 * <p>Begin with {@link io.muster.agent.reconcile.WorkloadLogic}, one per workload name; {@link
 * io.muster.agent.reconcile.AgentLogic} has all of them, and what the agent as a whole knows and
 * tells. The shell in {@code io.muster.agent} performs the effects.
 */
@NullMarked
package io.muster.agent.reconcile;

import org.jspecify.annotations.NullMarked;
