package io.muster.simulators;

import io.muster.api.name.AgentName;
import io.muster.api.name.ClusterName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Order;
import io.muster.api.state.CompleteState;
import io.muster.api.state.Phase;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadState;
import io.muster.api.topic.Topics;
import io.muster.api.tree.StateTree;
import io.muster.testkit.bus.BrokerRules;
import io.muster.testkit.bus.MemoryBroker;
import io.muster.testkit.bus.RandomFaults;
import io.muster.testkit.runtime.Behaviour;
import io.muster.testkit.runtime.FakeMachine.Preparation;
import io.muster.testkit.runtime.FakeMachine.Resident;
import io.muster.testkit.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * A server, some nodes, a broker and a client in virtual time. Invariants are checked after every
 * event; the same seed gives the same run.
 */
public final class SimulatedCluster {
    private static final Duration CONVERGENCE = Duration.ofMinutes(3);
    private static final int WORKLOADS = 8;
    private static final List<Mishap> EVERY_MISHAP = List.of(Mishap.values());

    private final World world;
    private final RandomGenerator random;
    private final RandomFaults faults;
    private final MemoryBroker broker;
    private final SimulatedServer server;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<SimulatedNode> namesakes = new ArrayList<>();
    private final Topics topics;
    private final SimulatedClient client;
    private final SimulatedObserver observer;
    private final Invariants invariants;
    private final SimulatedReader reader;
    private final Trace trace;
    private final Map<Mishap, Integer> mishaps = new EnumMap<>(Mishap.class);
    private final TreeSet<WorkloadName> vanished = new TreeSet<>();
    private Optional<List<WorkloadState>> lastStates = Optional.empty();
    private boolean asking;
    private boolean dependent;

    /** Builds a cluster and starts everything in it. */
    public SimulatedCluster(long seed, int agents, RandomFaults.Rates rates) {
        world = new World(seed);
        random = world.split();
        faults = new RandomFaults(world.split(), rates);
        broker =
                new MemoryBroker(
                        world.serial("broker", 100_000),
                        world.split(),
                        faults,
                        BrokerRules.DEFAULT);
        topics = new Topics(new ClusterName("sim"));
        server = new SimulatedServer(world, broker, topics);
        var chances = world.split();
        for (int i = 0; i < agents; i++) {
            nodes.add(
                    new SimulatedNode(
                            world,
                            broker,
                            topics,
                            new AgentName("n" + i),
                            "n" + i,
                            order -> behaviour(order, chances)));
        }
        nodes.forEach(node -> node.machine().preparing(order -> preparation(order, chances)));
        invariants = new Invariants(topics, nodes, namesakes);
        client = new SimulatedClient(world, broker, topics, invariants);
        observer = new SimulatedObserver(world, broker, topics, invariants);
        trace = new Trace(world);
        broker.spy((clientId, publication) -> {
            trace.add(clientId + " -> " + publication.topic() + " " + publication.payload());
            invariants.published(publication);
        });
        reader = new SimulatedReader(world, broker, topics);
        world.afterEach(() -> {
            invariants.afterEvent();
            invariants.logs(reader);
        });
        server.start();
        nodes.forEach(SimulatedNode::start);
    }

    /** From now on workloads that are applied may depend on others. */
    public SimulatedCluster withDependencies() {
        dependent = true;
        return this;
    }

    /** Returns what happened. */
    public Trace trace() {
        return trace;
    }

    /** Returns the promises and how often they were looked at. */
    public Invariants invariants() {
        return invariants;
    }

    /** Returns who applies and deletes. */
    public SimulatedClient client() {
        return client;
    }

    /** Returns who listens to what changes. */
    public SimulatedObserver observer() {
        return observer;
    }

    /** Returns how often each mishap happened. */
    public Map<Mishap, Integer> mishaps() {
        return Map.copyOf(mishaps);
    }

    /** Returns how many processes were ever started, on all nodes. */
    public long starts() {
        return nodes.stream().mapToLong(node -> node.machine().starts()).sum();
    }

    /** Returns a node; they are numbered from 0. */
    public SimulatedNode node(int number) {
        return nodes.get(number);
    }

    /** Lets time pass, in which nothing goes wrong but what was ordered before. */
    public void pass(Duration time) {
        world.run(time);
    }

    /** Starts an agent with the name of a node's on another one, which has nothing. */
    public SimulatedNode namesake(SimulatedNode node) {
        var namesake =
                new SimulatedNode(
                        world,
                        broker,
                        topics,
                        node.name(),
                        "namesake" + namesakes.size() + "-of-" + node.name(),
                        _ -> Behaviour.LASTING);
        namesakes.add(namesake);
        namesake.start();
        return namesake;
    }

