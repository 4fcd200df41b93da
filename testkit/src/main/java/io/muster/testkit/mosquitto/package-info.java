/** A foreign broker for tests: {@link io.muster.testkit.mosquitto.Mosquitto}. */
@NullMarked
package io.muster.testkit.mosquitto;

import org.jspecify.annotations.NullMarked;
