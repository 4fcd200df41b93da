/**
 * What differs between two desired states, and what an update would do, as text and as trees. Pure.
 */
@NullMarked
package io.muster.cli.difference;

import org.jspecify.annotations.NullMarked;
