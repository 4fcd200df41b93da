/**
 * How much processor time and memory workloads use, from what the kernel counts, without asking
 * their runtimes: {@link io.muster.agent.usage.UsageMeter}.
 */
@NullMarked
package io.muster.agent.usage;

import org.jspecify.annotations.NullMarked;
