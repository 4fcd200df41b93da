/** Virtual time on one thread, from one seed: {@link io.muster.testkit.world.World}. */
@NullMarked
package io.muster.testkit.world;

import org.jspecify.annotations.NullMarked;
