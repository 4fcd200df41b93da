package io.muster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.bus.Subscription;
import io.muster.api.link.Command;
import io.muster.api.link.Facts;
import io.muster.api.link.Load;
import io.muster.api.link.LogChunk;
import io.muster.api.name.AgentName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.Response;
import io.muster.api.state.AgentAttributes;
import io.muster.api.topic.Topic;
import io.muster.api.topic.TopicFilter;
import io.muster.testkit.topics.Role;
import io.muster.testkit.topics.TopicTable;
import io.muster.testkit.topics.TopicTable.Seen;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The links keep to {@code topics.md}. */
final class TopicsTest {
    private static final int QOS = 1; // of every bus

    private final Net net = new Net();
    private final TopicTable table = TopicTable.read(net.topics.cluster());

    @Test
    void every_message_of_the_links_is_as_the_table_has_it_and_every_row_is_used() {
        everythingHappens();
        var used = new TreeSet<String>();
        for (var published : net.published) {
            var publication = published.publication();
            var seen =
                    new Seen(
                            published.client(),
                            publication.topic(),
                            Optional.of(publication.payload()),
                            QOS,
                            publication.retained());
            assertThat(table.complaint(seen)).isEmpty();
            assertThat(table.expiryComplaint(publication.topic(), publication.expiry())).isEmpty();
            table.find(publication.topic()).ifPresent(found -> used.add(found.row().topic()));
        }
        assertThat(used)
                .containsExactlyInAnyOrderElementsOf(
                        table.rows().stream().map(TopicTable.Row::topic).toList());
    }

    @Test
    void every_subscription_treats_what_is_retained_as_the_table_has_it() {
        var trace = new Trace();
        net.tap = trace::of;
        var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
        assertSubscribed(Role.SERVER, "+", trace.takeSubscriptions());
        var agent = net.agent("a", "agent_a").up();
        var _ =
                new LogsReader(
                        agent.link.speakFor(new WorkloadName("w")), LogsReader.web(agent.name));
        net.run(Net.SOON);
        assertSubscribed(Role.AGENT, "agent_a", trace.takeSubscriptions());
        var client = net.client("c").start();
        var _ = new LogsReader(client, LogsReader.web(new AgentName("agent_a")));
        net.run(Net.SOON);
        assertSubscribed(Role.CLIENT, client.name.value(), trace.takeSubscriptions());
        server.link.close();
    }

    private void assertSubscribed(Role role, String name, List<Subscription> made) {
        for (var row : table.rows()) {
            var filter = new TopicFilter(table.root() + row.with(name));
            if (row.readers().contains(role)) {
                var handling = row.retainHandling().get(role);
                assertThat(made)
                        .as("%s reads %s", role, filter)
                        .filteredOn(s -> covers(s.filter(), filter))
                        .singleElement()
                        .satisfies(s -> assertThat(s.wantsRetained() ? 0 : 2).isEqualTo(handling));
            }
        }
    }

    private static boolean covers(TopicFilter subscribed, TopicFilter wanted) {
        return subscribed.matches(new Topic(wanted.value().replace("+", "somebody")));
    }

    private void everythingHappens() {
        var server = net.serverAtItsOwnBroker("s").up(Net.STORE, 1);
        server.desk = (_, _) -> Optional.of(Net.updated(1));
        var agent = net.agent("a", "agent_a").up();
        server.link.desired(agent.name, Net.desired(1));
        server.link.facts(agent.name, new Facts(1, 1, Revision.ZERO, List.of()));
        server.link.command(agent.name, new Command.AnnounceAgain());
        var _ = agent.link.report(agent.report(1, 10));
        agent.link.load(Load.of(new AgentAttributes.Status(1, 2)));
        var client = net.client("c").start();
        client.ask(Net.update(20_000), Duration.ofSeconds(5));
        client.ask(Net.get(), Duration.ofSeconds(5));
        var speaker = agent.link.speakFor(new WorkloadName("web"));
        speaker.ask(Net.get(), Duration.ofSeconds(5));
        net.run(Net.SOON);
        var instance = LogsReader.web(agent.name);
        server.desk =
                (_, _) -> Optional.of(new Response.LogsAccepted(List.of(instance), List.of()));
        logs(agent, new LogsReader(client, instance));
        logs(agent, new LogsReader(speaker, instance));
        server.link.clearDesired(agent.name);
        net.broker.cut("a");
        net.broker.cut("s");
        net.run(Net.SOON);
        agent.link.close();
        server.link.close();
        net.run(Net.SOON);
    }

    private void logs(Net.Agent agent, LogsReader reader) {
        net.run(LogTerms.SIGN_OF_LIFE);
        agent.link.logs(agent.readers.getLast(), LogChunk.nothing(), _ -> {});
        net.run(Net.SOON);
        reader.reading.close();
    }
}
