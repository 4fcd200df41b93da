package io.muster.agent;

import io.muster.agent.control.Doors;
import io.muster.agent.control.FakeDoors;
import io.muster.agent.reconcile.RunningWorkload;
import io.muster.api.bus.BusListener;
import io.muster.api.bus.BusListener.Disconnection;
import io.muster.api.bus.BusListener.Retry;
import io.muster.api.bus.Message;
import io.muster.api.bus.Session;
import io.muster.api.link.AgentPresence;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.Command;
import io.muster.api.link.DesiredState;
import io.muster.api.link.Load;
import io.muster.api.link.Report;
import io.muster.api.link.ServerPresence;
import io.muster.api.name.AgentName;
import io.muster.api.name.ClientName;
import io.muster.api.name.ClusterName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.name.StateVersion;
import io.muster.api.name.WorkloadName;
import io.muster.api.request.LogAudience;
import io.muster.api.request.LogStream;
import io.muster.api.request.Request;
import io.muster.api.request.Requester;
import io.muster.api.request.Response;
import io.muster.api.runtime.Order;
import io.muster.api.runtime.WorkloadRuntime;
import io.muster.api.shell.Serial;
import io.muster.api.state.AgentAttributes.Status;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadUsage;
import io.muster.api.topic.Identity;
import io.muster.api.topic.Topics;
import io.muster.testkit.bus.BrokerRules;
import io.muster.testkit.bus.MemoryBroker;
import io.muster.testkit.bus.RandomFaults;
import io.muster.testkit.disk.MemoryDisk;
import io.muster.testkit.runtime.Behaviour;
import io.muster.testkit.runtime.FakeMachine;
import io.muster.testkit.runtime.FakeMachine.Resident;
import io.muster.testkit.runtime.FakeRuntime;
import io.muster.testkit.world.World;
import io.muster.transport.ClientLink;
import io.muster.transport.LinkOptions;
import io.muster.transport.ServerLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One agent in virtual time, with a broker and somebody who speaks for the server. */
final class Stage {
    static final AgentName BOW = new AgentName("bow");
    static final Lineage LINEAGE = new Lineage("l1");
    static final Duration SOON = Duration.ofSeconds(5);

    final World world;
    final MemoryBroker broker;
    final RandomFaults faults;
    final MemoryDisk disk = new MemoryDisk();
    final FakeDoors doors = new FakeDoors();

    /** What its next agent has for doors. */
    Doors agentDoors = doors;

    final FakeMachine machine;
    final Map<String, Behaviour> behaviours = new HashMap<>();
    final List<Report> reports = new ArrayList<>();
    final List<AgentPresence> presences = new ArrayList<>();
    final List<Load> loads = new ArrayList<>();
    AgentOptions options = AgentOptions.DEFAULTS;
    Consumer<AgentPresence> onPresence = _ -> {};

    /** What the server answers to workloads, which is nothing unless a test says so. */
    Function<Request.Body, Optional<Response.Body>> desk = _ -> Optional.empty();

    /** Of which instances there are logs. */
    UnaryOperator<List<InstanceName>> logsThere = UnaryOperator.identity();

    /** Who has asked through the agent, and what. */
    final List<String> asked = new ArrayList<>();

    String lastAsked = "";
    @Nullable Requester lastRequester;
    private final Topics topics = new Topics(new ClusterName("default"));
    private @Nullable ServerLink server;
    private @Nullable AgentShell agent;
    private @Nullable Serial serial;
    private final Map<String, Serial> clients = new HashMap<>();
    private List<FakeRuntime> runtimes = List.of();
    private List<WorkloadRuntime> otherRuntimes = List.of();
    private int lives;

    Stage(long seed) {
        this(seed, RandomFaults.Rates.CALM);
    }

    Stage(long seed, RandomFaults.Rates rates) {
        world = new World(seed);
        faults = new RandomFaults(world.split(), rates);
        broker =
                new MemoryBroker(
                        world.serial("broker", 10_000), world.split(), faults, BrokerRules.DEFAULT);
        machine = new FakeMachine(world.clock(), world::in, this::behaviour);
    }

    private Behaviour behaviour(Order order) {
        return behaviours.getOrDefault(order.instance().workload().value(), Behaviour.LASTING);
    }

    /** An agent and a server, both connected. */
    static Stage set(long seed, WorkloadRuntime... others) {
        var stage = new Stage(seed);
        stage.otherRuntimes = List.of(others);
        stage.start();
        return stage;
    }

    void start() {
        startServer();
        startAgent();
        await("an announcement", () -> !presences.isEmpty());
    }

    void startServer() {
        server =
                new ServerLink(
                        broker.connector("server"),
                        topics,
                        world.serial("server", 1_000),
                        world.split(),
                        LinkOptions.DEFAULTS,
                        new Ear());
        server.start(LINEAGE, 1, "0.1.0");
        world.run(Duration.ofSeconds(2));
    }

    private static Load load(List<RunningWorkload> running) {
        return new Load(
                new Status(12, 1_000_000),
                running.stream()
                        .map(each -> new WorkloadUsage(each.instance(), 500, 7_000))
                        .toList());
    }

    void startAgent() {
        lives++;
        runtimes = List.of(machine.runtime("podman", BOW), machine.runtime("native", BOW));
        var all = new ArrayList<WorkloadRuntime>(runtimes);
        all.addAll(otherRuntimes);
        serial = world.serial("agent" + lives, 1_000);
        agent =
                new AgentShell(
                        BOW,
                        "i" + lives,
                        "0.1.0",
                        new TreeMap<>(Map.of("zone", "front")),
                        new Node(
                                NodeIdFile.read(disk, world.split()),
                                all,
                                disk,
                                machine.exitWatch(),
                                agentDoors,
                                Stage::load,
                                world.clock(),
                                world.split()),
                        broker.connector("node"),
                        topics,
                        serial,
                        options);
        agent.start();
    }

