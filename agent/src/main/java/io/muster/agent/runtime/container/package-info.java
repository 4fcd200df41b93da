/**
 * Workloads in containers of podman and containerd: {@link
 * io.muster.agent.runtime.container.ContainerRuntime}.
 */
@NullMarked
package io.muster.agent.runtime.container;

import org.jspecify.annotations.NullMarked;
