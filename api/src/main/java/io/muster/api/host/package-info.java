/**
 * The machine itself behind the ports of {@link io.muster.api.shell}: only a {@code main} names
 * these.
 */
@NullMarked
package io.muster.api.host;

import org.jspecify.annotations.NullMarked;