    /** Another agent of this name begins a session, until it loses that. */
    void takeOver() {
        broker.connector("other")
                .connect(
                        Session.withoutWill(
                                new Identity.Agent(topics.cluster(), BOW).clientId(),
                                Duration.ofSeconds(6)),
                        world.serial("other", 100),
                        new Silent());
    }

    private static final class Silent implements BusListener {
        @Override
        public void connected(String nonce) {}

        @Override
        public Retry disconnected(Disconnection why) {
            return new Retry.Never();
        }

        @Override
        public void received(Message message) {}
    }

    /** The agent's process is killed. */
    void killAgent() {
        serial().close();
        broker.kill("node");
        disk.powerCycle();
    }

    Serial serial() {
        if (serial == null) {
            throw new IllegalStateException("no agent was started");
        }
        return serial;
    }

    AgentShell agent() {
        if (agent == null) {
            throw new IllegalStateException("no agent was started");
        }
        return agent;
    }

    ServerLink server() {
        if (server == null) {
            throw new IllegalStateException("no server was started");
        }
        return server;
    }

    static AssignedWorkload workload(String name, String config, long changedAt) {
        var workload = Workload.of(BOW.value(), "podman", config);
        return assigned(name, workload, changedAt);
    }

    static AssignedWorkload assigned(String name, Workload workload, long changedAt) {
        return new AssignedWorkload(
                InstanceName.of(new WorkloadName(name), workload.runtimeConfig(), BOW.value()),
                new Revision(changedAt),
                workload);
    }

    void wish(long revision, AssignedWorkload... workloads) {
        server().desired(BOW, desired(revision, workloads));
    }

    static DesiredState desired(long revision, AssignedWorkload... workloads) {
        return new DesiredState(
                new StateVersion(LINEAGE, 1, new Revision(revision)), false, List.of(workloads));
    }

    /** Somebody who asks, at a host of this name. */
    ClientLink client(String host) {
        var its = world.serial(host, 1_000);
        clients.put(host, its);
        var client =
                new ClientLink(
                        broker.connector(host),
                        topics,
                        new ClientName(host),
                        its,
                        world.clock(),
                        world.split(),
                        LinkOptions.DEFAULTS);
        client.start();
        return client;
    }

    /** Whoever asks from there dies without a word. */
    void killClient(String host) {
        Objects.requireNonNull(clients.get(host)).close();
        broker.kill(host);
    }

    void await(String what, BooleanSupplier condition) {
        world.runUntil(what, SOON, condition);
    }

    /** Runs until the last report shows this, as "workload phase ...". */
    void awaitReport(String... shown) {
        await("a report of " + List.of(shown), () -> lastReport().equals(List.of(shown)));
    }

    List<String> lastReport() {
        return reports.isEmpty()
                ? List.of("nothing was reported")
                : reports.getLast().states().stream()
                        .map(each -> each.instance().workload() + " " + each.state().phase())
                        .toList();
    }

    /** Returns what lives on the machine, as workload names. */
    List<String> alive() {
        return machine.residents().stream()
                .filter(Resident::alive)
                .map(each -> each.instance().workload().value())
                .toList();
    }

    Resident resident(String workload) {
        return machine.residents().stream()
                .filter(each -> each.instance().workload().value().equals(workload))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + workload));
    }

    private final class Ear implements ServerLink.Listener {
        @Override
        public void connected(long connection) {}

        @Override
        public Retry disconnected(Disconnection why) {
            return new Retry.Soon();
        }

        @Override
        public void presence(AgentName name, AgentPresence presence) {
            presences.add(presence);
            onPresence.accept(presence);
        }

        @Override
        public void report(AgentName name, Report report) {
            reports.add(report);
        }

        @Override
        public void load(AgentName name, Load load) {
            loads.add(load);
        }

        /** Those who read logs are brought together with the agent, as a server does. */
        @Override
        public void request(Requester requester, Request request, Duration timeToLive) {
            if (requester instanceof Requester.Workload) {
                asked.add(requester + " " + request.body().getClass().getSimpleName());
                lastAsked = request.id();
                lastRequester = requester;
                desk.apply(request.body())
                        .ifPresent(body ->
                                server().respond(requester, new Response(request.id(), body)));
            }
            var stream = new LogStream(LogAudience.of(requester), request.id());
            switch (request.body()) {
                case Request.GetLogs get -> {
                    var there = logsThere.apply(get.instances());
                    if (!there.isEmpty()) {
                        server().command(BOW, new Command.StartLogs(stream, get));
                    }
                    server().respond(
                                    requester,
                                    new Response(
                                            request.id(),
                                            new Response.LogsAccepted(there, List.of())));
                }
                case Request.PullImages pull -> {
                    server().command(BOW, new Command.StartPulls(stream, pull));
                    server().respond(
                                    requester,
                                    new Response(
                                            request.id(),
                                            new Response.LogsAccepted(
                                                    pull.instances(), List.of())));
                }
                case Request.CancelLogs _ -> {
                    server().command(BOW, new Command.EndLogs(stream));
                    server().respond(
                                    requester,
                                    new Response(request.id(), new Response.LogsCancelled()));
                }
                case Request.Body _ -> {} // nothing that is asked here
            }
        }

        @Override
        public void rival(ServerPresence other) {
            throw new AssertionError("no rival is on this stage: " + other);
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
}
