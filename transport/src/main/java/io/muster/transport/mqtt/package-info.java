/**
 * The bus over MQTT 5: {@link io.muster.transport.mqtt.MqttConnector}, with the HiveMQ client for
 * single connections. Only a {@code main} and tests name it; all else knows the port.
 */
@NullMarked
package io.muster.transport.mqtt;

import org.jspecify.annotations.NullMarked;
