package io.muster.cli.broker;

import io.muster.api.bus.BusConnector;
import io.muster.api.bus.Payload;
import io.muster.api.bus.Publication;
import io.muster.api.bus.Session;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.ClusterName;
import io.muster.api.shell.Serial;
import io.muster.api.topic.AgentChannel;
import io.muster.api.topic.Identity;
import io.muster.api.topic.Topic;
import io.muster.api.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who plays in a check: the server, agents and clients of a cluster, so that access rules made for
 * Muster let them. Each is connected when it is first asked for, and stays until {@link #close}.
 */
final class Roles implements AutoCloseable {
    /** Of those whose silence is not looked at. */
    static final Duration KEEP_ALIVE = Duration.ofSeconds(60);

    private static final AgentName AGENT = new AgentName("check-agent");

    private final BusConnector connector;
    private final ClusterName cluster;
    private final Serial serial;
    private final Topics topics;
    private final List<Party> parties = new ArrayList<>();
    private final Set<Topic> kept = new HashSet<>();

    Roles(BusConnector connector, ClusterName cluster, Serial serial) {
        this.connector = connector;
        this.cluster = cluster;
        this.serial = serial;
        this.topics = new Topics(cluster);
    }

    Topics topics() {
        return topics;
    }

    Identity server() {
        return new Identity.Server(cluster);
    }

    Identity agent() {
        return new Identity.Agent(cluster, AGENT);
    }

    /** A topic of the agent. */
    Topic topic(AgentChannel channel) {
        return topics.agent(AGENT, channel);
    }

    Identity client(String name) {
        return new Identity.Client(cluster, new ClientName(name));
    }

    /** Connects somebody whose end concerns nobody. */
    Party enter(Identity identity) throws Breach, InterruptedException {
        return enter(connector, Session.withoutWill(identity.clientId(), KEEP_ALIVE));
    }

    /** Connects somebody on another way to the broker. */
    Party enter(BusConnector way, Identity identity, Duration keepAlive, Publication will)
            throws Breach, InterruptedException {
        return enter(way, new Session(identity.clientId(), keepAlive, _ -> Optional.of(will)));
    }

    private Party enter(BusConnector way, Session session) throws Breach, InterruptedException {
        var party = Party.connect(way, session, serial);
        parties.add(party);
        return party;
    }

    /** Publishes what the broker keeps; it is cleared at the end. */
    void keep(Party server, Publication publication) throws Breach, InterruptedException {
        kept.add(publication.topic());
        server.publish(publication);
    }

    /** Remembers to clear what the broker keeps of somebody's will. */
    void willKeep(Topic topic) {
        kept.add(topic);
    }

    /** Says whether the broker was told to keep nothing. */
    boolean keepsNothing() {
        return kept.isEmpty();
    }

    /** Clears what the broker keeps of the check, as far as it still answers. */
    void clear(Party server) throws InterruptedException {
        for (var topic : kept) {
            server.isRefused(Publication.retained(topic, Payload.EMPTY));
        }
        kept.clear();
    }

    @Override
    public void close() {
        parties.forEach(Party::close);
        parties.clear();
    }
}
