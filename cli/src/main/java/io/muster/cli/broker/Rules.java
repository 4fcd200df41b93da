package io.muster.cli.broker;

import io.muster.api.bus.BusLimits;
import io.muster.api.bus.Message;
import io.muster.api.bus.Payload;
import io.muster.api.bus.Publication;
import io.muster.api.name.ClientName;
import io.muster.api.name.ClusterName;
import io.muster.api.request.Requester;
import io.muster.api.topic.AgentChannel;
import io.muster.api.topic.Topic;
import io.muster.api.topic.TopicFilter;
import io.muster.transport.relay.TcpRelay;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** The rules that Muster cannot do without, and how is looked whether they are kept. */
final class Rules {
    /** After which nothing more is expected to come. */
    static final Duration SILENCE = Duration.ofSeconds(1);

    private static final Duration SHORT_KEEP_ALIVE = Duration.ofSeconds(2);
    private static final String CLIENT = "check-client";
    private static final int IN_A_ROW = 1_000;

    private final BrokerCheck.Ways ways;
    private final ClusterName cluster;

    Rules(BrokerCheck.Ways ways, ClusterName cluster) {
        this.ways = ways;
        this.cluster = cluster;
    }

    /** One rule. */
    record Rule(String text, Look look) {}

    /** Looks whether a rule is kept. */
    @FunctionalInterface
    interface Look {
        void at(Roles roles) throws Breach, InterruptedException, IOException, LeftOut;
    }

    /** A rule cannot be looked at. */
    static final class LeftOut extends Exception {
        private static final long serialVersionUID = 1;

        LeftOut(String why) {
            super(why);
        }
    }

    /** Returns them, the first of which is that one is let in at all. */
    List<Rule> all() {
        return List.of(
                new Rule("lets a server, agents and clients in, with MQTT 5", this::letsIn),
                new Rule("delivers messages to who listens", this::delivers),
                new Rule("keeps the order of the messages of one topic", this::keepsOrder),
                new Rule("keeps the last retained message for who comes later", this::retains),
                new Rule("clears what it keeps by an empty message", this::clears),
                new Rule("leaves out what it keeps for who does not want it", this::leavesOut),
                new Rule("lets messages of 1 MiB through, retained or not", this::letsLargePass),
                new Rule("delivers messages that expire", this::delivers10s),
                new Rule("keeps nothing for who is away", this::keepsNoSession),
                new Rule("ends a session whose name is taken by another", this::takesOver),
                new Rule("publishes the will of a connection that breaks", this::publishesWill),
                new Rule("publishes the will of who falls silent", this::noticesSilence),
                new Rule("keeps a retained will", this::retainsWill),
                new Rule("publishes no will of who leaves in order", this::noWillInOrder));
    }

    private void letsIn(Roles roles) throws Breach, InterruptedException, LeftOut {
        var look = roles.enter(roles.client("check-look"));
        look.subscribe(TopicFilter.of(roles.topics().serverPresence()), true);
        if (look.within(SILENCE).isPresent()) {
            throw new Breach(
                    "a server of the cluster %s is or was here; name another cluster by --as-cluster"
                            .formatted(cluster));
        }
        roles.enter(roles.server());
        roles.enter(roles.agent());
    }

    private void delivers(Roles roles) throws Breach, InterruptedException {
        var server = roles.enter(roles.server());
        var client = roles.enter(roles.client(CLIENT));
        for (var filter : roles.topics().allRequests()) {
            server.subscribe(filter, false);
        }
        client.publish(Publication.live(request(roles), Payload.of("asked")));
        expect(server.next("check that QoS 1 is allowed"), "asked");
        client.subscribe(TopicFilter.of(roles.topics().response(requester())), false);
        server.publish(
                Publication.live(roles.topics().response(requester()), Payload.of("answered")));
        expect(client.next("check that QoS 1 is allowed"), "answered");
    }

