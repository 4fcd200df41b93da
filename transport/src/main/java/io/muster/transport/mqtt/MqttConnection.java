package io.muster.transport.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientConnectedContext;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.lifecycle.Mqtt5ClientConnectedContext;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import io.muster.api.bus.BusException;
import io.muster.api.bus.BusLimits;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.Message;
import io.muster.api.bus.Payload;
import io.muster.api.bus.Publication;
import io.muster.api.bus.Subscription;
import io.muster.api.bus.session.Wire;
import io.muster.api.topic.Topic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One connection, with a client object of its own, so that nothing of an earlier one lives on.
 *
 * <p>The host's name is looked up before, away from the network thread; then connecting, the TLS
 * handshake and the broker's answer have a third of the deadline each: whoever gives this up at the
 * deadline knows that it will not come to life later.
 */
final class MqttConnection implements Wire.Connection {
    private final MqttAddress address;
    private final MqttAccess access;
    private final BusLimits limits;
    private final MqttClientExecutorConfig threads;
    private final Wire.Hello hello;
    private final Wire.Events events;
    private final Reasons reasons;

    // Guarded by this.
    private @Nullable Mqtt5AsyncClient client; // null until the name is looked up
    private boolean over;

    MqttConnection(
            MqttAddress address,
            MqttAccess access,
            BusLimits limits,
            MqttClientExecutorConfig threads,
            Wire.Hello hello,
            Wire.Events events) {
        this.address = address;
        this.access = access;
        this.limits = limits;
        this.threads = threads;
        this.hello = hello;
        this.events = events;
        this.reasons = new Reasons(address);
    }

    /**
     * Begins.
     *
     * @param attempt how many came before: of a host with several addresses each gets its turn
     */
    void start(int attempt) {
        try {
            connect(InetAddress.ofLiteral(address.host()));
        } catch (IllegalArgumentException _) { // a name, then
            Thread.ofVirtual().name("mqtt-name").start(() -> lookUp(attempt));
        }
    }

    private void lookUp(int attempt) {
        try {
            var found = InetAddress.getAllByName(address.host());
            connect(found[attempt % found.length]);
        } catch (IOException e) {
            end(reasons.unknownHost(e));
        }
    }

    private synchronized void connect(InetAddress host) {
        if (over) {
            return;
        }
        var made =
                MqttClient.builder()
                        .useMqttVersion5()
                        .identifier(hello.clientId())
                        .transportConfig(transport(host))
                        .executorConfig(threads)
                        .addConnectedListener(this::onConnected)
                        .addDisconnectedListener(context ->
                                end(reasons.ended(context.getSource(), context.getCause())))
                        .buildAsync();
        client = made;
        made.publishes(MqttGlobalPublishFilter.ALL, this::onMessage, true);
        var _ = made.connect(packet()); // both listeners hear what comes of it
    }

    private MqttClientTransportConfig transport(InetAddress host) {
        long third = limits.deadline().toMillis() / 3;
        var transport =
                MqttClientTransportConfig.builder()
                        .serverAddress(new InetSocketAddress(host, address.port()))
                        .socketConnectTimeout(third, TimeUnit.MILLISECONDS)
                        .mqttConnectTimeout(third, TimeUnit.MILLISECONDS);
        return address.tls() ? transport.sslConfig(tls(third)).build() : transport.build();
    }

    private MqttClientSslConfig tls(long timeoutMillis) {
        var tls =
                MqttClientSslConfig.builder()
                        .handshakeTimeout(timeoutMillis, TimeUnit.MILLISECONDS);
        return access.authorities()
                .map(known -> tls.trustManagerFactory(known.trust()))
                .orElse(tls)
                .build();
    }

