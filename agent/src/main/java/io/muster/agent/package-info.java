/** The node: makes the desired state true with the runtimes it has. */
@NullMarked
package io.muster.agent;

import org.jspecify.annotations.NullMarked;
