package io.muster.simulators;

import io.muster.api.name.AgentName;
import io.muster.api.name.ClusterName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Mark;
import io.muster.api.runtime.Order;
import io.muster.api.state.CompleteState;
import io.muster.api.state.Phase;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadState;
import io.muster.api.topic.Topics;
import io.muster.api.tree.StateTree;
import io.muster.simulators.plan.Happening;
import io.muster.simulators.plan.Mishap;
import io.muster.simulators.plan.PlanMaker;
import io.muster.simulators.plan.Step;
import io.muster.testkit.bus.BrokerRules;
import io.muster.testkit.bus.MemoryBroker;
import io.muster.testkit.bus.NetworkFault;
import io.muster.testkit.bus.RandomFaults;
import io.muster.testkit.runtime.Behaviour;
import io.muster.testkit.runtime.FakeMachine;
import io.muster.testkit.runtime.FakeMachine.Preparation;
import io.muster.testkit.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * A server, some nodes, a broker and a client in virtual time. Invariants are checked after every
 * event; the same seed gives the same run.
 */
public final class SimulatedCluster implements Stage {
    private static final Duration CONVERGENCE = Duration.ofMinutes(3);

    /** How often the broker writes down what is retained. */
    private static final Duration SAVES_EVERY = Duration.ofSeconds(20);

    /** What does not make agents strangers to each other. */
    private static final Set<Mishap> LITTLE =
            EnumSet.of(Mishap.SERVER_CRASH, Mishap.STORE_SLOW, Mishap.DISK_SLOW, Mishap.CLOCK_JUMP);

    private static final int MOST_TRIES = 100;
    private static final Duration STARTS_AGAIN = Duration.ofSeconds(5);

