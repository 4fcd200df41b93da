package io.muster.testkit.bus;

import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusLimits;
import io.muster.api.host.SystemClock;
import io.muster.api.host.ThreadSerial;
import io.muster.api.shell.Clock;
import io.muster.api.shell.Serial;
import io.muster.api.topic.Identity;
import io.muster.testkit.world.World;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** The broker in memory under the contract, in virtual time or on real threads. */
abstract class MemoryRig implements BrokerRig {
    private final MemoryBroker broker;

    MemoryRig(MemoryBroker broker) {
        this.broker = broker;
    }

    @Override
    public BusConnector connector(Identity identity, BusLimits limits) {
        return broker.connector(identity.clientId(), limits);
    }

    @Override
    public Stranger stranger(BusLimits limits) {
        return new Stranger("somebody", broker.connector("elsewhere", limits));
    }

    @Override
    public void cut(Identity identity) {
        broker.cut(identity.clientId());
    }

    @Override
    public void freeze(Identity identity) {
        broker.freeze(identity.clientId());
    }

    @Override
    public void thaw(Identity identity) {
        broker.thaw(identity.clientId());
    }

    @Override
    public void stop() {
        broker.stop();
    }

    @Override
    public void start() {
        broker.start(false);
    }

    static final class Virtual extends MemoryRig {
        private final World world;

        Virtual(World world, Faults faults) {
            this.world = world;
            super(
                    new MemoryBroker(
                            world.serial("broker", 1), world.split(), faults, BrokerRules.DEFAULT));
        }

        @Override
        public Serial serial(String name, int bound) {
            return world.serial(name, bound);
        }

        @Override
        public Clock clock() {
            return world.clock();
        }

        @Override
        public void await(String what, BooleanSupplier condition) {
            world.runUntil(what, Duration.ofMinutes(5), condition);
        }

        @Override
        public void close() {}
    }

    static final class Real extends MemoryRig {
        private final List<Throwable> bugs;
        private final ThreadSerial serial;

        Real() {
            var thrown = new CopyOnWriteArrayList<Throwable>();
            var thread = new ThreadSerial("broker", 1, thrown::add);
            bugs = thrown;
            serial = thread;
            super(new MemoryBroker(thread, new SplittableRandom()));
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
        public void close() {
            serial.close();
            if (!bugs.isEmpty()) {
                throw new AssertionError("a task threw", bugs.getFirst());
            }
        }
    }
}
