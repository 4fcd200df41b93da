/** Tests of the agent at work. */
@NullMarked
package io.muster.agent;

import org.jspecify.annotations.NullMarked;
