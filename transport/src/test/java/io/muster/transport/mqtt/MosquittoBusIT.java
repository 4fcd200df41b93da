package io.muster.transport.mqtt;

import io.muster.api.bus.BusLimits;
import io.muster.api.topic.Identity;
import io.muster.testkit.bus.BrokerRig;
import io.muster.testkit.bus.BusContract;
import io.muster.testkit.mosquitto.Mosquitto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("mosquitto")
final class MosquittoBusIT extends BusContract {
    @TempDir Path folder;

    @Override
    protected BrokerRig rig() throws IOException {
        return new MosquittoRig(Mosquitto.start(folder, IDENTITIES));
    }

    @Override
    protected Set<Shortcoming> shortcomings() { // of 2.0.11, which Debian 12 has
        return EnumSet.allOf(Shortcoming.class);
    }

    private static final class MosquittoRig extends MqttRig {
        private final Mosquitto broker;

        MosquittoRig(Mosquitto broker) {
            this.broker = broker;
        }

        @Override
        protected int port() {
            return broker.port();
        }

        @Override
        protected Optional<Credentials> credentials(Identity identity) {
            return Optional.of(new Credentials(Mosquitto.user(identity), Mosquitto.PASSWORD));
        }

        @Override
        public Stranger stranger(BusLimits limits) {
            var wrong = new Credentials(Mosquitto.user(IDENTITIES.getFirst()), "guessed");
            return new Stranger("somebody", connector(port(), Optional.of(wrong), limits));
        }

        @Override
        public void stop() {
            broker.stop();
        }

        @Override
        public void start() throws IOException {
            broker.start();
        }

        @Override
        public void close() throws IOException {
            super.close();
            broker.close();
        }
    }
}
