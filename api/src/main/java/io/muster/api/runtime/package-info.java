/** What starts and stops workloads on a node: {@link io.muster.api.runtime.WorkloadRuntime}. */
@NullMarked
package io.muster.api.runtime;

import org.jspecify.annotations.NullMarked;
