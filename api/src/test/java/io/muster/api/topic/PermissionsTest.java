package io.muster.api.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.ClusterName;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.LogAudience;
import io.muster.api.request.LogStream;
import io.muster.api.request.Requester;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PermissionsTest {
    private static final ClusterName CLUSTER = new ClusterName("ship");
    private static final String ROOT = "muster/v1/ship/";

    @ParameterizedTest
    @CsvSource({
        // client id, topic below the root, may publish, may read
        "server, server/presence, true, true",
        "server, agent/a/desired, true, false",
        "server, agent/a/report, false, true",
        "server, request/client/c, false, true",
        "server, response/client/c, true, false",
        "agent/a, agent/a/desired, false, true",
        "agent/a, agent/a/report, true, false",
        "agent/a, agent/b/report, false, false",
        "agent/a, agent/b/desired, false, false",
        "agent/a, request/agent/a/w, true, false",
        "agent/a, response/agent/a/w, false, true",
        "agent/a, request/agent/a, false, false",
        "agent/a, request/agent/b/w, false, false",
        "agent/a, response/agent/b/w, false, false",
        "server, request/agent/a/w, false, true",
        "server, response/agent/a/w, true, false",
        "agent/a, request/client/a, false, false",
        "agent/a, server/presence, false, true",
        "agent/a, agent/a/logs/c/1, true, false",
        "agent/a, agent/b/logs/c/1, false, false",
        "agent/a, agent/a/credit/c/1, false, true",
        "agent/a, agent/b/credit/c/1, false, false",
        "agent/a, agent/a/logs/agent/b/1, true, false",
        "agent/a, agent/b/logs/agent/a/1, false, true",
        "agent/a, agent/b/logs/agent/c/1, false, false",
        "agent/a, agent/b/logs/agent/1, false, false",
        "agent/a, agent/b/credit/agent/a/1, true, false",
        "agent/a, agent/a/credit/agent/b/1, false, true",
        "agent/a, agent/b/credit/agent/c/1, false, false",
        "client/agent, agent/b/logs/agent/a/1, false, false",
        "client/agent, agent/b/credit/agent/a/1, false, false",
        "client/c, agent/b/logs/agent/c/1, false, false",
        "server, agent/a/logs/c/1, false, false",
        "server, agent/a/logs/agent/b/1, false, false",
        "client/c, agent/a/logs/c/1, false, true",
        "client/c, agent/a/logs/d/1, false, false",
        "client/c, agent/a/credit/c/1, true, false",
        "client/c, agent/a/credit/d/1, false, false",
        "client/c, request/client/c, true, false",
        "client/c, request/client/d, false, false",
        "client/c, response/client/c, false, true",
        "client/c, agent/a/desired, false, false",
        "client/c, server/presence, false, true",
        "observer/o, agent/a/desired, false, true",
        "observer/o, request/client/c, false, true",
    })
    void is_one_table_of_role_and_topic(String role, String topic, boolean publish, boolean read) {
        var permissions = Permissions.of(Identity.parse("muster/ship/" + role).orElseThrow());
        assertThat(permissions.allowsPublish(new Topic(ROOT + topic))).isEqualTo(publish);
        assertThat(permissions.allowsRead(new Topic(ROOT + topic))).isEqualTo(read);
    }

    @Test
    void ends_at_the_cluster() {
        var observer = Permissions.of(new Identity.Observer(CLUSTER, new ClientName("o")));
        assertThat(observer.allowsRead(new Topic("muster/v1/other/agent/a/desired"))).isFalse();
    }

    @Test
    void allows_a_subscription_only_if_all_that_it_chooses_may_be_read() {
        var agent = Permissions.of(new Identity.Agent(CLUSTER, new AgentName("a")));
        assertThat(agent.allowsSubscribe(new TopicFilter(ROOT + "agent/a/desired"))).isTrue();
        assertThat(agent.allowsSubscribe(new TopicFilter(ROOT + "agent/+/desired"))).isFalse();
        assertThat(agent.allowsSubscribe(new TopicFilter(ROOT + "#"))).isFalse();
        assertThat(agent.allowsSubscribe(new TopicFilter("#"))).isFalse();
        var observer = Permissions.of(new Identity.Observer(CLUSTER, new ClientName("o")));
        assertThat(observer.allowsSubscribe(new TopicFilter(ROOT + "#"))).isTrue();
        assertThat(observer.allowsSubscribe(new TopicFilter(ROOT + "agent/+/report"))).isTrue();
        assertThat(observer.allowsSubscribe(new TopicFilter("#"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "anybody",
                "muster/ship",
                "muster/ship/root",
                "muster/ship/server/x",
                "muster/ship/agent",
                "muster/ship/agent/a b",
                "muster/+/agent/a",
                "muster/ship/agent/a/b"
            })
    void knows_nobody_else(String clientId) {
        assertThat(Identity.parse(clientId)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"$share/g/a", "a/#/b", "a+/b", "a/b#", ""})
    void has_no_place_for_filters_that_are_malformed_or_shared(String filter) {
        assertThatThrownBy(() -> new TopicFilter(filter))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void reads_back_whose_logs_go_to_whom() {
        var topics = new Topics(CLUSTER);
        var agent = new AgentName("a");
        for (var audience :
                List.of(
                        new LogAudience.Client(new ClientName("c")),
                        new LogAudience.Client(new ClientName("agent")),
                        new LogAudience.Agent(new AgentName("b")))) {
            var stream = new LogStream(audience, "1");
            var its = new Topics.LogTopic(agent, stream);
            assertThat(topics.logTopic(topics.logs(agent, stream))).hasValue(its);
            assertThat(topics.creditTopic(topics.credit(agent, stream))).hasValue(its);
            assertThat(topics.creditTopic(topics.logs(agent, stream))).isEmpty();
            assertThat(topics.agentTopic(topics.logs(agent, stream))).isEmpty();
        }
        for (var none : List.of("c", "c/", "/1", "c/d/1", "agent/b/c/1", "agent//1", "c/a b")) {
            assertThat(topics.logTopic(new Topic(ROOT + "agent/a/logs/" + none))).isEmpty();
        }
    }

    @Test
    void reads_back_who_a_topic_is_about() {
        var topics = new Topics(CLUSTER);
        var agent = new AgentName("a");
        for (var channel : AgentChannel.values()) {
            assertThat(topics.agentTopic(topics.agent(agent, channel)))
                    .hasValue(new Topics.AgentTopic(agent, channel));
        }
        var client = new Requester.Client(new ClientName("c"));
        assertThat(topics.requester(topics.request(client))).hasValue(client);
        assertThat(topics.requester(topics.response(client))).isEmpty();
        assertThat(topics.answered(topics.response(client))).hasValue(client);
        var workload = new Requester.Workload(agent, new WorkloadName("w"));
        assertThat(topics.requester(topics.request(workload))).hasValue(workload);
        assertThat(topics.answered(topics.response(workload))).hasValue(workload);
        assertThat(topics.requester(new Topic(ROOT + "request/agent/a"))).isEmpty();
        assertThat(topics.requester(new Topic(ROOT + "request/agent/a/w/x"))).isEmpty();
        assertThat(topics.agentTopic(new Topic(ROOT + "agent/a/other"))).isEmpty();
    }
}
