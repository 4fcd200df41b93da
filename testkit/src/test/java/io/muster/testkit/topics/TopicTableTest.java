package io.muster.testkit.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.bus.Payload;
import io.muster.api.codec.LinkCodec;
import io.muster.api.link.Command;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.ClusterName;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.LogAudience;
import io.muster.api.request.LogStream;
import io.muster.api.request.Requester;
import io.muster.api.topic.AgentChannel;
import io.muster.api.topic.Identity;
import io.muster.api.topic.Permissions;
import io.muster.api.topic.Topic;
import io.muster.api.topic.TopicFilter;
import io.muster.api.topic.Topics;
import io.muster.testkit.topics.TopicTable.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** {@code topics.md} and the code say the same. */
final class TopicTableTest {
    private static final ClusterName CLUSTER = new ClusterName("ship");
    private static final String NAME = "name_1";

    private final TopicTable table = TopicTable.read(CLUSTER);
    private final Topics topics = new Topics(CLUSTER);

    @Test
    void has_every_topic_of_the_grammar_and_no_other() {
        var grammar = new ArrayList<Topic>();
        grammar.add(topics.serverPresence());
        for (var channel : AgentChannel.values()) {
            grammar.add(topics.agent(new AgentName(NAME), channel));
        }
        for (var requester : requesters()) {
            var stream = new LogStream(LogAudience.of(requester), NAME);
            grammar.add(topics.logs(new AgentName(NAME), stream));
            grammar.add(topics.credit(new AgentName(NAME), stream));
            grammar.add(topics.request(requester));
            grammar.add(topics.response(requester));
        }
        assertThat(topicsOfTable()).containsExactlyInAnyOrderElementsOf(grammar);
    }

    @Test
    void lets_each_role_publish_and_read_what_it_may_and_nothing_else() {
        for (var row : table.rows()) {
            var topic = topic(row);
            for (var role : Role.values()) {
                var own = Permissions.of(role.identity(CLUSTER, NAME));
                assertThat(own.allowsPublish(topic))
                        .as("%s publishes %s", role, topic)
                        .isEqualTo(row.publishers().contains(role));
                assertThat(own.allowsRead(topic))
                        .as("%s reads %s", role, topic)
                        .isEqualTo(row.readers().contains(role));
            }
        }
    }

    @Test
    void lets_nobody_but_the_server_touch_the_topics_of_another_name() {
        for (var row : table.rows()) {
            for (var role : List.of(Role.AGENT, Role.CLIENT)) {
                var other = Permissions.of(role.identity(CLUSTER, "other"));
                boolean named = row.topic().contains("<");
                assertThat(other.allowsPublish(topic(row)))
                        .as("other %s publishes %s", role, topic(row))
                        .isEqualTo(!named && row.publishers().contains(role));
                assertThat(other.allowsRead(topic(row)))
                        .as("other %s reads %s", role, topic(row))
                        .isEqualTo(!named && row.readers().contains(role));
            }
        }
    }

    @Test
    void has_all_that_anybody_may_publish_or_read() {
        for (var role : Role.values()) {
            var permissions = Permissions.of(role.identity(CLUSTER, NAME));
            assertThat(permissions.mayPublish())
                    .allMatch(filter -> isInTable(filter, role, TopicTable.Row::publishers));
            assertThat(permissions.mayRead())
                    .allMatch(filter -> isInTable(filter, role, TopicTable.Row::readers));
        }
    }

    private interface RolesOfRow {
        List<Role> of(TopicTable.Row row);
    }

    private boolean isInTable(TopicFilter filter, Role role, RolesOfRow roles) {
        var chosen = table.rows().stream().filter(row -> filter.matches(topic(row))).toList();
        return !chosen.isEmpty() && chosen.stream().allMatch(row -> roles.of(row).contains(role));
    }

    @Test
    void lets_observers_read_everything_and_publish_nothing() {
        var observer = Permissions.of(new Identity.Observer(CLUSTER, new ClientName(NAME)));
        for (var topic : topicsOfTable()) {
            assertThat(observer.allowsRead(topic)).isTrue();
            assertThat(observer.allowsPublish(topic)).isFalse();
        }
    }

    @Test
    void has_the_directions_of_the_channels() {
        for (var channel : AgentChannel.values()) {
            var topic = topics.agent(new AgentName(NAME), channel);
            var row = table.find(topic).orElseThrow().row();
            assertThat(row.publishers())
                    .containsExactly(channel.toAgent() ? Role.SERVER : Role.AGENT);
        }
    }

