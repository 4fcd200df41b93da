/**
 * Expected refusals as values: {@link io.muster.api.outcome.Outcome} and {@link
 * io.muster.api.outcome.Problem}.
 */
@NullMarked
package io.muster.api.outcome;

import org.jspecify.annotations.NullMarked;
