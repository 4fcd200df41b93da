/** The MQTT broker that Muster brings along, embedded in the server or alone. */
@NullMarked
package io.muster.broker;

import org.jspecify.annotations.NullMarked;
