/**
 * Waiting until reality has followed an update. {@link io.muster.cli.wait.WaitLogic} decides,
 * {@link io.muster.cli.wait.WaitView} shows; both are pure.
 */
@NullMarked
package io.muster.cli.wait;

import org.jspecify.annotations.NullMarked;
