/** Real podman in a place of its own: {@link io.muster.testkit.podman.PodmanHome}. */
@NullMarked
package io.muster.testkit.podman;

import org.jspecify.annotations.NullMarked;