    @Test
    void says_for_each_reader_how_it_treats_what_is_retained() {
        for (var row : table.rows()) {
            assertThat(row.retainHandling().keySet())
                    .as(row.topic())
                    .containsExactlyInAnyOrderElementsOf(row.readers());
            assertThat(row.retainHandling().values())
                    .as(row.topic())
                    .allMatch(handling -> handling == 2 || row.retained());
        }
    }

    @Test
    void never_lets_expire_what_is_retained() {
        assertThat(table.rows())
                .filteredOn(TopicTable.Row::retained)
                .allMatch(row -> row.expiry() instanceof TopicTable.Expiry.None);
    }

    @Test
    void accepts_a_message_that_is_as_it_says() {
        assertThat(table.complaint(command("muster/ship/server", 1, false))).isEmpty();
    }

    @Test
    void complains_of_a_message_that_is_not() {
        assertThat(table.complaint(command("muster/ship/agent/" + NAME, 1, false)))
                .hasValueSatisfying(text -> assertThat(text).contains("published by"));
        assertThat(table.complaint(command("muster/ship/server", 0, false)))
                .hasValueSatisfying(text -> assertThat(text).contains("QoS 0"));
        assertThat(table.complaint(command("muster/ship/server", 1, true)))
                .hasValueSatisfying(text -> assertThat(text).contains("retained"));
        assertThat(
                        table.complaint(
                                new Seen(
                                        "muster/ship/agent/x",
                                        new Topic("muster/v1/ship/agent/x/unheard"),
                                        Optional.empty(),
                                        1,
                                        false)))
                .hasValueSatisfying(text -> assertThat(text).contains("not in the table"));
        assertThat(
                        table.complaint(
                                new Seen(
                                        "muster/ship/agent/" + NAME,
                                        topics.agent(new AgentName(NAME), AgentChannel.REPORT),
                                        Optional.of(Payload.of("no protobuf")),
                                        1,
                                        false)))
                .hasValueSatisfying(text -> assertThat(text).contains("no Report"));
    }

    @Test
    void complains_of_an_expiry_that_is_not_as_it_says() {
        var command = topics.agent(new AgentName(NAME), AgentChannel.COMMAND);
        var request = topics.request(requesters().getFirst());
        var ten = Optional.of(Duration.ofSeconds(10));
        assertThat(table.expiryComplaint(command, ten)).isEmpty();
        assertThat(table.expiryComplaint(command, Optional.of(Duration.ofSeconds(11)))).isPresent();
        assertThat(table.expiryComplaint(command, Optional.empty())).isPresent();
        assertThat(table.expiryComplaint(request, ten)).isEmpty();
        assertThat(table.expiryComplaint(request, Optional.empty())).isPresent();
        assertThat(table.expiryComplaint(topics.serverPresence(), ten)).isPresent();
        assertThat(table.expiryComplaint(topics.serverPresence(), Optional.empty())).isEmpty();
    }

    private Seen command(String clientId, int qos, boolean retained) {
        return new Seen(
                clientId,
                topics.agent(new AgentName(NAME), AgentChannel.COMMAND),
                Optional.of(LinkCodec.encode(new Command.ReportAgain())),
                qos,
                retained);
    }

    @Test
    void reads_what_a_broker_traced() {
        var line =
                "2026-11-21T13:06:48.756Z muster/ship/agent/a muster/v1/ship/agent/a/load qos=0"
                        + " retained=no will=no bytes=12";
        var seen = Seen.traced(line).orElseThrow();
        assertThat(seen)
                .isEqualTo(
                        new Seen(
                                "muster/ship/agent/a",
                                new Topic("muster/v1/ship/agent/a/load"),
                                Optional.empty(),
                                0,
                                false));
        assertThat(table.complaint(seen)).contains(seen.topic() + ": QoS 0");
        assertThat(Seen.traced("# 12 lines are missing")).isEmpty();
    }

    private List<Topic> topicsOfTable() {
        return table.rows().stream().map(this::topic).toList();
    }

    private Topic topic(TopicTable.Row row) {
        return new Topic(table.root() + row.with(NAME));
    }

    private static List<Requester> requesters() {
        return List.of(
                new Requester.Client(new ClientName(NAME)),
                new Requester.Workload(new AgentName(NAME), new WorkloadName(NAME)));
    }
}
