/** A disk in memory that fails on demand, and the contract that it shares with the real one. */
@NullMarked
package io.muster.testkit.disk;

import org.jspecify.annotations.NullMarked;
