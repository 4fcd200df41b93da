/** Clusters simulated in virtual time, and load made for real ones. */
@NullMarked
package io.muster.simulators;

import org.jspecify.annotations.NullMarked;
