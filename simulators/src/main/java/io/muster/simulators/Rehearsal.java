package io.muster.simulators;

import io.muster.api.name.AgentName;
import io.muster.api.name.ClusterName;
import io.muster.api.name.InstanceName;
import io.muster.api.state.CompleteState;
import io.muster.api.state.State;
import io.muster.api.topic.Identity;
import io.muster.api.topic.Topics;
import io.muster.server.core.ServerState;
import io.muster.simulators.timeline.Timeline;
import io.muster.testkit.bus.BrokerRules;
import io.muster.testkit.bus.MemoryBroker;
import io.muster.testkit.bus.RandomFaults;
import io.muster.testkit.runtime.Behaviour;
import io.muster.testkit.runtime.FakeMachine.Resident;
import io.muster.testkit.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A user's manifest on simulated nodes, with the faults of a scenario, in virtual time: the real
 * server, real agents and real links, whose promises are looked at after every event.
 */
final class Rehearsal implements Stage {
    /** How long all must be as wished until a rehearsal without a given end is over. */
    static final Duration SETTLES = Duration.ofSeconds(20);

    /** How long that may take once all disturbances are over. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration SAVES_EVERY = Duration.ofSeconds(20);
    private static final Duration STARTS_AGAIN = Duration.ofSeconds(5);
    private static final Duration PACE = Duration.ofMillis(500);

    private final Setting setting;
    private final World world;
    private final Topics topics = new Topics(new ClusterName("sim"));
    private final String serversId = new Identity.Server(topics.cluster()).clientId();
    private final RandomFaults faults;
    private final MemoryBroker broker;
    private final SimulatedServer server;
    private final SimulatedServer rival;
    private final Map<AgentName, SimulatedNode> nodes = new LinkedHashMap<>();
    private final List<SimulatedNode> namesakes = new ArrayList<>();
    private final Invariants invariants;
    private final Operator operator;
    private final Recorder recorder = new Recorder();
    private final Chronicle chronicle = new Chronicle();
    private final List<String> refusals = new ArrayList<>();
    private Sight last = Sight.NONE;

    /** All that a look depends on. */
    private record Sight(
            Optional<ServerState> core, Set<InstanceName> alive, State wished, boolean isBusy) {
        static final Sight NONE = new Sight(Optional.empty(), Set.of(), State.EMPTY, false);

        /** Compares what the server knows by identity: comparing all of it would cost too much. */
        @SuppressWarnings("ReferenceEquality")
        boolean isSame(Sight other) {
            return core.orElse(null) == other.core.orElse(null)
                    && isBusy == other.isBusy
                    && wished == other.wished
                    && alive.equals(other.alive);
        }
    }

    /** Builds a cluster in which nothing was started yet. */
    Rehearsal(Setting setting) {
        this.setting = setting;
        world = new World(setting.seed());
        faults = new RandomFaults(world.split(), setting.scenario().network().rates());
        broker =
                new MemoryBroker(
                        world.serial("broker", 100_000),
                        world.split(),
                        faults,
                        BrokerRules.DEFAULT);
        server = server(SimulatedServer.HOST, this::restartServer);
        rival = server(SimulatedServer.RIVAL, this::endRival);
        var conducts = new Conducts(world, setting.scenario().conducts());
        for (var agent : setting.agents()) {
            nodes.put(agent, node(agent, conducts));
        }
        invariants = Invariants.withoutGhosts(topics, nodes(), namesakes);
        operator = new Operator(world, broker, topics);
        broker.spy((_, publication) -> invariants.published(publication));
    }

    private SimulatedServer server(String host, Runnable displaced) {
        return new SimulatedServer(
                world,
                broker,
                topics,
                host,
                new SimulatedServer.Watch() {
                    @Override
                    public void opened(Optional<CompleteState> state) {
                        // what it has is compared with what was acknowledged, in the end
                    }

                    @Override
                    public void serving() {
                        // whoever asks it, waits for it
                    }

                    @Override
                    public void displaced(String why) {
                        world.in(Duration.ZERO, displaced);
                    }
                });
    }

    private SimulatedNode node(AgentName agent, Conducts conducts) {
        var node =
                new SimulatedNode(
                        world,
                        broker,
                        topics,
                        agent,
                        "n" + nodes.size(),
                        setting.runtimes(),
                        order -> {
                            invariants().starting(order);
                            return conducts.behaviour(nodeOf(agent.value()), order);
                        });
        node.machine().preparing(order -> conducts.preparation(node, order));
        return node;
    }

    private Invariants invariants() {
        return invariants;
    }

    /** As the service would that starts it. */
    private void restartServer() {
        server.crash();
        world.in(STARTS_AGAIN, server::start);
    }