    private final World world;
    private final RandomGenerator random;
    private final RandomFaults faults;
    private final MemoryBroker broker;
    private final SimulatedServer server;
    private final SimulatedServer rival;
    private final Rivalry rivalry = new Rivalry();
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<SimulatedNode> namesakes = new ArrayList<>();
    private final Topics topics;
    private final SimulatedClient client;
    private final SimulatedObserver observer;
    private final Invariants invariants;
    private final SimulatedReader reader;
    private final Trace trace;
    private final Grounds grounds;
    private final boolean isOrderly;
    private final Player player = new Player(this);
    private final Wellness wellness = new Wellness(this);
    private final Toil toil = new Toil();
    private Optional<List<WorkloadState>> lastStates = Optional.empty();
    private boolean asking;

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
        server =
                new SimulatedServer(world, broker, topics, SimulatedServer.HOST, new ServerWatch());
        rival = new SimulatedServer(world, broker, topics, SimulatedServer.RIVAL, new RivalWatch());
        var chances = world.split();
        for (int i = 0; i < agents; i++) {
            nodes.add(
                    new SimulatedNode(
                            world,
                            broker,
                            topics,
                            new AgentName("n" + i),
                            "n" + i,
                            order -> {
                                starting(order);
                                return toil.creating(
                                        world.elapsed(), order, behaviour(order, chances));
                            }));
        }
        nodes.forEach(node ->
                node.machine()
                        .preparing(order ->
                                toil.preparing(
                                        world.elapsed(), order, preparation(order, chances))));
        invariants = new Invariants(topics, nodes, namesakes);
        nodes.forEach(
                node -> node.machine().deleting(resident -> invariants.stopping(node, resident)));
        client = new SimulatedClient(world, broker, topics, invariants, rivalry);
        observer = new SimulatedObserver(world, broker, topics, invariants);
        isOrderly = rates.equals(RandomFaults.Rates.STILL);
        grounds =
                new Grounds(
                        topics,
                        invariants,
                        server.store(),
                        () ->
                                hasSufferedLittle() && !client.isBusy()
                                        ? Optional.of(client.acknowledged())
                                        : Optional.empty());
        if (isOrderly) {
            nodes.forEach(grounds::watch);
        }
        trace = new Trace(world);
        broker.spy((clientId, publication) -> {
            trace.add(clientId, publication);
            invariants.published(publication);
            if (isOrderly) {
                grounds.published(publication);
            }
        });
        reader = new SimulatedReader(world, broker, topics);
        world.afterEach(() -> {
            invariants.afterEvent();
            invariants.logs(least(reader.idle(), client.puller().idle()));
        });
        saveRetained();
        server.start();
        nodes.forEach(SimulatedNode::start);
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void saveRetained() {
        broker.saveRetained();
        world.in(SAVES_EVERY, this::saveRetained);
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

    Player player() {
        return player;
    }

    Wellness wellness() {
        return wellness;
    }

    Toil toil() {
        return toil;
    }

    /** Returns who listens to what changes. */
    public SimulatedObserver observer() {
        return observer;
    }

    /** Returns how often each mishap happened. */
    public Map<Mishap, Long> mishaps() {
        return player.mishaps();
    }

    /** Returns how many processes were ever started, on all nodes. */
    public long starts() {
        return nodes.stream().mapToLong(node -> node.machine().starts()).sum();
    }

    /** Returns a node; they are numbered from 0. */
    public SimulatedNode node(int number) {
        return nodes.get(number);
    }

    @Override
    public SimulatedNode node(String host) {
        return nodes.stream()
                .filter(each -> each.host().equals(host))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no node " + host));
    }

    @Override
    public List<SimulatedNode> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public void jump(Duration shift) {
        world.jump(shift);
    }

    @Override
    public MemoryBroker broker() {
        return broker;
    }

    RandomFaults faults() {
        return faults;
    }

    @Override
    public SimulatedServer server() {
        return server;
    }

    @Override
    public boolean startRival() {
        boolean areObeying = nodes.stream().allMatch(SimulatedNode::hasObeyed);
        if (!areObeying || rival.isUp() || hasNamesake()) {
            return false;
        }
        rival.start();
        return true;
    }

    @Override
    public void endRival() {
        rival.crash();
        rivalry.ends();
    }

    SimulatedReader reader() {
        return reader;
    }

    @Override
    public boolean startNamesake(SimulatedNode node, Duration lasting) {
        // before the server had met the node, the namesake would have come first
        boolean isLater = node.hasObeyed() && invariants.hasHeld(node.id());
        if (!isLater || hasNamesake() || player.mayHaveDeleted(node.name())) {
            return false;
        }
        var namesake = namesake(node);
        in(lasting, namesake::powerCut);
        return true;
    }

    boolean hasNamesake() {
        return namesakes.stream().anyMatch(SimulatedNode::isUp);
    }

    @Override
    public void in(Duration time, Runnable happening) {
        world.in(time, happening);
    }

    /** Returns how often the network did what to a message. */
    public Map<NetworkFault, Long> networkFaults() {
        return faults.counts();
    }

    /** Returns how many events there were. */
    public long events() {
        return world.steps();
    }

    /** Returns how long it has lasted, in its own time. */
    public Duration elapsed() {
        return world.elapsed();
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

    /** Lives for a while without orders, and with all that goes wrong but what ends workloads. */
    public void sufferWithoutUpdates(Duration time) {
        play(new PlanMaker(random, nodes.size(), false).suffering(time), time);
    }

    /** Lets this time pass, and these things happen at their times in it. */
    public void play(List<Step> steps, Duration time) {
        play(steps, time, _ -> {});
    }

    /** The same, with somebody who looks before each step. */
    void play(List<Step> steps, Duration time, Consumer<Step> looks) {
        var beginning = world.elapsed();
        for (var step : steps) {
            world.run(beginning.plus(step.at()).minus(world.elapsed()));
            looks.accept(step);
            player.perform(step.what());
            if (step.what() instanceof Happening.Settle(var within)) {
                wellness.settle(within);
                var late = world.elapsed().minus(beginning.plus(step.at()).plus(within));
                beginning = late.isPositive() ? beginning.plus(late) : beginning; // all waits
            }
        }
        world.run(beginning.plus(time).minus(world.elapsed()));
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
        trace.step("everything is healed");
        player.heal();
        reader.die();
        client.puller().stop();
        namesakes.forEach(SimulatedNode::powerCut);
        server.start();
        nodes.forEach(SimulatedNode::start);
        try {
            world.runUntil("the client is free", CONVERGENCE, () -> !client.isBusy());
            endDrains();
            world.runUntil("machines are as wished", CONVERGENCE, () -> difference().isEmpty());
            world.runUntil("states are reported truly", CONVERGENCE, this::reportedTruly);
            if (isOrderly) {
                world.runUntil("disks have what they refused", CONVERGENCE, this::disksAreWritten);
            }
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
                                    mishaps(),
                                    server.state().map(CompleteState::workloadStates),
                                    client.acknowledged(),
                                    trace.tail(60)),
                    e);
        }
        world.run(Invariants.LOGS_END_WITHIN.plusSeconds(1));
        faults.resume();
    }

    private boolean disksAreWritten() {
        invariants.looked(Invariants.Promise.DISKS_CATCH_UP);
        return nodes.stream().noneMatch(node -> node.disk().isBehind(SimulatedNode.WISH));
    }

    /** What is drained gets empty, and then is drained no more. */
    private void endDrains() {
        world.runUntil("drained nodes are empty", CONVERGENCE, this::drainedAreEmpty);
        for (int tries = 0; !client.perhapsDrained().isEmpty(); tries++) {
            if (tries == MOST_TRIES) {
                throw new AssertionError("drains cannot be taken back");
            }
            client.perhapsDrained().stream().findFirst().ifPresent(client::undrain);
            world.runUntil("the client is free", CONVERGENCE, () -> !client.isBusy());
        }
    }

