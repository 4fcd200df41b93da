/** Tests of what an agent decides. */
@NullMarked
package io.muster.agent.reconcile;

import org.jspecify.annotations.NullMarked;