    /** Lives for a while: updates by chance, and everything goes wrong by chance. */
    public void live(Duration time) {
        var end = world.elapsed().plus(time);
        while (world.elapsed().compareTo(end) < 0) {
            if (random.nextInt(3) > 0) {
                update();
            } else {
                mishap(EVERY_MISHAP.get(random.nextInt(EVERY_MISHAP.size())));
            }
            world.run(Duration.ofMillis(random.nextInt(3_000)));
        }
    }

    /** The same without updates, and without what ends workloads. */
    public void sufferWithoutUpdates(Duration time) {
        var end = world.elapsed().plus(time);
        var mild =
                List.of(
                        Mishap.SERVER_CRASH,
                        Mishap.AGENT_CRASH,
                        Mishap.CUT,
                        Mishap.FREEZE,
                        Mishap.BROKER_RESTART,
                        Mishap.BROKER_LOSS);
        while (world.elapsed().compareTo(end) < 0) {
            mishap(mild.get(random.nextInt(mild.size())));
            world.run(Duration.ofMillis(random.nextInt(6_000)));
        }
    }

    /** Applies this many lasting workloads, and waits until they run. */
    public void settleWith(int count) {
        for (int i = 0; i < count; i++) {
            var name = new WorkloadName("lasting" + i);
            world.runUntil("the client is free", CONVERGENCE, () -> !client.isBusy());
            client.apply(name, workload(nodes.get(i % nodes.size()), "lasting"));
        }
        world.runUntil("the client is free", CONVERGENCE, () -> !client.isBusy());
        converge();
    }

    /**
     * Ends all faults and waits until what was acknowledged is true, and reported truly.
     *
     * @throws AssertionError if that takes too long, with the end of the trace
     */
    public void converge() {
        faults.calm();
        trace.add("calm");
        reader.die();
        namesakes.forEach(SimulatedNode::powerCut);
        server.start();
        nodes.forEach(SimulatedNode::start);
        try {
            world.runUntil("the client is free", CONVERGENCE, () -> !client.isBusy());
            world.runUntil("machines are as wished", CONVERGENCE, () -> difference().isEmpty());
            world.runUntil("states are reported truly", CONVERGENCE, this::reportedTruly);
            world.runUntil(
                    "the observer knows everything",
                    CONVERGENCE,
                    () -> observer.tree().equals(server.state().map(StateTree::of)));
        } catch (AssertionError e) {
            throw new AssertionError(
                    "%s%nstill different: %s%nmishaps: %s%nserver says: %s%nwished: %s%n%s"
                            .formatted(
                                    e.getMessage(),
                                    difference(),
                                    mishaps,
                                    server.state().map(CompleteState::workloadStates),
                                    client.acknowledged(),
                                    trace.tail(60)),
                    e);
        }
        world.run(Invariants.LOGS_END_WITHIN.plusSeconds(1));
        faults.resume();
    }

    private void update() {
        int number = random.nextInt(WORKLOADS);
        var name = new WorkloadName("w" + number);
        var written =
                workload(nodes.get(random.nextInt(nodes.size())), "version " + random.nextInt(5));
        var workload = dependent ? Ties.among(written, number, random) : written;
        switch (random.nextInt(14)) {
            case 0, 1, 2 -> {
                trace.add("delete " + name);
                client.delete(name);
            }
            case 3 -> {
                int age = random.nextInt(3);
                trace.add("apply " + name + " if nothing changed, as seen " + age + " answers ago");
                client.applyIfUnchanged(name, workload, age);
            }
            case 4 -> {
                trace.add("roll back");
                client.rollBack(random.nextInt(20));
            }
            case 5 -> {
                trace.add("dry run");
                client.dryRun(new WorkloadName(Invariants.GHOST + random.nextInt(3)), workload);
            }
            case 6 -> {
                var instances = wished().stream().limit(1 + random.nextInt(4)).toList();
                trace.add("read logs of " + instances.size());
                reader.read(instances);
            }
            case 7 -> {
                if (random.nextBoolean()) {
                    trace.add("read no more logs");
                    reader.leave();
                } else {
                    trace.add("the reader of logs dies");
                    reader.die();
                }
            }
            default -> {
                trace.add("apply " + name);
                client.apply(name, workload);
            }
        }
    }

    private Workload workload(SimulatedNode node, String config) {
        return Workload.of(node.name().value(), SimulatedNode.RUNTIME, config)
                .withRestartPolicy(RestartPolicy.ALWAYS);
    }

    private static Behaviour behaviour(Order order, RandomGenerator chances) {
        if (order.workload().runtimeConfig().equals("lasting")) {
            return Behaviour.LASTING;
        }
        var behaviour =
                Behaviour.LASTING
                        .creatingTakes(Duration.ofMillis(chances.nextInt(2_000)))
                        .stoppingTakes(Duration.ofMillis(chances.nextInt(2_000)));
        return chances.nextInt(10) == 0 ? behaviour.failing("no luck", true) : behaviour;
    }

