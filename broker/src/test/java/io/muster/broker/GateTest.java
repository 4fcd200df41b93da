package io.muster.broker;

import static io.muster.broker.RawClient.DEADLINE;
import static io.muster.broker.RawClient.connectPacket;
import static io.muster.broker.RawClient.subscribePacket;
import static io.muster.broker.RawClient.unsubscribePacket;
import static io.muster.broker.RawClient.will;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.broker.RawClient.Publishing;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders.ConnectBuilder;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class GateTest {
    private static final String SERVER = "muster/default/server";
    private static final String AGENT = "muster/default/agent/a";
    private static final String CLIENT = "muster/default/client/c";
    private static final String OBSERVER = "muster/default/observer/o";
    private static final String ROOT = "muster/v1/default/";
    private static final String REPORT = ROOT + "agent/a/report";
    private static final String PRESENCE = ROOT + "agent/a/presence";
    private static final int MAX = 64 * 1024;

    private final BlockingQueue<MessageObserver.ObservedMessage> observed =
            new LinkedBlockingQueue<>();
    private final List<RawClient> clients = new ArrayList<>();
    private final EmbeddedBroker broker;

    GateTest() throws BrokerException {
        broker =
                EmbeddedBroker.start(
                        BrokerOptions.at(new ListenAddress("127.0.0.1", 0))
                                .withMaxMessageBytes(MAX)
                                .withObserver(observed::add));
    }

    @AfterEach
    void stop() {
        clients.forEach(RawClient::close);
        broker.close();
    }

    private RawClient open() {
        var client = RawClient.open(broker);
        clients.add(client);
        return client;
    }

    private RawClient connected(String clientId) {
        return connected(clientId, with -> with);
    }

    private RawClient connected(String clientId, UnaryOperator<ConnectBuilder> with) {
        var client = RawClient.connected(broker, clientId, with);
        clients.add(client);
        return client;
    }

    private int refusal(String clientId, UnaryOperator<ConnectBuilder> with) {
        return code(open().connect(clientId, with));
    }

    private static UnaryOperator<ConnectBuilder> speaking(MqttVersion version) {
        return connect -> connect.protocolVersion(version);
    }

    private static int code(MqttConnAckMessage answer) {
        return Byte.toUnsignedInt(answer.variableHeader().connectReturnCode().byteValue());
    }

    private static String reason(MqttConnAckMessage answer) {
        return RawClient.reasonString(answer.variableHeader().properties());
    }

    private static MqttProperties property(MqttPropertyType type, int value) {
        var properties = new MqttProperties();
        properties.add(new IntegerProperty(type.value(), value));
        return properties;
    }

    private MessageObserver.ObservedMessage nextObserved() throws InterruptedException {
        var next = observed.poll(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError("nothing was observed in time");
        }
        return next;
    }

    @Nested
    final class At_connect {
        @Test
        void a_stranger_is_refused_with_the_reason() {
            var client = open();
            var answer = client.connect("mosq-1234", with -> with);
            assertThat(code(answer)).isEqualTo(0x85);
            assertThat(reason(answer)).contains("muster/<cluster>/observer/<name>");
            client.awaitEnd();
        }

        @Test
        void an_empty_client_id_is_refused() {
            assertThat(refusal("", with -> with)).isEqualTo(0x85);
            assertThat(refusal("", speaking(MqttVersion.MQTT_3_1_1))).isEqualTo(2);
        }

        @Test
        void a_client_of_mqtt_3_1_1_is_let_in_and_a_stranger_is_not() {
            var observer = connected(OBSERVER, speaking(MqttVersion.MQTT_3_1_1));
            assertThat(observer.subscribe(ROOT + "#", "other/#")).containsExactly(1, 0x80);
            assertThat(refusal("x", speaking(MqttVersion.MQTT_3_1_1))).isEqualTo(2);
        }

        @Test
        void an_older_protocol_is_refused() {
            assertThat(refusal("muster/d/server", speaking(MqttVersion.MQTT_3_1))).isEqualTo(1);
        }

        @Test
        void the_client_is_told_what_is_offered() {
            var offered = open().connect(AGENT, with -> with).variableHeader().properties();
            assertThat(integer(offered, MqttPropertyType.MAXIMUM_PACKET_SIZE))
                    .isEqualTo(MAX + BrokerOptions.HEADER_BYTES);
            assertThat(integer(offered, MqttPropertyType.MAXIMUM_QOS)).isEqualTo(1);
            assertThat(integer(offered, MqttPropertyType.SHARED_SUBSCRIPTION_AVAILABLE)).isZero();
            assertThat(integer(offered, MqttPropertyType.SESSION_EXPIRY_INTERVAL)).isZero();
            assertThat(integer(offered, MqttPropertyType.RECEIVE_MAXIMUM))
                    .isEqualTo(Traffic.WINDOW);
        }

        private static int integer(MqttProperties properties, MqttPropertyType type) {
            return ((IntegerProperty) properties.getProperty(type.value())).value();
        }

        @Test
        void response_information_is_not_given_and_opens_no_topic() {
            var asks = property(MqttPropertyType.REQUEST_RESPONSE_INFORMATION, 1);
            var client = connected(CLIENT, with -> with.properties(asks));
            assertThat(client.subscribe("/reqresp/response/" + CLIENT)).containsExactly(0x87);
            assertThat(connected(AGENT).publish("/reqresp/response/" + CLIENT, "x"))
                    .isEqualTo(0x87);
        }

        @Test
        void the_first_packet_must_be_connect() {
            var client = open();
            client.send(new Publishing(REPORT, "x").packet(1));
            client.awaitEnd();
        }

        @Test
        void a_second_connect_ends_the_session() {
            var client = connected(AGENT);
            client.send(connectPacket(AGENT, with -> with));
            assertThat(client.awaitEnd()).startsWith("0x82");
        }

        @Test
        void packets_that_do_not_wait_for_the_answer_are_kept_in_order() {
            var client = open();
            client.sendAtOnce(
                    connectPacket(AGENT, with -> with),
                    subscribePacket(1, ROOT + "agent/a/desired"),
                    new Publishing(REPORT, "x").packet(2));
            client.await(MqttMessageType.CONNACK);
            client.await(MqttMessageType.SUBACK);
            assertThat(client.awaitPubAck(2)).isZero();
        }

        @Test
        void too_many_connections_are_turned_away() throws BrokerException {
            var options = BrokerOptions.at(new ListenAddress("127.0.0.1", 0)).withMaxConnections(1);
            try (var small = EmbeddedBroker.start(options);
                    var first = RawClient.connected(small, AGENT);
                    var second = RawClient.open(small)) {
                second.awaitEnd();
                assertThat(first.publish(REPORT, "x")).isZero();
            }
        }
    }

    @Nested
    final class Wills {
        @Test
        void on_a_topic_of_another_are_refused_at_connect() {
            var answer = open().connect(AGENT, will(ROOT + "agent/b/presence", "gone", false));
            assertThat(code(answer)).isEqualTo(0x87);
            assertThat(reason(answer)).contains("agent/b/presence");
            var older = will(ROOT + "server/presence", "gone", true);
            assertThat(
                            refusal(
                                    OBSERVER,
                                    with ->
                                            older.apply(with)
                                                    .protocolVersion(MqttVersion.MQTT_3_1_1)))
                    .isEqualTo(5);
        }

        @Test
        void are_published_when_the_client_dies() throws InterruptedException {
            var server = connected(SERVER);
            server.subscribe(ROOT + "agent/+/presence");
            connected(AGENT, will(PRESENCE, "gone", false)).close();
            assertThat(server.awaitMessage().text()).isEqualTo("gone");
            var seen = nextObserved();
            assertThat(seen.will()).isTrue();
            assertThat(seen.clientId()).isEqualTo(AGENT);
        }

        @Test
        void are_not_published_when_it_says_that_it_leaves() {
            var server = connected(SERVER);
            server.subscribe(ROOT + "agent/+/presence");
            var agent = connected(AGENT, will(PRESENCE, "gone", false));
            agent.disconnect();
            agent.awaitEnd();
            connected(AGENT).publish(PRESENCE, "back");
            assertThat(server.awaitMessage().text()).isEqualTo("back");
        }

        @Test
        void are_retained_if_they_ask_for_it() {
            var presence = ROOT + "server/presence";
            var observer = connected(OBSERVER);
            observer.subscribe(ROOT + "#");
            var server = connected(SERVER, will(presence, "offline", true));
            server.publishRetained(presence, "online");
            server.close();
            assertThat(observer.awaitMessage().text()).isEqualTo("online");
            assertThat(observer.awaitMessage().text()).isEqualTo("offline");
            var late = connected(CLIENT);
            late.subscribe(presence);
            assertThat(late.awaitMessage().text()).isEqualTo("offline");
        }

        @Test
        void come_when_a_client_falls_silent_for_one_and_a_half_of_its_keep_alive() {
            var server = connected(SERVER);
            server.subscribe(ROOT + "agent/+/presence");
            var agent =
                    connected(
                            AGENT, with -> will(PRESENCE, "gone", false).apply(with).keepAlive(1));
            assertThat(server.awaitMessage().text()).isEqualTo("gone");
            assertThat(agent.awaitEnd()).startsWith("0x8d");
        }

        @Test
        void of_a_session_that_is_taken_over_are_published_once() {
            var server = connected(SERVER);
            server.subscribe(ROOT + "agent/+/presence");
            var first = connected(AGENT, will(PRESENCE, "first gone", false));
            var second = connected(AGENT, will(PRESENCE, "second gone", false));
            assertThat(first.awaitEnd()).startsWith("0x8e");
            assertThat(server.awaitMessage().text()).isEqualTo("first gone");
            assertThat(second.publish(PRESENCE, "second here")).isZero();
            assertThat(server.awaitMessage().text()).isEqualTo("second here");
        }

        @Test
        void are_not_published_when_the_broker_stops() {
            connected(AGENT, will(PRESENCE, "gone", false));
            broker.close();
            assertThat(observed).isEmpty();
        }
    }

    @Nested
    final class A_refused_publication {
        @Test
        void is_answered_with_a_code() {
            var agent = connected(AGENT);
            assertThat(agent.publish(ROOT + "agent/b/report", "x")).isEqualTo(0x87);
            assertThat(agent.publish("$SYS/x", "x")).isEqualTo(0x87);
            assertThat(agent.publish("", "x")).isEqualTo(0x87);
            assertThat(agent.publish(REPORT, "x")).isZero();
        }

        @Test
        void is_not_seen_by_the_observer() throws InterruptedException {
            var agent = connected(AGENT);
            agent.publish(ROOT + "agent/b/report", "no");
            agent.publish(REPORT, "yes");
            var seen = nextObserved();
            assertThat(seen.topic()).isEqualTo(REPORT);
            assertThat(seen.payload().text()).isEqualTo("yes");
            assertThat(seen.qos()).isEqualTo(1);
            assertThat(seen.retained()).isFalse();
            assertThat(seen.will()).isFalse();
        }

        @Test
        void ends_a_session_of_mqtt_3_1_1_which_knows_no_other_way() {
            var observer = connected(OBSERVER, speaking(MqttVersion.MQTT_3_1_1));
            observer.send(new Publishing(ROOT + "server/presence", "x").packet(1));
            observer.awaitEnd();
        }

        @Test
        void with_qos_0_is_dropped() {
            var server = connected(SERVER);
            server.subscribe(ROOT + "agent/+/report");
            var agent = connected(AGENT);
            agent.send(
                    new Publishing(ROOT + "agent/b/report", "no")
                            .qos(MqttQoS.AT_MOST_ONCE)
                            .packet(0));
            agent.publish(REPORT, "yes");
            assertThat(server.awaitMessage().text()).isEqualTo("yes");
        }

        @Test
        void is_one_that_is_retained_and_expires() {
            var expires = property(MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL, 10);
            var server = connected(SERVER);
            server.send(
                    new Publishing(ROOT + "agent/a/desired", "x")
                            .retained(true)
                            .with(expires)
                            .packet(7));
            assertThat(server.awaitPubAck(7)).isEqualTo(0x83);
        }
    }

    @Nested
    final class A_publication {
        @Test
        void of_the_largest_size_passes_and_a_larger_one_ends_the_session() {
            var agent = connected(AGENT);
            assertThat(agent.publish(REPORT, new byte[MAX], false)).isZero();
            agent.send(
                    new Publishing(REPORT, new byte[MAX + BrokerOptions.HEADER_BYTES]).packet(9));
            agent.awaitEnd();
            assertThat(connected(AGENT).publish(REPORT, "x")).isZero();
        }

        @Test
        void that_is_marked_as_repeated_is_delivered_when_the_first_never_came() {
            var server = connected(SERVER);
            server.subscribe(ROOT + "agent/+/report");
            var agent = connected(AGENT);
            agent.send(new Publishing(REPORT, "again").again().packet(5));
            assertThat(agent.awaitPubAck(5)).isZero();
            assertThat(server.awaitMessage().text()).isEqualTo("again");
        }

        @Test
        void with_qos_2_ends_the_session() {
            var agent = connected(AGENT);
            agent.send(new Publishing(REPORT, "x").qos(MqttQoS.EXACTLY_ONCE).packet(5));
            assertThat(agent.awaitEnd()).startsWith("0x9b");
        }

        @Test
        void with_a_topic_alias_ends_the_session() {
            var agent = connected(AGENT);
            agent.send(
                    new Publishing(REPORT, "x")
                            .with(property(MqttPropertyType.TOPIC_ALIAS, 1))
                            .packet(5));
            assertThat(agent.awaitEnd()).startsWith("0x94");
        }

        @Test
        void that_is_retained_is_there_for_later_subscribers_until_it_is_cleared() {
            var desired = ROOT + "agent/a/desired";
            var server = connected(SERVER);
            server.publishRetained(desired, "one");
            server.publishRetained(desired, "two");
            var agent = connected(AGENT);
            agent.subscribe(desired);
            var message = agent.awaitMessage();
            assertThat(message.text()).isEqualTo("two");
            assertThat(message.retained()).isTrue();
            server.publishRetained(desired, "");
            assertThat(agent.awaitMessage().text()).isEmpty();
            server.publishRetained(ROOT + "agent/b/desired", "other");
            var observer = connected(OBSERVER);
            observer.subscribe(ROOT + "agent/+/desired");
            assertThat(observer.awaitMessage().text()).isEqualTo("other");
        }
    }

    @Nested
    final class A_subscription {
        @Test
        void with_a_malformed_share_harms_nobody() {
            var observer = connected(OBSERVER);
            assertThat(
                            observer.subscribe(
                                    "$share",
                                    "$share/",
                                    "$share/group",
                                    "$share//x",
                                    "$share/+/x",
                                    "$share/group/" + ROOT + "#"))
                    .containsOnly(0x9e);
            for (int i = 0; i < 16; i++) {
                var later = connected("muster/default/agent/later-" + i);
                assertThat(later.publish(ROOT + "agent/later-" + i + "/report", "x")).isZero();
            }
        }

        @Test
        void is_answered_filter_by_filter() {
            var filters =
                    new String[] {"#", ROOT + "#", "$SYS/#", ROOT + "a#", ROOT + "agent/+/load"};
            assertThat(connected(OBSERVER).subscribe(filters))
                    .containsExactly(0x87, 1, 0x8f, 0x8f, 1);
        }

        @Test
        void beyond_the_bound_is_refused() {
            var observer = connected(OBSERVER);
            for (int i = 0; i < Rules.MAX_SUBSCRIPTIONS; i++) {
                assertThat(observer.subscribe(ROOT + "agent/a" + i + "/load")).containsExactly(1);
            }
            assertThat(observer.subscribe(ROOT + "agent/z/load")).containsExactly(0x97);
            assertThat(observer.subscribe(ROOT + "agent/a0/load")).containsExactly(1);
        }

        @Test
        void ends_on_request_with_a_code_for_each_filter() {
            var observer = connected(OBSERVER);
            observer.subscribe(ROOT + "server/#", ROOT + "agent/#");
            observer.send(unsubscribePacket(8, ROOT + "server/#", ROOT + "agent/#"));
            var answer = (MqttUnsubAckMessage) observer.await(MqttMessageType.UNSUBACK);
            assertThat(answer.payload().unsubscribeReasonCodes())
                    .containsExactly((short) 0, (short) 0);
        }

        @Test
        void that_is_malformed_cannot_be_ended() {
            var observer = connected(OBSERVER);
            observer.send(unsubscribePacket(8, "$share/x"));
            assertThat(observer.awaitEnd()).startsWith("0x8f");
            assertThat(connected(OBSERVER).subscribe(ROOT + "#")).containsExactly(1);
        }
    }

    @Nested
    final class A_session {
        @Test
        void ends_with_its_connection() {
            var expiry = property(MqttPropertyType.SESSION_EXPIRY_INTERVAL, 3600);
            UnaryOperator<ConnectBuilder> lasting =
                    with -> with.cleanSession(false).properties(expiry);
            var command = ROOT + "agent/a/command";
            var agent = connected(AGENT, lasting);
            agent.subscribe(command);
            agent.close();
            var server = connected(SERVER);
            assertThat(server.publish(command, "missed")).isZero();
            var again = open();
            assertThat(again.connect(AGENT, lasting).variableHeader().isSessionPresent()).isFalse();
            server.publish(command, "not subscribed");
            again.subscribe(command);
            server.publish(command, "seen");
            assertThat(again.awaitMessage().text()).isEqualTo("seen");
        }

        @Test
        void that_is_taken_over_is_told_so_and_leaves_nothing() {
            var command = ROOT + "agent/a/command";
            var first = connected(AGENT);
            first.subscribe(command);
            var second = connected(AGENT);
            assertThat(first.awaitEnd())
                    .isEqualTo("0x8e another connection took the same client id");
            var server = connected(SERVER);
            server.publish(command, "nobody hears this");
            second.subscribe(command);
            server.publish(command, "heard");
            assertThat(second.awaitMessage().text()).isEqualTo("heard");
        }

        @Test
        void that_sends_nonsense_ends_alone() {
            var other = connected(AGENT);
            var client = connected(CLIENT);
            client.sendBytes((byte) 0, (byte) 0);
            assertThat(client.awaitEnd()).startsWith("0x81");
            var stranger = open();
            stranger.sendBytes((byte) 0, (byte) 0);
            stranger.awaitEnd();
            assertThat(other.publish(REPORT, "x")).isZero();
        }

        @Test
        void that_sends_what_only_brokers_send_ends() {
            var client = connected(CLIENT);
            client.send(MqttMessage.PINGRESP);
            assertThat(client.awaitEnd()).startsWith("0x82");
        }
    }
}