    private boolean drainedAreEmpty() {
        var alive = new TreeSet<InstanceName>();
        for (var node : nodes) {
            node.machine().residents().stream()
                    .filter(FakeMachine.Resident::alive)
                    .forEach(each -> alive.add(each.instance()));
        }
        var ties = ties(alive);
        var drained = client.drained();
        for (var instance : alive) {
            if (drained.contains(new AgentName(instance.agent()))) {
                if (!ties.mayWaitForDrain(instance)) {
                    return false;
                }
            }
        }
        if (!drained.isEmpty()) {
            invariants.looked(Invariants.Promise.DRAINED_GETS_EMPTY);
        }
        return true;
    }

    private Workload workload(SimulatedNode node, String config) {
        return Workload.of(node.name().value(), SimulatedNode.RUNTIME, config)
                .withRestartPolicy(RestartPolicy.ALWAYS);
    }

    /** Says whether nothing has gone wrong that keeps agents from telling what they need. */
    private boolean hasSufferedLittle() {
        return networkFaults().isEmpty() && LITTLE.containsAll(mishaps().keySet());
    }

    private void starting(Order order) {
        invariants.starting(order);
        if (isOrderly) {
            grounds.starting(order);
        }
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

    /** The instances that must be there, as far as the client can know. */
    Set<InstanceName> wished() {
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
                    && !player.hasVanished(instance.workload())
                    && !wellness.concern().hasEnded(instance.workload())
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

    Ties ties(Set<InstanceName> alive) {
        return new Ties(client.acknowledged(), client.uncertain(), alive, old());
    }

    /** What lives, and is to be made anew by the same name. */
    private Set<InstanceName> old() {
        var old = new TreeSet<InstanceName>();
        for (var node : nodes) {
            for (var each : node.machine().residents()) {
                if (each.alive() && isOld(each)) {
                    old.add(each.instance());
                }
            }
        }
        return old;
    }

    /** Says whether an instance is of an earlier wish than the present one. */
    boolean isOld(FakeMachine.Resident resident) {
        return client.begun(resident.instance().workload())
                .filter(each -> changedAt(resident).compareTo(each) < 0)
                .isPresent();
    }

    /** Returns the revision for which it was made. */
    static Revision changedAt(FakeMachine.Resident resident) {
        return resident.mark().map(Mark::changedAt).orElse(Revision.ZERO);
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
        var there = new TreeSet<>(running);
        states.stream()
                .filter(each -> each.phase() == Phase.STOPPING_WAITING_TO_STOP)
                .forEach(each -> there.add(each.instance()));
        var ties = ties(there);
        return (!isOrderly || isThere(states))
                && wished().stream()
                        .allMatch(each ->
                                running.contains(each)
                                        || player.hasVanished(each.workload())
                                        || wellness.concern().hasEnded(each.workload())
                                        || ties.mayWaitToStart(each)
                                        || ties.mayWaitToStop(each));
    }

    /** Says whether all that is listed is wished, or lives. */
    private boolean isThere(List<WorkloadState> states) {
        var there = wished();
        for (var node : nodes) {
            node.machine().residents().forEach(each -> there.add(each.instance()));
        }
        var uncertain = client.uncertain();
        invariants.looked(Invariants.Promise.NOTHING_LISTED_IN_VAIN);
        return states.stream()
                .map(WorkloadState::instance)
                .allMatch(each -> there.contains(each) || uncertain.contains(each.workload()));
    }

    private final class ServerWatch implements SimulatedServer.Watch {
        @Override
        public void opened(Optional<CompleteState> state) {
            invariants.opened(state, client);
            server.core()
                    .map(core -> core.version().revision())
                    .filter(revision -> revision.compareTo(client.newest()) < 0)
                    .ifPresent(revision ->
                            invariants.broken(
                                    "the server begins with revision %s, and %s was acknowledged"
                                            .formatted(revision, client.newest())));
        }

        @Override
        public void serving() {
            // who asks it, waits for it
        }

        @Override
        public void displaced(String why) {
            if (!rival.isUp() && rivalry.changes() == 0) {
                invariants.broken("there is one server only, and it says: " + why);
            }
            // as the service that starts it would
            world.in(Duration.ZERO, server::crash);
            world.in(STARTS_AGAIN, server::start);
        }
    }

    private final class RivalWatch implements SimulatedServer.Watch {
        @Override
        public void opened(Optional<CompleteState> state) {
            // it knows nothing
        }

        @Override
        public void serving() {
            rivalry.begins();
        }

        @Override
        public void displaced(String why) {
            world.in(Duration.ZERO, SimulatedCluster.this::endRival);
        }
    }
}
