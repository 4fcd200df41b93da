/**
 * A machine in memory with a runtime and an exit watch ({@link
 * io.muster.testkit.runtime.FakeMachine}), and the contract that they share with the real ones
 * ({@link io.muster.testkit.runtime.WorkloadRuntimeContract}).
 */
@NullMarked
package io.muster.testkit.runtime;

import org.jspecify.annotations.NullMarked;
