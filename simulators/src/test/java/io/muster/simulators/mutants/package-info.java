/**
 * Checks the simulation itself: each deliberate bug in {@code src/test/mutants} has to be found by
 * the first of the seeds that every build runs. Begin with {@code MutantsTest}.
 */
@NullMarked
package io.muster.simulators.mutants;

import org.jspecify.annotations.NullMarked;
