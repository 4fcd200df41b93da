/** Workloads in containers of podman: {@link io.muster.agent.runtime.podman.PodmanRuntime}. */
@NullMarked
package io.muster.agent.runtime.podman;

import org.jspecify.annotations.NullMarked;
