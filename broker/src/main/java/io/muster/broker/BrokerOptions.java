package io.muster.broker;

/**
 * How a broker is to be.
 *
 * @param address where it listens
 * @param maxMessageBytes the largest payload; clients must know the same figure, and those that
 *     speak MQTT 5 are told the size of the largest packet, which is {@link #HEADER_BYTES} more
 * @param maxConnections how many may be connected at a time; who comes then is turned away
 * @param observer sees every message
 */
public record BrokerOptions(
        ListenAddress address, int maxMessageBytes, int maxConnections, MessageObserver observer) {
    /** What a packet may have besides its payload: topic and properties. */
    public static final int HEADER_BYTES = 16 * 1024;

    /** The largest payload unless told otherwise: 1 MiB. */
    public static final int DEFAULT_MESSAGE_BYTES = 1024 * 1024;

    private static final int DEFAULT_CONNECTIONS = 10_000;
    private static final int LARGEST_MESSAGE_BYTES = 128 * 1024 * 1024;

    /** Checks the limits. */
    public BrokerOptions {
        if (maxMessageBytes < 1024 || maxMessageBytes > LARGEST_MESSAGE_BYTES) {
            throw new IllegalArgumentException(
                    "messages of %d bytes: must be 1024 to %d"
                            .formatted(maxMessageBytes, LARGEST_MESSAGE_BYTES));
        }
        if (maxConnections < 1) {
            throw new IllegalArgumentException("%d connections".formatted(maxConnections));
        }
    }

    /** The defaults, at this address. */
    public static BrokerOptions at(ListenAddress address) {
        return new BrokerOptions(
                address, DEFAULT_MESSAGE_BYTES, DEFAULT_CONNECTIONS, MessageObserver.NONE);
    }

    /** The same with another limit of the payload. */
    public BrokerOptions withMaxMessageBytes(int bytes) {
        return new BrokerOptions(address, bytes, maxConnections, observer);
    }

    /** The same with another limit of connections. */
    public BrokerOptions withMaxConnections(int connections) {
        return new BrokerOptions(address, maxMessageBytes, connections, observer);
    }

    /** The same, with this one watching. */
    public BrokerOptions withObserver(MessageObserver watching) {
        return new BrokerOptions(address, maxMessageBytes, maxConnections, watching);
    }

    int maxPacketBytes() {
        return maxMessageBytes + HEADER_BYTES;
    }
}
