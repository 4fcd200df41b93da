package io.muster.testkit.bus;

import io.muster.api.bus.BusConnector;
import io.muster.api.bus.BusLimits;
import io.muster.api.bus.BusListener.Cause;
import io.muster.api.bus.Payload;
import io.muster.api.bus.Publication;
import io.muster.api.bus.Subscription;
import io.muster.api.bus.session.SessionBus;
import io.muster.api.bus.session.Wire;
import io.muster.api.shell.Serial;
import io.muster.api.topic.Identity;
import io.muster.api.topic.Permissions;
import io.muster.api.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.random.RandomGenerator;

/**
 * A broker in memory with a real one's semantics: identities and permissions, retained messages,
 * wills, take-over, keep-alive, expiry, bounds. What lies above the socket is what the programs
 * run.
 *
 * <p>It lives on a serial of its own, so it runs in virtual time as well as on real threads. Its
 * methods may be called from any thread and take effect a moment later. Clients belong to hosts:
 * faults are aimed at those.
 */
public final class MemoryBroker {
    static final String NAME = "the broker at memory";

    private final Serial serial;
    private final Faults faults;
    private final BrokerRules rules;
    private final RandomGenerator random;
    private final SplittableRandom sessions;
    private final Map<String, MemoryConnection> connections = new LinkedHashMap<>(); // by client id
    private final Map<String, Publication> retained = new ConcurrentSkipListMap<>(); // by topic
    private final Map<String, Publication> saved = new TreeMap<>(); // retained, as it was once
    private final Set<String> present = new ConcurrentSkipListSet<>(); // keys of connections
    private final Set<String> frozen = new TreeSet<>(); // hosts
    private final List<MemoryConnection> unfinished = new ArrayList<>(); // for one side at least
    private final List<Spy> spies = new ArrayList<>();
    private boolean running = true;

    /** A broker without faults, as the embedded one is set up. */
    public MemoryBroker(Serial serial, RandomGenerator random) {
        this(serial, random, Faults.none(), BrokerRules.DEFAULT);
    }

    /**
     * A broker, started.
     *
     * @param random for the nonces and pauses of its clients and the moment when they miss the
     *     broker
     */
    public MemoryBroker(Serial serial, RandomGenerator random, Faults faults, BrokerRules rules) {
        this.serial = serial;
        this.random = random;
        this.sessions = new SplittableRandom(random.nextLong());
        this.faults = faults;
        this.rules = rules;
    }

    /** Sees what is published, wills included, on the broker's serial. */
    public interface Spy {
        /** The broker has taken this from the client with this id. */
        void published(String clientId, Publication publication);
    }

    /** Makes the connector of a host, with the default limits. */
    public BusConnector connector(String host) {
        return connector(host, BusLimits.DEFAULT);
    }

    /** Makes the connector of a host. */
    public BusConnector connector(String host, BusLimits limits) {
        var wire = new MemoryWire(host, limits);
        return (session, owner, listener) ->
                SessionBus.start(wire, session, owner, listener, limits, split());
    }

    /** Shows this spy everything from now on. */
    public void spy(Spy spy) {
        serial.deliver(() -> spies.add(spy));
    }

    /** Breaks all connections of a host; both sides notice at once. */
    public void cut(String host) {
        serial.deliver(() -> of(host).forEach(MemoryConnection::breakNow));
    }

    /** The same, and the broker keeps the wills to itself. */
    public void cutWithoutWill(String host) {
        serial.deliver(() -> of(host).forEach(MemoryConnection::breakWithoutWill));
    }

    /** The processes of a host have died: the broker notices at once, they never do. */
    public void kill(String host) {
        serial.deliver(() -> of(host).forEach(MemoryConnection::die));
    }

    /** A host has lost its power: the broker notices when its keep-alive has passed. */
    public void vanish(String host) {
        serial.deliver(() -> of(host).forEach(MemoryConnection::vanish));
    }

    /**
     * Lets no packet pass between the host and the broker, in either direction, until {@link
     * #thaw}. Both sides notice by keep-alive.
     */
    public void freeze(String host) {
        serial.deliver(() -> {
            if (frozen.add(host)) {
                of(host).forEach(MemoryConnection::freeze);
            }
        });
    }

    /** Ends a freeze; what was under way arrives, where somebody still waits for it. */
    public void thaw(String host) {
        serial.deliver(() -> {
            if (frozen.remove(host)) {
                of(host).forEach(MemoryConnection::thaw);
            }
        });
    }

    /** Stops the broker: its clients lose their connections, and no will is published. */
    public void stop() {
        serial.deliver(() -> {
            running = false;
            List.copyOf(unfinished).forEach(MemoryConnection::brokerStops);
        });
    }

    /**
     * Starts the broker again, with its retained messages or without; one that runs keeps them, as
     * it keeps its connections.
     */
    public void start(boolean withRetained) {
        serial.deliver(() -> {
            if (!running && !withRetained) {
                retained.clear();
            }
            running = true;
        });
    }

