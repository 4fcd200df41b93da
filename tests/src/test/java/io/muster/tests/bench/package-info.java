/**
 * What {@code bin/bench} measures: the programs as their users run them. Begin with {@link
 * io.muster.tests.bench.Bench}.
 */
@NullMarked
package io.muster.tests.bench;

import org.jspecify.annotations.NullMarked;