    private void keepsOrder(Roles roles) throws Breach, InterruptedException {
        var server = roles.enter(roles.server());
        var agent = roles.enter(roles.agent());
        server.subscribe(roles.topics().allAgents(AgentChannel.REPORT), false);
        var topic = roles.topic(AgentChannel.REPORT);
        var all = new ArrayList<Publication>();
        for (int i = 0; i < IN_A_ROW; i++) {
            all.add(Publication.live(topic, Payload.of(Integer.toString(i))));
        }
        agent.publishAll(all);
        for (int i = 0; i < IN_A_ROW; i++) {
            expect(
                    server.next("of %d messages in a row, allow more".formatted(IN_A_ROW)),
                    Integer.toString(i));
        }
    }

    private void retains(Roles roles) throws Breach, InterruptedException {
        var server = roles.enter(roles.server());
        var topic = roles.topic(AgentChannel.DESIRED);
        roles.keep(server, Publication.retained(topic, Payload.of("old")));
        roles.keep(server, Publication.retained(topic, Payload.of("new")));
        var agent = roles.enter(roles.agent());
        agent.subscribe(TopicFilter.of(topic), true);
        var message = agent.next("let the broker keep retained messages");
        expect(message, "new");
        if (!message.retained()) {
            throw new Breach("it does not say that the message was kept (MQTT 5.0, 3.3.1.3)");
        }
    }

    private void clears(Roles roles) throws Breach, InterruptedException {
        var server = roles.enter(roles.server());
        var topic = roles.topic(AgentChannel.DESIRED);
        roles.keep(server, Publication.retained(topic, Payload.of("wish")));
        roles.keep(server, Publication.retained(topic, Payload.EMPTY));
        onlyMarker(roles, server, topic, true);
    }

    private void leavesOut(Roles roles) throws Breach, InterruptedException {
        var server = roles.enter(roles.server());
        var topic = roles.topic(AgentChannel.DESIRED);
        roles.keep(server, Publication.retained(topic, Payload.of("wish")));
        onlyMarker(roles, server, topic, false);
    }

    private void letsLargePass(Roles roles) throws Breach, InterruptedException {
        var server = roles.enter(roles.server());
        var agent = roles.enter(roles.agent());
        var desired = roles.topic(AgentChannel.DESIRED);
        var wish = large(desired);
        roles.keep(server, Publication.retained(desired, wish));
        agent.subscribe(TopicFilter.of(desired), true);
        expect(agent.next("allow packets of 1 MiB, retained ones too"), wish);
        var report = roles.topic(AgentChannel.REPORT);
        var told = large(report);
        server.subscribe(roles.topics().allAgents(AgentChannel.REPORT), false);
        agent.publish(Publication.live(report, told));
        expect(server.next("allow packets of 1 MiB"), told);
    }

    private void delivers10s(Roles roles) throws Breach, InterruptedException {
        var server = roles.enter(roles.server());
        var agent = roles.enter(roles.agent());
        var topic = roles.topic(AgentChannel.COMMAND);
        agent.subscribe(TopicFilter.of(topic), false);
        server.publish(Publication.expiring(topic, Payload.of("order"), Duration.ofSeconds(10)));
        expect(agent.next("allow messages that expire"), "order");
    }

    private void keepsNoSession(Roles roles) throws Breach, InterruptedException {
        var server = roles.enter(roles.server());
        var topic = roles.topic(AgentChannel.COMMAND);
        var away = roles.enter(roles.agent());
        away.subscribe(TopicFilter.of(topic), false);
        away.close();
        server.publish(Publication.live(topic, Payload.of("missed")));
        onlyMarker(roles, server, topic, false);
    }

    private void takesOver(Roles roles) throws Breach, InterruptedException {
        var first = roles.enter(roles.agent());
        roles.enter(roles.agent());
        first.awaitEnd("let two sessions go on with one client id, and did not end the first");
    }

    private void publishesWill(Roles roles)
            throws Breach, InterruptedException, IOException, LeftOut {
        var server = listening(roles);
        try (var relay = relay(roles, Roles.KEEP_ALIVE, will(roles))) {
            relay.cut();
            expect(server.next("allow wills"), "gone");
        }
    }

