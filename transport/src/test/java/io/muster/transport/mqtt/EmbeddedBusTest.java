package io.muster.transport.mqtt;

import io.muster.api.bus.BusLimits;
import io.muster.api.topic.Identity;
import io.muster.broker.BrokerException;
import io.muster.broker.BrokerOptions;
import io.muster.broker.EmbeddedBroker;
import io.muster.broker.ListenAddress;
import io.muster.testkit.bus.BrokerRig;
import io.muster.testkit.bus.BusContract;
import java.io.IOException;
import java.util.Optional;

final class EmbeddedBusTest extends BusContract {
    @Override
    protected BrokerRig rig() throws BrokerException {
        return new EmbeddedRig();
    }

    private static final class EmbeddedRig extends MqttRig {
        private final int port;
        private EmbeddedBroker broker;

        EmbeddedRig() throws BrokerException {
            broker = start(0);
            port = broker.port();
        }

        private static EmbeddedBroker start(int port) throws BrokerException {
            return EmbeddedBroker.start(BrokerOptions.at(new ListenAddress("127.0.0.1", port)));
        }

        @Override
        protected int port() {
            return port;
        }

        @Override
        protected Optional<Credentials> credentials(Identity identity) {
            return Optional.empty();
        }

        @Override
        public Stranger stranger(BusLimits limits) {
            return new Stranger("somebody", connector(port(), Optional.empty(), limits));
        }

        @Override
        public void stop() {
            broker.close();
        }

        @Override
        public void start() throws IOException {
            try {
                broker = start(port);
            } catch (BrokerException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            super.close();
            broker.close();
        }
    }
}
