/**
 * Workloads that are plain processes of the node: {@link
 * io.muster.agent.runtime.nativeprocess.NativeRuntime}.
 */
@NullMarked
package io.muster.agent.runtime.nativeprocess;

import org.jspecify.annotations.NullMarked;
