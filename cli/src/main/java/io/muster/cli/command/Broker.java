package io.muster.cli.command;

import io.muster.api.bus.BusConnector;
import io.muster.api.name.ClusterName;
import io.muster.api.name.Names;
import io.muster.api.program.Program;
import io.muster.api.program.ProgramFailure;
import io.muster.cli.broker.BrokerCheck;
import io.muster.cli.broker.Verdict;
import io.muster.cli.broker.Verdict.Kind;
import io.muster.cli.terminal.Interruption;
import io.muster.cli.terminal.Terminal;
import io.muster.transport.mqtt.MqttAddress;
import io.muster.transport.relay.TcpRelay;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;

/** Looks at brokers. */
final class Broker {
    private static final String CLUSTER = "--as-cluster";
    private static final long CLEARS_WITHIN_SECONDS = 5;

    private Broker() {}

    static CommandSpec group() {
        return Specs.group(
                "broker",
                "Look at MQTT brokers.",
                List.of(),
                Specs.question(
                        "check",
                        """
                        Find out whether a broker does what Muster needs of it.

                        Plays a server, agents and clients of a cluster that is not there, on the \
                        topics that these use, and clears what the broker was told to keep. Takes \
                        some ten seconds. No server, agent or workload is touched.

                        Exit codes: 0 Muster works with it, 1 it does not, 2 misused.\
                        """,
                        Broker::check,
                        Specs.value(
                                "NAME",
                                "The cluster to play in, where the broker's access rules are for"
                                        + " one only. No server must be there. Default: a new name",
                                CLUSTER),
                        Specs.any("URL", "The broker. Default: that of --server-url")));
    }

    private static int check(Call call) throws ProgramFailure, InterruptedException {
        var operands = call.operands();
        if (operands.size() > 1) {
            throw call.misuse("one broker is checked at a time; leave out " + operands.get(1));
        }
        var url = operands.isEmpty() ? call.settings().serverUrl() : operands.getFirst();
        var cluster = cluster(call);
        var ways = new Way(call, url, call.connectorTo(url));
        var terminal = call.terminal();
        terminal.inform(
                List.of(
                        "checking %s with a server, agents and clients of the cluster %s"
                                .formatted(url, cluster)));
        var verdicts =
                verdicts(new BrokerCheck(ways, cluster, call.surroundings().fault()), terminal);
        long broken = verdicts.stream().filter(each -> each.kind() == Kind.BROKEN).count();
        long left = verdicts.stream().filter(each -> each.kind() == Kind.LEFT_OUT).count();
        terminal.print(
                List.of(
                        verdicts.getFirst().kind() == Kind.BROKEN
                                ? "the other rules were not looked at"
                                : conclusion(broken, left)));
        return broken == 0 ? Program.DONE : Program.FAILED;
    }

    /** Who presses Ctrl-C waits until the broker is as it was, but not for long. */
    private static List<Verdict> verdicts(BrokerCheck check, Terminal terminal)
            throws InterruptedException {
        var checking = Thread.currentThread();
        var done = new CountDownLatch(1);
        try (var _ =
                Interruption.with(() -> {
                    checking.interrupt();
                    await(done);
                })) {
            return check.run(verdict -> show(terminal, verdict));
        } finally {
            done.countDown();
        }
    }

    @SuppressWarnings("EmptyCatch") // nobody interrupts who ends the program
    private static void await(CountDownLatch done) {
        try {
            var _ = done.await(CLEARS_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException never) {
        }
    }

    private static String conclusion(long broken, long left) {
        if (broken > 0) {
            return "Muster does not work with this broker as it is: %d of the rules %s not kept"
                    .formatted(broken, broken == 1 ? "is" : "are");
        }
        return left == 0
                ? "Muster works with this broker"
                : "Muster should work with this broker; %d of the rules could not be looked at"
                        .formatted(left);
    }

    private static ClusterName cluster(Call call) {
        var name = call.value(CLUSTER);
        if (name.isPresent() && !Names.isName(name.get())) {
            throw call.misuse(
                    "%s: \"%s\" %s".formatted(CLUSTER, name.get(), Names.complaint(name.get())));
        }
        return new ClusterName(
                name.orElseGet(() ->
                        "check-"
                                + HexFormat.of()
                                        .toHexDigits(call.surroundings().random().nextInt())));
    }

    private static void show(Terminal terminal, Verdict verdict) {
        var word =
                switch (verdict.kind()) {
                    case KEPT -> "ok";
                    case BROKEN -> "BROKEN";
                    case ADVICE -> "note";
                    case LEFT_OUT -> "left out";
                };
        terminal.print(List.of("%-9s %s".formatted(word, verdict.rule())));
        if (!verdict.text().isEmpty()) {
            terminal.print(List.of(" ".repeat(10) + verdict.text()));
        }
    }

    /** Leads to the broker of a URL, also through a relay. */
    private record Way(Call call, String url, BusConnector direct) implements BrokerCheck.Ways {
        @Override
        public Optional<BrokerCheck.Relayed> relayed() throws IOException {
            var address = MqttAddress.parse(url);
            if (address.tls()) {
                return Optional.empty(); // whoever cuts in is not whom the certificate names
            }
            var relay = new TcpRelay(new InetSocketAddress(address.host(), address.port()));
            try {
                return Optional.of(
                        new BrokerCheck.Relayed(
                                relay, call.connectorTo("mqtt://127.0.0.1:" + relay.port())));
            } catch (ProgramFailure e) {
                relay.close();
                throw new IOException(e.getMessage(), e);
            }
        }
    }
}
