package io.muster.cli.broker;

import io.muster.api.bus.BusConnector;
import io.muster.api.bus.Payload;
import io.muster.api.bus.Publication;
import io.muster.api.host.ThreadSerial;
import io.muster.api.name.ClusterName;
import io.muster.api.shell.Serial;
import io.muster.api.topic.AgentChannel;
import io.muster.api.topic.TopicFilter;
import io.muster.cli.broker.Verdict.Kind;
import io.muster.transport.relay.TcpRelay;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What Muster needs of a broker, rule by rule. A server, agents and clients of a cluster are
 * played, on the topics that these have, and all that the broker was told to keep is cleared
 * afterwards.
 */
public final class BrokerCheck {
    private static final int BOUND = 100_000;

    private final Ways ways;
    private final ClusterName cluster;
    private final Consumer<Throwable> fault;

    /** The ways to the broker. */
    public interface Ways {
        /** Leads straight to it. */
        BusConnector direct();

        /**
         * Leads to it through a relay that can break the connection; empty if there can be none
         * between, as with TLS.
         */
        Optional<Relayed> relayed() throws IOException;
    }

    /** A way that can be broken. */
    public record Relayed(TcpRelay relay, BusConnector connector) {}

    /**
     * Makes one.
     *
     * @param cluster in which is played; no server must be there
     * @param fault is told of a bug, on another thread
     */
    public BrokerCheck(Ways ways, ClusterName cluster, Consumer<Throwable> fault) {
        this.ways = ways;
        this.cluster = cluster;
        this.fault = fault;
    }

    /**
     * Looks at one rule after the other; if nobody is let in, at the first only. Clears what the
     * broker was told to keep before it ends, also when it is interrupted.
     *
     * @param told hears each verdict as it is found
     */
    public List<Verdict> run(Consumer<Verdict> told) throws InterruptedException {
        var verdicts = new ArrayList<Verdict>();
        try (var serial = new ThreadSerial("broker-check", BOUND, fault)) {
            for (var rule : new Rules(ways, cluster).all()) {
                var verdict = judge(rule, serial);
                verdicts.add(verdict);
                told.accept(verdict);
                if (verdicts.size() == 1 && verdict.kind() == Kind.BROKEN) {
                    break;
                }
            }
            if (verdicts.getFirst().kind() == Kind.KEPT) {
                var advice = accessRules(serial);
                verdicts.add(advice);
                told.accept(advice);
            }
        }
        return verdicts;
    }

    private Verdict judge(Rules.Rule rule, Serial serial) throws InterruptedException {
        try (var roles = new Roles(ways.direct(), cluster, serial)) {
            try {
                rule.look().at(roles);
                return Verdict.kept(rule.text());
            } finally {
                clear(serial, roles);
            }
        } catch (Breach e) {
            return new Verdict(rule.text(), Kind.BROKEN, String.valueOf(e.getMessage()));
        } catch (Rules.LeftOut e) {
            return new Verdict(rule.text(), Kind.LEFT_OUT, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Verdict(rule.text(), Kind.LEFT_OUT, "no relay can be made here: " + e);
        }
    }

    /** By a session of its own, since those that played may have been thrown out. */
    private void clear(Serial serial, Roles played) throws InterruptedException {
        played.close();
        if (played.keepsNothing()) {
            return; // above all not as the server, if one was found there
        }
        try {
            clearOnce(serial, played);
        } catch (InterruptedException e) {
            clearOnce(serial, played); // who is interrupted leaves nothing behind either
            throw e;
        }
    }

    private void clearOnce(Serial serial, Roles played) throws InterruptedException {
        try (var roles = new Roles(ways.direct(), cluster, serial)) {
            played.clear(roles.enter(roles.server()));
        } catch (Breach _) {
            // it has been told by then that nobody is let in
        }
    }

    /** Whether somebody may say what only the server may; not needed, and good to know. */
    private Verdict accessRules(Serial serial) throws InterruptedException {
        var rule = "lets nobody speak for the server";
        try (var roles = new Roles(ways.direct(), cluster, serial)) {
            var topic = roles.topic(AgentChannel.COMMAND);
            var agent = roles.enter(roles.agent());
            agent.subscribe(TopicFilter.of(topic), false);
            var client = roles.enter(roles.client("check-stranger"));
            if (client.isRefused(Publication.live(topic, Payload.of("order")))
                    || agent.within(Rules.SILENCE).isEmpty()) {
                return Verdict.kept(rule);
            }
            return new Verdict(
                    rule,
                    Kind.ADVICE,
                    "a client gave an order to an agent: whoever is let in may do anything; make"
                            + " access rules from the table of topics.md");
        } catch (Breach e) {
            return new Verdict(rule, Kind.LEFT_OUT, String.valueOf(e.getMessage()));
        }
    }
}
