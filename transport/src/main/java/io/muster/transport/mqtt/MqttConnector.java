package io.muster.transport.mqtt;

import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import io.muster.api.bus.Bus;
import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusLimits;
import io.muster.api.bus.BusListener;
import io.muster.api.bus.Session;
import io.muster.api.bus.session.SessionBus;
import io.muster.api.bus.session.Wire;
import io.muster.api.shell.Serial;
import io.reactivex.schedulers.Schedulers;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * Connects to one broker over MQTT 5.
 *
 * <p>All its connections share one network thread, which exists while one of them does. That thread
 * never waits for anybody: what comes in is queued for the session's serial, and the broker stops
 * sending at {@link BusLimits#window} unacknowledged messages.
 */
public final class MqttConnector implements BusConnector {
    private final BusLimits limits;
    private final RandomGenerator random;
    private final Wire wire;

    /**
     * Makes a connector; nothing is connected yet.
     *
     * @param random for nonces and pauses; safe for more than one thread if its sessions have more
     *     than one serial
     */
    public MqttConnector(
            MqttAddress address, MqttAccess access, BusLimits limits, RandomGenerator random) {
        this.limits = limits;
        this.random = random;
        this.wire = wire(address, access, limits);
    }

    /**
     * Returns the bare way to a broker, for who makes sessions of it with more in between. Its
     * connections share one network thread, as those of a connector do.
     */
    public static Wire wire(MqttAddress address, MqttAccess access, BusLimits limits) {
        if (access.authorities().isPresent() && !address.tls()) {
            throw new IllegalArgumentException(
                    "%s is not encrypted, so certificate authorities mean nothing; write mqtts:// or leave them out"
                            .formatted(address));
        }
        return new MqttWire(address, access, limits);
    }

    @Override
    public Bus connect(Session session, Serial serial, BusListener listener) {
        return SessionBus.start(wire, session, serial, listener, limits, random);
    }

    private static final class MqttWire implements Wire {
        private final MqttAddress address;
        private final MqttAccess access;
        private final BusLimits limits;
        private final MqttClientExecutorConfig threads =
                MqttClientExecutorConfig.builder()
                        .nettyThreads(1)
                        .nettyExecutor(MqttWire::startThread)
                        .applicationScheduler(Schedulers.from(Runnable::run))
                        .build();
        private final AtomicInteger attempts = new AtomicInteger();

        MqttWire(MqttAddress address, MqttAccess access, BusLimits limits) {
            this.address = address;
            this.access = access;
            this.limits = limits;
        }

        @Override
        public String address() {
            return address.toString();
        }

        @Override
        public Connection open(Hello hello, Events events) {
            var connection = new MqttConnection(address, access, limits, threads, hello, events);
            connection.start(attempts.getAndIncrement());
            return connection;
        }

        private static void startThread(Runnable loop) {
            Thread.ofPlatform().name("mqtt").daemon(true).start(loop);
        }
    }
}
