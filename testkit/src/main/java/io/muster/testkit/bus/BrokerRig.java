package io.muster.testkit.bus;

import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusLimits;
import io.muster.api.shell.Clock;
import io.muster.api.shell.Serial;
import io.muster.api.topic.Identity;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * A broker under test that enforces the permission table, with a network that can be broken, and
 * the time that it all runs in.
 */
public interface BrokerRig extends AutoCloseable {
    /** Makes a connector for whoever has this identity. */
    BusConnector connector(Identity identity, BusLimits limits);

    /** Makes a connector for somebody whom the broker does not let in. */
    Stranger stranger(BusLimits limits);

    /** Breaks the connections of this identity: neither side says goodbye. */
    void cut(Identity identity);

    /** Lets nothing pass to or from this identity, without closing anything. */
    void freeze(Identity identity);

    /** Lets it pass again. */
    void thaw(Identity identity);

    /** Stops the broker. */
    void stop() throws IOException;

    /** Starts the broker again at the same address; what it had retained may be lost. */
    void start() throws IOException;

    /** Makes a serial of {@link #clock}'s time. */
    Serial serial(String name, int bound);

    /** Returns the clock. */
    Clock clock();

    /** Waits until the condition holds, and fails if that takes unreasonably long. */
    void await(String what, BooleanSupplier condition);

    @Override
    void close() throws IOException;

    /** Somebody whom the broker does not let in. */
    record Stranger(String clientId, BusConnector connector) {}
}
