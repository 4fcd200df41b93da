/** MQTT in one small interface: {@link io.muster.api.bus.Bus}. */
@NullMarked
package io.muster.api.bus;

import org.jspecify.annotations.NullMarked;
