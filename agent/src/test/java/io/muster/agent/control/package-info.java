/** Tests of the control interface, and what stands for the doors of a machine in them. */
@NullMarked
package io.muster.agent.control;

import org.jspecify.annotations.NullMarked;
