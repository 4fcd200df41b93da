/**
 * The cluster as a command talks to it: ask and wait for the answer, or keep a picture of the state
 * up to date. Begin with {@link io.muster.cli.cluster.Connection}.
 */
@NullMarked
package io.muster.cli.cluster;

import org.jspecify.annotations.NullMarked;
