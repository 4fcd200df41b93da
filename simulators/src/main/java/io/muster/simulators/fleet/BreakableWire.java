package io.muster.simulators.fleet;

import io.muster.api.bus.BusListener.Cause;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.Message;
import io.muster.api.bus.session.Wire;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** A way to the broker that breaks when it is told to. Any thread. */
final class BreakableWire implements Wire {
    private final Wire wire;
    private final AtomicReference<Optional<Last>> last = new AtomicReference<>(Optional.empty());

    BreakableWire(Wire wire) {
        this.wire = wire;
    }

    /** The last connection, and who hears of it. */
    private record Last(Connection connection, Once events) {}

    @Override
    public String address() {
        return wire.address();
    }

    @Override
    public Connection open(Hello hello, Events events) {
        var once = new Once(events);
        var connection = wire.open(hello, once);
        last.set(Optional.of(new Last(connection, once)));
        return connection;
    }

    /** Breaks what is open: the broker publishes the will, and the session hears of it. */
    void cut() {
        last.get()
                .ifPresent(each -> {
                    each.connection.cut(); // which tells nobody
                    each.events.ended(
                            new Disconnection(Cause.LOST, address() + ": the connection is cut"));
                });
    }

    /** Tells once that a connection has ended. */
    private static final class Once implements Events {
        private final Events inner;
        private final AtomicBoolean ended = new AtomicBoolean();

        Once(Events inner) {
            this.inner = inner;
        }

        @Override
        public void opened(int window) {
            if (!ended.get()) {
                inner.opened(window);
            }
        }

        @Override
        public void received(Message message, Runnable acknowledge) {
            if (ended.get()) {
                acknowledge.run();
            } else {
                inner.received(message, acknowledge);
            }
        }

        @Override
        public void ended(Disconnection why) {
            if (!ended.getAndSet(true)) {
                inner.ended(why);
            }
        }
    }
}