    /** Mostly the image is there; else it takes its time, and perhaps cannot be had. */
    private static Preparation preparation(Order order, RandomGenerator chances) {
        if (order.workload().runtimeConfig().equals("lasting") || chances.nextInt(2) == 0) {
            return Preparation.NONE;
        }
        var preparation = Preparation.taking(Duration.ofMillis(chances.nextInt(20_000)));
        return chances.nextInt(4) == 0 ? preparation.failing("no registry", true) : preparation;
    }

    private void mishap(Mishap mishap) {
        trace.add(mishap.name());
        mishaps.merge(mishap, 1, Integer::sum);
        var node = nodes.get(random.nextInt(nodes.size()));
        var soon = Duration.ofMillis(random.nextInt(15_000));
        switch (mishap) {
            case SERVER_CRASH -> {
                server.crash();
                world.in(soon, server::start);
            }
            case AGENT_CRASH -> {
                node.crash();
                world.in(soon, node::start);
            }
            case POWER_CUT -> {
                node.powerCut();
                world.in(soon, node::start);
            }
            case CUT -> broker.cut(random.nextInt(4) == 0 ? SimulatedObserver.HOST : node.host());
            case FREEZE -> {
                var host =
                        switch (random.nextInt(5)) {
                            case 0 -> SimulatedServer.HOST;
                            case 1 -> SimulatedObserver.HOST;
                            default -> node.host();
                        };
                broker.freeze(host);
                world.in(soon, () -> broker.thaw(host));
            }
            case BROKER_RESTART, BROKER_LOSS -> {
                broker.stop();
                world.in(soon, () -> broker.start(mishap == Mishap.BROKER_RESTART));
            }
            case EXIT ->
                    anyResident(node)
                            .ifPresent(each -> node.machine().end(each.id(), random.nextInt(2)));
            case VANISH -> anyResident(node).ifPresent(each -> vanish(node, each));
            case NAMESAKE -> {
                // before the server had met the node, the namesake would have come first
                boolean isLater = node.hasObeyed() && invariants.hasHeld(node.id());
                if (isLater && namesakes.stream().noneMatch(SimulatedNode::isUp)) {
                    var namesake = namesake(node);
                    world.in(soon.multipliedBy(3), namesake::powerCut);
                }
            }
        }
    }

    private Optional<Resident> anyResident(SimulatedNode node) {
        var residents = node.machine().residents();
        return residents.isEmpty()
                ? Optional.empty()
                : Optional.of(residents.get(random.nextInt(residents.size())));
    }

    private void vanish(SimulatedNode node, Resident resident) {
        vanished.add(resident.instance().workload());
        node.machine().vanish(resident.id());
    }

    /** The instances that must be there, as far as the client can know. */
    private Set<InstanceName> wished() {
        var uncertain = client.uncertain();
        var wished = new TreeSet<InstanceName>();
        client.acknowledged()
                .forEach((name, workload) -> {
                    if (!uncertain.contains(name)) {
                        wished.add(
                                InstanceName.of(name, workload.runtimeConfig(), workload.agent()));
                    }
                });
        return wished;
    }

    /**
     * What lives and should not, or should and does not. What vanished is Failed(Lost) and stays
     * so; what waits for others is as it should be.
     */
    private List<String> difference() {
        var uncertain = client.uncertain();
        var alive = new TreeSet<InstanceName>();
        for (var node : nodes) {
            for (var resident : node.machine().residents()) {
                if (resident.alive() && !uncertain.contains(resident.instance().workload())) {
                    alive.add(resident.instance());
                }
            }
        }
        var wished = wished();
        var ties = ties(alive);
        var differences = new ArrayList<String>();
        for (var instance : wished) {
            if (!alive.contains(instance)
                    && !vanished.contains(instance.workload())
                    && !ties.mayWaitToStart(instance)) {
                differences.add("missing: " + instance);
            }
        }
        for (var instance : alive) {
            if (!wished.contains(instance) && !ties.mayWaitToStop(instance)) {
                differences.add("left: " + instance);
            }
        }
        return differences;
    }

    private Ties ties(Set<InstanceName> alive) {
        return new Ties(client.acknowledged(), client.uncertain(), alive);
    }

    private boolean reportedTruly() {
        if (!asking) {
            asking = true;
            client.states(states -> {
                asking = false;
                lastStates = states;
            });
        }
        return lastStates.map(this::areTrue).orElse(false);
    }

    private boolean areTrue(List<WorkloadState> states) {
        var running =
                states.stream()
                        .filter(each -> each.phase() == Phase.RUNNING_OK)
                        .map(WorkloadState::instance)
                        .collect(Collectors.toCollection(TreeSet::new));
        var ties = ties(running);
        return wished().stream()
                .allMatch(each ->
                        running.contains(each)
                                || vanished.contains(each.workload())
                                || ties.mayWaitToStart(each)
                                || ties.mayWaitToStop(each));
    }
}
