/** The typed links of server, agent and client, and the MQTT client under them. */
@NullMarked
package io.muster.transport;

import org.jspecify.annotations.NullMarked;
