/**
 * Paths and masks into the tree form of the state: {@link io.muster.api.path.MaskReader} cuts parts
 * out of it, {@link io.muster.api.path.MaskUpdate} changes parts of a desired state.
 */
@NullMarked
package io.muster.api.path;

import org.jspecify.annotations.NullMarked;
