package io.muster.broker;

import static io.muster.broker.RawClient.will;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of permissions, written out: P may publish and leave a will, R may subscribe. */
final class PermissionTableTest {
    private static final String TABLE =
            """
            topic                                     | server | agent | client | observer
            muster/v1/default/server/presence         | PR     | R     | R      | R
            muster/v1/default/agent/a/desired         | P      | R     | -      | R
            muster/v1/default/agent/a/facts           | P      | R     | -      | R
            muster/v1/default/agent/a/command         | P      | R     | -      | R
            muster/v1/default/agent/a/presence        | R      | P     | -      | R
            muster/v1/default/agent/a/report          | R      | P     | -      | R
            muster/v1/default/agent/a/load            | R      | P     | -      | R
            muster/v1/default/agent/b/desired         | P      | -     | -      | R
            muster/v1/default/agent/b/command         | P      | -     | -      | R
            muster/v1/default/agent/b/presence        | R      | -     | -      | R
            muster/v1/default/agent/b/report          | R      | -     | -      | R
            muster/v1/default/request/agent/a/w       | R      | P     | -      | R
            muster/v1/default/request/agent/b/w       | R      | -     | -      | R
            muster/v1/default/request/agent/a         | -      | -     | -      | R
            muster/v1/default/request/client/c        | R      | -     | P      | R
            muster/v1/default/request/client/d        | R      | -     | -      | R
            muster/v1/default/response/agent/a/w      | P      | R     | -      | R
            muster/v1/default/response/agent/b/w      | P      | -     | -      | R
            muster/v1/default/response/agent/a        | -      | -     | -      | R
            muster/v1/default/response/client/c       | P      | -     | R      | R
            muster/v1/default/response/client/d       | P      | -     | -      | R
            muster/v1/default/agent/a/other           | -      | -     | -      | R
            muster/v1/default/agent/a                 | -      | -     | -      | R
            muster/v1/default/agent/a/report/more     | -      | -     | -      | R
            muster/v1/default                         | -      | -     | -      | R
            muster/v1/other/server/presence           | -      | -     | -      | -
            muster/v1/other/agent/a/report            | -      | -     | -      | -
            muster/v2/default/server/presence         | -      | -     | -      | -
            anything                                  | -      | -     | -      | -
            /muster/v1/default/server/presence        | -      | -     | -      | -
            $SYS/broker                               | -      | -     | -      | -
            """;

    private static EmbeddedBroker broker;
    private static EmbeddedBroker second;
    private static RawClient server;
    private static RawClient agent;
    private static RawClient client;
    private static RawClient observer;

    @BeforeAll
    static void start() throws BrokerException {
        broker = EmbeddedBroker.start(BrokerOptions.at(new ListenAddress("127.0.0.1", 0)));
        second = EmbeddedBroker.start(BrokerOptions.at(new ListenAddress("127.0.0.1", 0)));
        server = RawClient.connected(broker, "muster/default/server");
        agent = RawClient.connected(broker, "muster/default/agent/a");
        client = RawClient.connected(broker, "muster/default/client/c");
        observer = RawClient.connected(broker, "muster/default/observer/o");
    }

    @AfterAll
    static void stop() {
        broker.close();
        second.close();
    }

    @ParameterizedTest
    @CsvSource(textBlock = TABLE, delimiter = '|', useHeadersInDisplayName = true)
    void is_kept(
            String topic, String forServer, String forAgent, String forClient, String forObserver) {
        keeps(server, "muster/default/server", topic, forServer);
        keeps(agent, "muster/default/agent/a", topic, forAgent);
        keeps(client, "muster/default/client/c", topic, forClient);
        keeps(observer, "muster/default/observer/o", topic, forObserver);
    }

    private static void keeps(RawClient who, String clientId, String topic, String letters) {
        boolean publishes = letters.contains("P");
        boolean reads = letters.contains("R");
        boolean isTopic = !topic.startsWith("$");
        assertThat(who.publish(topic, "x"))
                .as("%s publishes", clientId)
                .isEqualTo(publishes ? 0 : 0x87);
        assertThat(who.subscribe(topic))
                .as("%s subscribes", clientId)
                .containsExactly(reads ? 1 : isTopic ? 0x87 : 0x8f);
        assertThat(mayLeaveWill(clientId, topic))
                .as("%s leaves a will", clientId)
                .isEqualTo(publishes);
    }

    /** At a broker of its own, so that nobody is taken over. */
    private static boolean mayLeaveWill(String clientId, String topic) {
        try (var dying = RawClient.open(second)) {
            var answer = dying.connect(clientId, will(topic, "gone", false));
            return answer.variableHeader().connectReturnCode().byteValue() == 0;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "agent/+/presence",
                "agent/+/report",
                "agent/+/load",
                "request/client/+",
                "request/agent/+/+"
            })
    void lets_the_server_hear_all_agents_and_requests(String filter) {
        assertThat(server.subscribe("muster/v1/default/" + filter)).containsExactly(1);
        assertThat(agent.subscribe("muster/v1/default/" + filter)).containsExactly(0x87);
        assertThat(client.subscribe("muster/v1/default/" + filter)).containsExactly(0x87);
        assertThat(observer.subscribe("muster/v1/default/" + filter)).containsExactly(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"#", "+/#", "muster/#", "muster/v1/+/server/presence", "muster/v1/other/#"})
    void lets_nobody_hear_other_clusters(String filter) {
        assertThat(server.subscribe(filter)).containsExactly(0x87);
        assertThat(agent.subscribe(filter)).containsExactly(0x87);
        assertThat(client.subscribe(filter)).containsExactly(0x87);
        assertThat(observer.subscribe(filter)).containsExactly(0x87);
    }
}
