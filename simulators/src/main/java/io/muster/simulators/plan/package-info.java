/**
 * What is done to a simulated cluster and what befalls it, as data: made from a seed, written and
 * read as text, made smaller. Begin with {@link io.muster.simulators.plan.Plan}.
 */
@NullMarked
package io.muster.simulators.plan;

import org.jspecify.annotations.NullMarked;
