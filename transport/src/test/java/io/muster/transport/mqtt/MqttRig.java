package io.muster.transport.mqtt;

import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusLimits;
import io.muster.api.host.SystemClock;
import io.muster.api.host.ThreadSerial;
import io.muster.api.shell.Clock;
import io.muster.api.shell.Serial;
import io.muster.api.topic.Identity;
import io.muster.testkit.bus.BrokerRig;
import io.muster.transport.relay.TcpRelay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** A real broker under the contract, each identity behind a relay of its own. */
abstract class MqttRig implements BrokerRig {
    private final Map<String, TcpRelay> relays = new ConcurrentHashMap<>();
    private final List<Throwable> bugs = new CopyOnWriteArrayList<>();

    /** Returns the port of the broker itself. */
    protected abstract int port();

    /** Returns how an identity proves what it is. */
    protected abstract Optional<Credentials> credentials(Identity identity);

    @Override
    public BusConnector connector(Identity identity, BusLimits limits) {
        return connector(relay(identity).port(), credentials(identity), limits);
    }

    protected BusConnector connector(
            int port, Optional<Credentials> credentials, BusLimits limits) {
        return new MqttConnector(
                new MqttAddress("127.0.0.1", port, false),
                new MqttAccess(credentials, Optional.empty()),
                limits,
                new SecureRandom());
    }

    TcpRelay relay(Identity identity) {
        return relays.computeIfAbsent(
                identity.clientId(),
                _ -> {
                    try {
                        return new TcpRelay(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), port()));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    @Override
    public void cut(Identity identity) {
        relay(identity).cut();
    }

    @Override
    public void freeze(Identity identity) {
        relay(identity).freeze();
    }

    @Override
    public void thaw(Identity identity) {
        relay(identity).thaw();
    }

    @Override
    public Serial serial(String name, int bound) {
        return new ThreadSerial(name, bound, bugs::add);
    }

    @Override
    public Clock clock() {
        return new SystemClock();
    }

    @Override
    public void await(String what, BooleanSupplier condition) {
        Awaitility.await(what)
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(condition::getAsBoolean);
    }

    @Override
    public void close() throws IOException {
        for (var relay : relays.values()) {
            relay.close();
        }
        if (!bugs.isEmpty()) {
            throw new AssertionError("a task threw", bugs.getFirst());
        }
    }
}