    private void noticesSilence(Roles roles)
            throws Breach, InterruptedException, IOException, LeftOut {
        var server = listening(roles);
        try (var relay = relay(roles, SHORT_KEEP_ALIVE, will(roles))) {
            relay.freeze();
            expect(
                    server.next("it must notice who sends nothing for 1.5 keep-alives, here 3 s"),
                    "gone");
        }
    }

    private void retainsWill(Roles roles)
            throws Breach, InterruptedException, IOException, LeftOut {
        var presence = roles.topics().serverPresence();
        var before = roles.enter(roles.client("check-before"));
        before.subscribe(TopicFilter.of(presence), false);
        var way = way();
        try (var relay = way.relay()) {
            roles.willKeep(presence);
            roles.enter(
                    way.connector(),
                    roles.server(),
                    Roles.KEEP_ALIVE,
                    Publication.retained(presence, Payload.of("gone")));
            relay.cut();
            expect(before.next("allow wills"), "gone");
        }
        var after = roles.enter(roles.client("check-after"));
        after.subscribe(TopicFilter.of(presence), true);
        expect(after.next("allow retained wills"), "gone");
    }

    private void noWillInOrder(Roles roles)
            throws Breach, InterruptedException, IOException, LeftOut {
        var server = listening(roles);
        var leaving = roles.enter(ways.direct(), roles.agent(), Roles.KEEP_ALIVE, will(roles));
        leaving.close();
        if (server.within(SILENCE).isPresent()) {
            throw new Breach("it published the will of a session that ended with DISCONNECT");
        }
    }

    private Party listening(Roles roles) throws Breach, InterruptedException {
        var server = roles.enter(roles.server());
        server.subscribe(roles.topics().allAgents(AgentChannel.PRESENCE), false);
        return server;
    }

    private static Publication will(Roles roles) {
        return Publication.live(roles.topic(AgentChannel.PRESENCE), Payload.of("gone"));
    }

    /** Connects agent A through a relay. */
    private TcpRelay relay(Roles roles, Duration keepAlive, Publication will)
            throws Breach, InterruptedException, IOException, LeftOut {
        var way = way();
        roles.enter(way.connector(), roles.agent(), keepAlive, will);
        return way.relay();
    }

    private BrokerCheck.Relayed way() throws IOException, LeftOut {
        return ways.relayed()
                .orElseThrow(() ->
                        new LeftOut(
                                "a connection with TLS cannot be broken from here; check a listener"
                                        + " without TLS as well, if there is one"));
    }

    /** An agent that comes now must hear what is sent now, and nothing else. */
    private static void onlyMarker(Roles roles, Party server, Topic topic, boolean kept)
            throws Breach, InterruptedException {
        var agent = roles.enter(roles.agent());
        agent.subscribe(TopicFilter.of(topic), kept);
        server.publish(Publication.live(topic, Payload.of("marker")));
        var message = agent.next("not even what was published after subscribing");
        if (!message.payload().text().equals("marker")) {
            throw new Breach(
                    "\"%s\" came, which should not be there any more"
                            .formatted(message.payload().text()));
        }
    }

    private static void expect(Message message, String text) throws Breach {
        if (!message.payload().text().equals(text)) {
            throw new Breach(
                    "\"%s\" came instead of \"%s\""
                            .formatted(shortened(message.payload().text()), text));
        }
    }

    private static void expect(Message message, Payload payload) throws Breach {
        if (!Arrays.equals(message.payload().bytes(), payload.bytes())) {
            throw new Breach(
                    "%s came instead of %s, or others".formatted(message.payload(), payload));
        }
    }

    private static String shortened(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "..." : text;
    }

    private static Payload large(Topic topic) {
        var bytes = new byte[BusLimits.DEFAULT.maxPayloadBytes(topic)];
        new SplittableRandom(1).nextBytes(bytes);
        return Payload.of(bytes);
    }

    private static Requester requester() {
        return new Requester.Client(new ClientName(CLIENT));
    }

    private static Topic request(Roles roles) {
        return roles.topics().request(requester());
    }
}
