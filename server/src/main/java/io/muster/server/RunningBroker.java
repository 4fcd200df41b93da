package io.muster.server;

import io.muster.api.program.ProgramFailure;
import io.muster.broker.BrokerException;
import io.muster.broker.BrokerOptions;
import io.muster.broker.EmbeddedBroker;
import io.muster.broker.ListenAddress;
import io.muster.broker.MessageTrace;
import io.muster.server.ServerConfiguration.BrokerChoice;
import io.muster.transport.LinkOptions;
import io.muster.transport.mqtt.MqttAccess;
import io.muster.transport.mqtt.MqttAddress;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The broker that a server uses: one of its own, or another's.
 *
 * @param shown where it is, for people
 * @param address where the server reaches it
 * @param own empty if it is another's
 */
record RunningBroker(
        String shown,
        MqttAddress address,
        MqttAccess access,
        Optional<EmbeddedBroker> own,
        Optional<MessageTrace> trace)
        implements AutoCloseable {
    /**
     * Starts a broker, or nothing if another's is used.
     *
     * @throws ProgramFailure if it cannot listen
     */
    static RunningBroker start(BrokerChoice choice, InstantSource clock) throws ProgramFailure {
        return switch (choice) {
            case BrokerChoice.External(var address, var access) ->
                    new RunningBroker(
                            address.toString(),
                            address,
                            access,
                            Optional.empty(),
                            Optional.empty());
            case BrokerChoice.Embedded(var listen, var file) -> {
                var trace =
                        file.isEmpty()
                                ? Optional.<MessageTrace>empty()
                                : Optional.of(MessageTrace.open(file.get(), clock));
                yield embedded(listen, trace);
            }
        };
    }

    private static RunningBroker embedded(ListenAddress listen, Optional<MessageTrace> trace)
            throws ProgramFailure {
        var plain = BrokerOptions.at(listen);
        EmbeddedBroker broker;
        try {
            broker = EmbeddedBroker.start(trace.map(plain::withObserver).orElse(plain));
        } catch (BrokerException e) {
            trace.ifPresent(MessageTrace::close);
            throw new ProgramFailure("--address: " + e.getMessage(), e);
        }
        var shown =
                broker.addresses().stream()
                        .map(each ->
                                new ListenAddress(
                                        each.getAddress().getHostAddress(), each.getPort()))
                        .map(ListenAddress::toString)
                        .collect(Collectors.joining(" "));
        return new RunningBroker(
                shown,
                new MqttAddress(reachable(broker), broker.port(), false),
                MqttAccess.OPEN,
                Optional.of(broker),
                trace);
    }

    /** A broker that listens everywhere is reached over the loopback. */
    private static String reachable(EmbeddedBroker broker) {
        var listening = broker.addresses().getFirst().getAddress();
        return (listening.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : listening)
                .getHostAddress();
    }

    /** How a link to it is to be: nobody else can be the server of one's own broker. */
    LinkOptions linkOptions() {
        return own.isPresent() ? LinkOptions.DEFAULTS.withOwnBroker() : LinkOptions.DEFAULTS;
    }

    /** Says whether the server and others reach it without TLS. */
    boolean isOpenToAll() {
        return !address.tls();
    }

    @Override
    public void close() {
        own.ifPresent(EmbeddedBroker::close);
        trace.ifPresent(MessageTrace::close);
    }
}
