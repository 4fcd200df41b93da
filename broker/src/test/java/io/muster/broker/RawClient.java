package io.muster.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.bus.Payload;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageBuilders.ConnectBuilder;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** An MQTT client that does what it is told, right or wrong, packet by packet. */
final class RawClient implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(10);

    private static final NioEventLoopGroup THREADS =
            new NioEventLoopGroup(1, new DefaultThreadFactory("raw-client", true));

    private final BlockingDeque<Heard> heard = new LinkedBlockingDeque<>();
    private final Channel channel;
    private int lastPacketId;

    /** What came, in order. */
    sealed interface Heard {
        record Packet(MqttMessage packet) implements Heard {}

        record End() implements Heard {}
    }

    /** A message that came. */
    record Received(String topic, String text, boolean retained, int qos, int packetId)
            implements Heard {}

    private RawClient(InetSocketAddress address) {
        channel =
                new Bootstrap()
                        .group(THREADS)
                        .channel(NioSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel made) {
                                        made.pipeline()
                                                .addLast(
                                                        new MqttDecoder(64 * 1024 * 1024),
                                                        MqttEncoder.INSTANCE,
                                                        new Ear());
                                    }
                                })
                        .connect(address)
                        .syncUninterruptibly()
                        .channel();
    }

    static RawClient open(EmbeddedBroker broker) {
        return open(broker.addresses().getFirst());
    }

    static RawClient open(InetSocketAddress address) {
        return new RawClient(address);
    }

    /** Connects with MQTT 5 and expects to be let in. */
    static RawClient connected(EmbeddedBroker broker, String clientId) {
        return connected(broker, clientId, with -> with);
    }

    static RawClient connected(
            EmbeddedBroker broker, String clientId, UnaryOperator<ConnectBuilder> with) {
        var client = open(broker);
        var answer = client.connect(clientId, with);
        assertThat(answer.variableHeader().connectReturnCode().byteValue()).isZero();
        return client;
    }

    MqttConnAckMessage connect(String clientId, UnaryOperator<ConnectBuilder> with) {
        send(connectPacket(clientId, with));
        return (MqttConnAckMessage) await(MqttMessageType.CONNACK);
    }

    static MqttMessage connectPacket(String clientId, UnaryOperator<ConnectBuilder> with) {
        return with.apply(
                        MqttMessageBuilders.connect()
                                .clientId(clientId)
                                .protocolVersion(MqttVersion.MQTT_5)
                                .cleanSession(true)
                                .keepAlive(60))
                .build();
    }

    static UnaryOperator<ConnectBuilder> will(String topic, String text, boolean retained) {
        return connect ->
                connect.willFlag(true)
                        .willTopic(topic)
                        .willQoS(MqttQoS.AT_LEAST_ONCE)
                        .willRetain(retained)
                        .willMessage(text.getBytes(StandardCharsets.UTF_8));
    }

    void send(MqttMessage packet) {
        channel.writeAndFlush(packet).awaitUninterruptibly(DEADLINE.toMillis());
    }

    /** Writes these together, so that they arrive together. */
    void sendAtOnce(MqttMessage... packets) {
        for (var each : packets) {
            var _ = channel.write(each);
        }
        channel.flush();
    }

    void sendBytes(byte... bytes) {
        channel.pipeline()
                .firstContext()
                .writeAndFlush(Unpooled.wrappedBuffer(bytes))
                .awaitUninterruptibly(DEADLINE.toMillis());
    }

    /** Publishes with QoS 1 and returns the code of the acknowledgement. */
    int publish(String topic, String text) {
        return publish(topic, text.getBytes(StandardCharsets.UTF_8), false);
    }

    int publishRetained(String topic, String text) {
        return publish(topic, text.getBytes(StandardCharsets.UTF_8), true);
    }

    int publish(String topic, byte[] payload, boolean retained) {
        int packetId = nextPacketId();
        send(new Publishing(topic, payload).retained(retained).packet(packetId));
        return awaitPubAck(packetId);
    }

    int awaitPubAck(int packetId) {
        while (true) {
            var answer = (MqttPubAckMessage) await(MqttMessageType.PUBACK);
            if (answer.variableHeader().messageId() == packetId) {
                return answer.variableHeader() instanceof MqttPubReplyMessageVariableHeader header
                        ? Byte.toUnsignedInt(header.reasonCode())
                        : 0;
            }
        }
    }

    int nextPacketId() {
        lastPacketId = lastPacketId % 65_535 + 1;
        return lastPacketId;
    }

    /** A PUBLISH packet in the making. */
    record Publishing(
            String topic,
            Payload payload,
            MqttQoS qos,
            boolean retained,
            boolean repeated,
            MqttProperties properties) {
        Publishing(String topic, byte[] payload) {
            this(
                    topic,
                    Payload.of(payload),
                    MqttQoS.AT_LEAST_ONCE,
                    false,
                    false,
                    MqttProperties.NO_PROPERTIES);
        }

        Publishing(String topic, String text) {
            this(topic, text.getBytes(StandardCharsets.UTF_8));
        }

        Publishing qos(MqttQoS other) {
            return new Publishing(topic, payload, other, retained, repeated, properties);
        }

        Publishing retained(boolean asked) {
            return new Publishing(topic, payload, qos, asked, repeated, properties);
        }

        Publishing again() {
            return new Publishing(topic, payload, qos, retained, true, properties);
        }

        Publishing with(MqttProperties others) {
            return new Publishing(topic, payload, qos, retained, repeated, others);
        }

        MqttMessage packet(int packetId) {
            return new MqttPublishMessage(
                    new MqttFixedHeader(MqttMessageType.PUBLISH, repeated, qos, retained, 0),
                    new MqttPublishVariableHeader(topic, packetId, properties),
                    Unpooled.wrappedBuffer(payload.bytes()));
        }
    }

    /** Subscribes with QoS 1 and returns the codes of the answer. */
    List<Integer> subscribe(String... filters) {
        send(subscribePacket(nextPacketId(), filters));
        return ((MqttSubAckMessage) await(MqttMessageType.SUBACK)).payload().reasonCodes();
    }

    static MqttMessage subscribePacket(int packetId, String... filters) {
        var packet =
                MqttMessageBuilders.subscribe()
                        .messageId(packetId)
                        .properties(MqttProperties.NO_PROPERTIES);
        for (var each : filters) {
            packet.addSubscription(MqttQoS.AT_LEAST_ONCE, each);
        }
        return packet.build();
    }

    static MqttMessage unsubscribePacket(int packetId, String... filters) {
        var packet =
                MqttMessageBuilders.unsubscribe()
                        .messageId(packetId)
                        .properties(MqttProperties.NO_PROPERTIES);
        for (var each : filters) {
            packet.addTopicFilter(each);
        }
        return packet.build();
    }

    /** Waits for a packet of this type; messages that come before it are kept. */
    MqttMessage await(MqttMessageType type) {
        var kept = new ArrayList<Received>();
        try {
            while (true) {
                switch (next()) {
                    case Heard.Packet(var packet)
                            when packet.fixedHeader().messageType() == type -> {
                        return packet;
                    }
                    case Received message -> kept.add(message);
                    case Heard.Packet _ -> {}
                    case Heard.End _ ->
                            throw new AssertionError("closed while waiting for " + type);
                }
            }
        } finally {
            kept.reversed().forEach(heard::addFirst);
        }
    }

    /** Waits for a message, and acknowledges it. */
    Received awaitMessage() {
        while (true) {
            switch (next()) {
                case Received message -> {
                    if (message.qos() > 0) {
                        send(MqttMessageBuilders.pubAck().packetId(message.packetId()).build());
                    }
                    return message;
                }
                case Heard.Packet _ -> {}
                case Heard.End _ -> throw new AssertionError("closed while waiting for a message");
            }
        }
    }

    /** Waits until the broker has closed the connection; returns the code and reason it gave. */
    String awaitEnd() {
        var reason = "";
        while (true) {
            switch (next()) {
                case Heard.Packet(var packet)
                        when packet.variableHeader()
                                        instanceof MqttReasonCodeAndPropertiesVariableHeader header
                                && packet.fixedHeader().messageType()
                                        == MqttMessageType.DISCONNECT ->
                        reason =
                                "0x%02x %s"
                                        .formatted(
                                                header.reasonCode(),
                                                reasonString(header.properties()));
                case Heard.Packet _, Received _ -> {}
                case Heard.End _ -> {
                    return reason;
                }
            }
        }
    }

    static String reasonString(MqttProperties properties) {
        return properties.getProperty(MqttProperties.MqttPropertyType.REASON_STRING.value())
                        instanceof StringProperty text
                ? text.value()
                : "";
    }

    private Heard next() {
        try {
            var next = heard.poll(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            if (next == null) {
                throw new AssertionError("nothing came in time");
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Says that it leaves. */
    void disconnect() {
        send(MqttMessageBuilders.disconnect().reasonCode((byte) 0).build());
    }

    boolean isOpen() {
        return channel.isActive();
    }

    /** Stops reading, as a process that hangs. */
    void stopReading() {
        channel.config().setAutoRead(false);
    }

    void readAgain() {
        channel.config().setAutoRead(true);
    }

    /** Drops the connection without a word. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly(DEADLINE.toMillis());
    }

    private final class Ear extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object packet) {
            if (packet instanceof MqttPublishMessage message) {
                heard.add(
                        new Received(
                                message.variableHeader().topicName(),
                                message.payload().toString(StandardCharsets.UTF_8),
                                message.fixedHeader().isRetain(),
                                message.fixedHeader().qosLevel().value(),
                                message.variableHeader().packetId()));
                message.release();
            } else {
                heard.add(new Heard.Packet((MqttMessage) packet));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            heard.add(new Heard.End());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }
}
