package io.muster.server;

import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.BusListener.Retry;
import io.muster.api.link.AgentPresence;
import io.muster.api.link.Command;
import io.muster.api.link.DesiredState;
import io.muster.api.link.Facts;
import io.muster.api.link.LogCredit;
import io.muster.api.link.Report;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.ClusterName;
import io.muster.api.path.FieldMask;
import io.muster.api.request.LogStream;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import io.muster.api.shell.Serial;
import io.muster.api.state.ExecutionState;
import io.muster.api.state.Phase;
import io.muster.api.state.WorkloadState;
import io.muster.api.store.Store;
import io.muster.api.store.StoreException;
import io.muster.api.topic.Topics;
import io.muster.server.core.ServerSettings;
import io.muster.server.core.ServerState;
import io.muster.testkit.bus.MemoryBroker;
import io.muster.testkit.world.World;
import io.muster.transport.AgentLink;
import io.muster.transport.ClientLink;
import io.muster.transport.LinkOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** Servers, agents and clients around one broker, in virtual time; the links are the real ones. */
final class Sea {
    final World world = new World(1);
    final Topics topics = new Topics(new ClusterName("test"));
    final MemoryBroker broker = new MemoryBroker(world.serial("broker", 10_000), world.split());
    final ClientLink client =
            new ClientLink(
                    broker.connector("client"),
                    topics,
                    new ClientName("cli"),
                    world.serial("client", 1000),
                    world.clock(),
                    world.split(),
                    LinkOptions.DEFAULTS);

    /** One process of a server. */
    final class Server implements ServerShell.Watcher {
        final Serial serial = world.serial("server", 1000);
        final List<String> heard = new ArrayList<>();
        final ServerShell shell;

        Server(Store store) throws StoreException {
            shell =
                    new ServerShell(
                            new ServerShell.Opened(store, store.open()),
                            ServerSettings.DEFAULTS,
                            Optional.empty(),
                            new ServerShell.Line(
                                    broker.connector("server"), topics, LinkOptions.DEFAULTS),
                            serial,
                            world.clock(),
                            world.split(),
                            "0.1.0",
                            this);
        }

        @Override
        public void serving(ServerState state) {
            heard.add("serving " + state.version().revision());
        }

        @Override
        public void displaced(String why) {
            heard.add("displaced: " + why);
        }

        /** Dies without a word, as by SIGKILL. */
        void die() {
            serial.close();
            broker.kill("server");
        }

        boolean isReady() {
            return heard.stream().anyMatch(text -> text.startsWith("serving"));
        }
    }

    /** An agent that says Running of everything it is told to run. */
    final class Agent implements AgentLink.Listener {
        final AgentName name;
        final AgentLink link;
        final List<DesiredState> desired = new ArrayList<>();
        private String nonce = "";
        private long reports;

        Agent(String name) {
            this.name = new AgentName(name);
            this.link =
                    new AgentLink(
                            broker.connector(name),
                            topics,
                            this.name,
                            "instance-" + name,
                            world.serial(name, 1000),
                            world.clock(),
                            world.split(),
                            LinkOptions.DEFAULTS,
                            this);
            link.start();
        }

        private void announce() {
            link.announce(
                    new AgentPresence(
                            true,
                            "instance-" + name,
                            nonce,
                            "0.1.0",
                            new TreeMap<>(),
                            List.of("native"),
                            desired.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(desired.getLast().version()),
                            0,
                            0,
                            reports));
        }

        private void report() {
            if (desired.isEmpty() || nonce.isEmpty()) {
                return;
            }
            reports++;
            var states =
                    desired.getLast().workloads().stream()
                            .map(each ->
                                    new WorkloadState(
                                            each.instance(),
                                            each.changedAt(),
                                            ExecutionState.of(Phase.RUNNING_OK)))
                            .toList();
            link.report(
                    new Report(
                            "instance-" + name,
                            nonce,
                            reports,
                            Optional.of(desired.getLast().version()),
                            states,
                            List.of(),
                            false,
                            ""));
        }

        @Override
        public void connected(String newNonce) {
            nonce = newNonce;
            announce();
            report();
        }

        @Override
        public Retry disconnected(Disconnection why) {
            nonce = "";
            return new Retry.Soon();
        }

        @Override
        public void desired(DesiredState next) {
            if (desired.isEmpty() || desired.getLast().version().isOlderThan(next.version())) {
                desired.add(next);
                report();
            }
        }

        @Override
        public void desiredMalformed(String why) {
            throw new AssertionError(why);
        }

        @Override
        public void facts(Facts facts) {}

        @Override
        public void command(Command command) {
            switch (command) {
                case Command.AnnounceAgain _ -> announce();
                case Command.ReportAgain _ -> report();
                case Command.NameRefused _,
                        Command.NameGranted _,
                        Command.StartLogs _,
                        Command.StartPulls _,
                        Command.EndLogs _ -> {}
            }
        }

        @Override
        public void logCredit(LogStream stream, LogCredit credit) {}

        @Override
        public void server(ServerPresence presence) {
            if (presence.online() && !nonce.isEmpty()) {
                announce();
            }
        }

        @Override
        public void malformed(String topic, String why) {
            throw new AssertionError(topic + ": " + why);
        }

        @Override
        public void undeliverable(String topic, String why) {
            throw new AssertionError(topic + ": " + why);
        }
    }

    Sea() {
        client.start();
    }

    Server server(Store store) throws StoreException {
        var server = new Server(store);
        server.serial.deliver(server.shell::start);
        return server;
    }

    /** Starts a server with a startup manifest; it serves once that is in force. */
    Server server(Store store, StartupManifest manifest) throws StoreException {
        var server = new Server(store);
        var beginning =
                new Beginning(server.shell, server.serial, manifest, why -> server.heard.add(why));
        server.serial.deliver(beginning::begin);
        return server;
    }

    /** Starts a server and waits until it is ready. */
    Server ready(Store store) throws StoreException {
        var server = server(store);
        until("server is ready", server::isReady);
        return server;
    }

    void until(String what, BooleanSupplier condition) {
        world.runUntil(what, Duration.ofSeconds(30), condition);
    }

    /** Asks, and waits for the answer. */
    Response.Body ask(Request.Body body) {
        var answers = new ArrayList<Response.Body>();
        var failures = new ArrayList<Throwable>();
        client.ask(body, Duration.ofSeconds(20))
                .whenComplete((response, failure) -> {
                    if (failure == null) {
                        answers.add(response.body());
                    } else {
                        failures.add(failure);
                    }
                });
        until("answer", () -> !answers.isEmpty() || !failures.isEmpty());
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.getFirst());
        }
        return answers.getFirst();
    }

    /** Asks, and waits for nothing; what comes back is in the list then. */
    List<Response.Body> send(Request.Body body) {
        var answers = new ArrayList<Response.Body>();
        client.ask(body, Duration.ofSeconds(20))
                .whenComplete((response, failure) -> {
                    if (failure == null) {
                        answers.add(response.body());
                    }
                });
        return answers;
    }

    Response.StateAnswer get(FieldMask... masks) {
        return (Response.StateAnswer) ask(new Request.GetState(List.of(masks), false));
    }
}