    /** Writes what is retained to its disk, as brokers do now and then. */
    public void saveRetained() {
        serial.deliver(() -> {
            saved.clear();
            saved.putAll(retained);
        });
    }

    /** Starts the broker again with what it saved last, which may be long ago. */
    public void startFromSaved() {
        serial.deliver(() -> {
            if (!running) {
                retained.clear();
                retained.putAll(saved);
            }
            running = true;
        });
    }

    /**
     * Loses what is retained for a topic, goes on, and tells nobody: brokers do so when their store
     * of retained messages is full, or is cleared by hand.
     */
    public void loseRetained(Topic topic) {
        serial.deliver(() -> retained.remove(topic.value()));
    }

    /** The same for all topics. */
    public void loseRetained() {
        serial.deliver(retained::clear);
    }

    /** Returns what is retained for a topic; any thread. */
    public Optional<Payload> retained(Topic topic) {
        return Optional.ofNullable(retained.get(topic.value())).map(Publication::payload);
    }

    /** Says whether a client with this id is connected, as the broker sees it; any thread. */
    public boolean isConnected(String clientId) {
        return present.contains(clientId);
    }

    private List<MemoryConnection> of(String host) {
        return unfinished.stream().filter(c -> c.host().equals(host)).toList();
    }

    /** A generator for one session, whose connect() may come from any thread. */
    private RandomGenerator split() {
        synchronized (sessions) {
            return sessions.split();
        }
    }

    // What follows is called by connections, on the broker's serial.

    Serial serial() {
        return serial;
    }

    Faults faults() {
        return faults;
    }

    BrokerRules rules() {
        return rules;
    }

    RandomGenerator random() {
        return random;
    }

    /** Says whether no packet passes between a host and this. */
    public boolean isFrozen(String host) {
        return frozen.contains(host);
    }

    /** Both sides know that it has ended. */
    void finish(MemoryConnection connection) {
        unfinished.remove(connection);
    }

    /** The connect packet has arrived. */
    void accept(MemoryConnection connection) {
        var clientId = connection.hello().clientId();
        if (!running) {
            connection.refuse(Cause.LOST, "connection refused; start the broker");
            return;
        }
        var permissions = Identity.parse(clientId).map(Permissions::of);
        if (permissions.isEmpty()) {
            connection.refuse(
                    Cause.REFUSED, "the client id \"%s\" is none of Muster's".formatted(clientId));
            return;
        }
        var will = connection.hello().will();
        if (will.isPresent() && !permissions.get().allowsPublish(will.get().topic())) {
            connection.refuse(
                    Cause.REFUSED,
                    "%s may not have a will on %s".formatted(clientId, will.get().topic()));
            return;
        }
        var old = connections.get(clientId);
        if (old != null) {
            old.takenOver();
        }
        connections.put(clientId, connection);
        present.add(clientId);
        connection.accepted(permissions.get());
    }

    /** The connection is over for the broker, which had accepted it. */
    void forget(MemoryConnection connection, boolean withWill) {
        var clientId = connection.hello().clientId();
        if (connections.remove(clientId, connection)) {
            present.remove(clientId);
        }
        var will = connection.hello().will();
        if (withWill && will.isPresent()) {
            faults.will(connection.host())
                    .ifPresent(delay -> publishWill(clientId, will.get(), delay));
        }
    }

    private void publishWill(String clientId, Publication will, Duration delay) {
        if (delay.isZero()) {
            publish(clientId, will);
        } else {
            var _ =
                    serial.after(
                            delay,
                            () -> {
                                if (running) {
                                    publish(clientId, will);
                                }
                            });
        }
    }

    void publish(String clientId, Publication publication) {
        spies.forEach(spy -> spy.published(clientId, publication));
        var topic = publication.topic();
        if (publication.retained()) {
            if (publication.payload().size() == 0) {
                retained.remove(topic.value());
            } else {
                retained.put(topic.value(), publication);
            }
        }
        for (var connection : List.copyOf(connections.values())) {
            connection.offer(publication);
        }
    }

    void sendRetained(Subscription subscription, MemoryConnection connection) {
        for (var publication : retained.values()) {
            if (subscription.filter().matches(publication.topic())) {
                connection.send(publication, true);
            }
        }
    }

    private final class MemoryWire implements Wire {
        private final String host;
        private final BusLimits limits;

        MemoryWire(String host, BusLimits limits) {
            this.host = host;
            this.limits = limits;
        }

        @Override
        public String address() {
            return "memory";
        }

        @Override
        public Connection open(Hello hello, Events events) {
            var connection =
                    new MemoryConnection(MemoryBroker.this, host, hello, limits.window(), events);
            serial.deliver(() -> {
                unfinished.add(connection);
                connection.begin();
            });
            return connection;
        }
    }
}