    /**
     * Lets everything happen, and returns what became of it.
     *
     * @throws AssertionError if a promise was broken: a bug of Muster
     */
    Timeline play() {
        recorder.expect(setting.manifest().workloads());
        world.afterEach(this::look);
        saveRetained();
        recorder.look(world.elapsed(), Optional.empty(), Set.of(), false);
        server.start();
        nodes.values().forEach(SimulatedNode::start);
        var plot =
                new Plot(
                        this,
                        new Plot.Cast(world, faults, operator, recorder, chronicle),
                        setting.applied(),
                        refusals::add);
        plot.begin(setting.manifest());
        for (var step : setting.scenario().steps()) {
            world.in(step.what().at(), () -> plot.perform(step.what()));
        }
        pass();
        var end = world.elapsed();
        var asWished = recorder.asWished(end);
        return new Timeline(
                setting.seed(),
                setting.agents().stream().map(AgentName::value).toList(),
                end,
                recorder.lanes(end),
                chronicle.disturbances(asWished, end),
                asWished,
                amiss());
    }

    private void saveRetained() {
        broker.saveRetained();
        world.in(SAVES_EVERY, this::saveRetained);
    }

    private void pass() {
        var lasting = setting.scenario().lasting();
        if (lasting.isPresent()) {
            world.run(lasting.get());
        } else {
            while (!isOver()) {
                world.run(PACE);
            }
        }
        look();
    }

    private boolean isOver() {
        var since = setting.scenario().end();
        var past = world.elapsed().minus(since);
        boolean hasSettled =
                past.compareTo(SETTLES) >= 0
                        && recorder.asWishedSince()
                                .filter(from -> world.elapsed().minus(from).compareTo(SETTLES) >= 0)
                                .isPresent();
        return hasSettled || past.compareTo(PATIENCE) >= 0;
    }

    private void look() {
        invariants.afterEvent();
        var alive = alive();
        var sight = new Sight(core(), alive, operator.wished(), operator.isBusy());
        if (sight.isSame(last)) {
            return;
        }
        last = sight;
        recorder.look(
                world.elapsed(),
                state(),
                alive.stream().map(InstanceName::workload).collect(Collectors.toSet()),
                amiss(alive).isEmpty());
    }

    /** What could be asked for: there must be a server, and a way to it. */
    private Optional<ServerState> core() {
        return broker.isConnected(serversId) ? server.core() : Optional.empty();
    }

    private Optional<CompleteState> state() {
        return core().map(ServerState::complete);
    }

    private List<String> amiss() {
        return amiss(alive());
    }

    private List<String> amiss(Set<InstanceName> alive) {
        var amiss = new ArrayList<>(refusals);
        if (operator.isBusy()) {
            amiss.add("an order was not acknowledged");
        }
        state().ifPresentOrElse(
                        state ->
                                amiss.addAll(
                                        new Difference(state, operator.wished(), alive).lines()),
                        () -> amiss.add("there is no server to ask"));
        return amiss;
    }

    private Set<InstanceName> alive() {
        return Stream.concat(nodes.values().stream(), namesakes.stream())
                .flatMap(node -> node.machine().residents().stream())
                .filter(Resident::alive)
                .map(Resident::instance)
                .collect(Collectors.toSet());
    }

    @Override
    public SimulatedServer server() {
        return server;
    }

    @Override
    public MemoryBroker broker() {
        return broker;
    }

    @Override
    public List<SimulatedNode> nodes() {
        return List.copyOf(nodes.values());
    }

    @Override
    public SimulatedNode node(String host) {
        return nodes.values().stream()
                .filter(each -> each.host().equals(host))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no node " + host));
    }

    /** Returns the node of an agent. */
    SimulatedNode nodeOf(String agent) {
        return Objects.requireNonNull(nodes.get(new AgentName(agent)), agent);
    }

    @Override
    public void in(Duration time, Runnable happening) {
        world.in(time, happening);
    }

    @Override
    public void jump(Duration shift) {
        world.jump(shift);
    }

    @Override
    public boolean startRival() {
        boolean areObeying = nodes.values().stream().allMatch(SimulatedNode::hasObeyed);
        if (!areObeying || rival.isUp() || hasNamesake()) {
            return false;
        }
        rival.start();
        return true;
    }

    @Override
    public void endRival() {
        rival.crash();
    }

    @Override
    public boolean startNamesake(SimulatedNode node, Duration lasting) {
        boolean isLater = node.hasObeyed() && invariants.hasHeld(node.id());
        if (!isLater || hasNamesake()) {
            return false;
        }
        var namesake =
                new SimulatedNode(
                        world,
                        broker,
                        topics,
                        node.name(),
                        "namesake%d-of-%s".formatted(namesakes.size(), node.host()),
                        setting.runtimes(),
                        _ -> Behaviour.LASTING);
        namesakes.add(namesake);
        namesake.start();
        in(lasting, namesake::powerCut);
        return true;
    }

    private boolean hasNamesake() {
        return namesakes.stream().anyMatch(SimulatedNode::isUp);
    }
}
