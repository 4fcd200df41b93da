/** Paths and masks into the tree form of the state. */
@NullMarked
package io.muster.api.path;

import org.jspecify.annotations.NullMarked;