    private Mqtt5Connect packet() {
        var packet =
                Mqtt5Connect.builder()
                        .cleanStart(true)
                        .sessionExpiryInterval(0)
                        .keepAlive((int) hello.keepAlive().toSeconds())
                        .restrictions(
                                Mqtt5ConnectRestrictions.builder()
                                        .receiveMaximum(limits.window())
                                        .maximumPacketSize(limits.maxMessageBytes())
                                        .topicAliasMaximum(0)
                                        .build());
        var withWill = hello.will().map(will -> packet.willPublish(packet(will))).orElse(packet);
        return access.credentials()
                .map(credentials -> withWill.simpleAuth(auth(credentials)))
                .orElse(withWill)
                .build();
    }

    private static Mqtt5SimpleAuth auth(Credentials credentials) {
        return Mqtt5SimpleAuth.builder()
                .username(credentials.user())
                .password(credentials.password().getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private static Mqtt5Publish packet(Publication publication) {
        var packet =
                Mqtt5Publish.builder()
                        .topic(publication.topic().value())
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .retain(publication.retained())
                        .payload(publication.payload().bytes());
        return publication
                .expiry()
                .map(expiry -> packet.messageExpiryInterval(seconds(expiry)))
                .orElse(packet)
                .build();
    }

    private static long seconds(Duration expiry) {
        return Math.max(1, expiry.toSeconds());
    }

    private void onConnected(MqttClientConnectedContext context) {
        boolean late;
        synchronized (this) {
            late = over;
        }
        if (late) {
            disconnect(Mqtt5DisconnectReasonCode.NORMAL_DISCONNECTION);
        } else {
            var answer = ((Mqtt5ClientConnectedContext) context).getConnAck();
            events.opened(answer.getRestrictions().getReceiveMaximum());
        }
    }

    private void onMessage(Mqtt5Publish packet) {
        var topic = packet.getTopic().toString();
        events.received(
                new Message(
                        new Topic(topic),
                        Payload.of(packet.getPayloadAsBytes()),
                        packet.isRetain()),
                packet::acknowledge);
    }

    @Override
    public CompletionStage<Void> publish(Publication publication) {
        var topic = publication.topic().value();
        return ask(client -> client.publish(packet(publication)), e -> reasons.publish(topic, e));
    }

    @Override
    public CompletionStage<Void> subscribe(Subscription subscription) {
        var filter = subscription.filter().value();
        var packet =
                Mqtt5Subscribe.builder()
                        .addSubscription(
                                Mqtt5Subscription.builder()
                                        .topicFilter(filter)
                                        .qos(MqttQos.AT_LEAST_ONCE)
                                        .retainHandling(
                                                subscription.wantsRetained()
                                                        ? Mqtt5RetainHandling.SEND
                                                        : Mqtt5RetainHandling.DO_NOT_SEND)
                                        .build())
                        .build();
        return ask(client -> client.subscribe(packet), e -> reasons.subscribe(filter, e));
    }

    private CompletionStage<Void> ask(
            Function<Mqtt5AsyncClient, CompletableFuture<?>> question,
            Function<Throwable, BusException> failed) {
        Mqtt5AsyncClient asked;
        synchronized (this) {
            asked = client;
        }
        if (asked == null) {
            throw new IllegalStateException("asked before it was open");
        }
        return question.apply(asked)
                .handle((_, failure) -> failure)
                .thenCompose(failure ->
                        failure == null
                                ? CompletableFuture.<Void>completedFuture(null)
                                : CompletableFuture.failedFuture(failed.apply(failure)));
    }

    @Override
    public void close() {
        leave(Mqtt5DisconnectReasonCode.NORMAL_DISCONNECTION);
    }

    @Override
    public void cut() {
        leave(Mqtt5DisconnectReasonCode.DISCONNECT_WITH_WILL_MESSAGE);
    }

    private void leave(Mqtt5DisconnectReasonCode how) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        disconnect(how);
    }

    /** Without effect before the broker has accepted: {@link #onConnected} does it then. */
    private void disconnect(Mqtt5DisconnectReasonCode how) {
        Mqtt5AsyncClient left;
        synchronized (this) {
            left = client;
        }
        if (left != null) {
            // fails when there is no connection any more, which is as good
            var _ = left.disconnectWith().reasonCode(how).send();
        }
    }

    private void end(Disconnection why) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        events.ended(why);
    }
}
