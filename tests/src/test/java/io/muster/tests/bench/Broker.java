package io.muster.tests.bench;

import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusLimits;
import io.muster.transport.mqtt.MqttAccess;
import io.muster.transport.mqtt.MqttAddress;
import io.muster.transport.mqtt.MqttConnector;
import java.util.random.RandomGenerator;

/** The broker inside of a server that is measured. */
final class Broker {
    private Broker() {}

    /** Leads there. */
    static BusConnector at(int port, RandomGenerator random) {
        return new MqttConnector(
                new MqttAddress("127.0.0.1", port, false),
                MqttAccess.OPEN,
                BusLimits.DEFAULT,
                random);
    }
}
