/**
 * What the agent asks of Linux beyond the JDK, through the foreign function API: exits of processes
 * ({@link io.muster.agent.kernel.PidfdExitWatch}), signals, and files that grow.
 */
@NullMarked
package io.muster.agent.kernel;

import org.jspecify.annotations.NullMarked;
