package io.muster.simulators;

import io.muster.agent.AgentOptions;
import io.muster.agent.AgentShell;
import io.muster.agent.Node;
import io.muster.agent.NodeIdFile;
import io.muster.agent.control.Doors;
import io.muster.agent.reconcile.RunningWorkload;
import io.muster.api.link.Load;
import io.muster.api.name.AgentName;
import io.muster.api.name.NodeId;
import io.muster.api.runtime.Order;
import io.muster.api.shell.Serial;
import io.muster.api.state.AgentAttributes;
import io.muster.api.state.WorkloadUsage;
import io.muster.api.topic.Topics;
import io.muster.testkit.bus.MemoryBroker;
import io.muster.testkit.disk.MemoryDisk;
import io.muster.testkit.runtime.Behaviour;
import io.muster.testkit.runtime.FakeMachine;
import io.muster.testkit.runtime.FakeRuntime;
import io.muster.testkit.world.World;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One node: a machine and a disk that outlive its agent, and the agent, which comes and goes. */
public final class SimulatedNode {
    static final String RUNTIME = "fake";

    /** The file in which an agent keeps what it is to do. */
    static final String WISH = "desired";

    private static final String LIFE = "life-";
    private static final Duration GOOD_BYE = Duration.ofSeconds(3);

    private final World world;
    private final MemoryBroker broker;
    private final Topics topics;
    private final AgentName name;
    private final String host;
    private final RandomGenerator random;
    private final FakeMachine machine;
    private final MemoryDisk disk = new MemoryDisk();
    private final Pace pace;
    private @Nullable Serial serial;
    private @Nullable AgentShell shell;
    private final List<String> names;
    private List<FakeRuntime> runtimes = List.of();
    private boolean startedBehind;
    private int lives;

    SimulatedNode(
            World world,
            MemoryBroker broker,
            Topics topics,
            AgentName name,
            String host,
            Function<Order, Behaviour> behaviours) {
        this(world, broker, topics, name, host, List.of(RUNTIME), behaviours);
    }

    /**
     * Makes one whose agent is not started.
     *
     * @param runtimes the names of those that the agent has
     * @param behaviours of what they start
     */
    SimulatedNode(
            World world,
            MemoryBroker broker,
            Topics topics,
            AgentName name,
            String host,
            List<String> runtimes,
            Function<Order, Behaviour> behaviours) {
        this.names = List.copyOf(runtimes);
        this.world = world;
        this.broker = broker;
        this.topics = topics;
        this.name = name;
        this.host = host;
        this.random = world.split();
        this.pace = new Pace(world.clock());
        this.machine = new FakeMachine(world.clock(), world::in, behaviours);
    }

    /** Makes each write of the agent take its time, or no more. */
    void slowDisk(boolean isSlow) {
        pace.slow(isSlow);
    }

    /** Returns the name of the node's agent. */
    public AgentName name() {
        return name;
    }

    /** Returns the host that faults of the network are aimed at. */
    public String host() {
        return host;
    }

    /** Returns what runs workloads here. */
    public FakeMachine machine() {
        return machine;
    }

    /** Returns what the agent keeps. */
    public MemoryDisk disk() {
        return disk;
    }

    /** Returns the host of an agent's process. */
    static String hostOf(String instance) {
        return instance.substring(LIFE.length(), instance.lastIndexOf('-'));
    }

    NodeId id() {
        return NodeIdFile.read(disk, random);
    }

    /** Says whether the agent has ever obeyed a wish. */
    boolean hasObeyed() {
        return disk.read(WISH).isPresent();
    }

    /** Says whether the agent's last life began with files that its disk had refused to renew. */
    boolean hasStartedBehind() {
        return startedBehind;
    }

    /** Returns how many logs the agent reads for others. */
    int openLogs() {
        return serial == null || shell == null ? 0 : shell.openLogs();
    }

    /** Says whether the agent runs. */
    public boolean isUp() {
        return serial != null;
    }

    /** Returns how often the agent was started. */
    int lives() {
        return lives;
    }

    /** Starts the agent, unless it runs. */
    public void start() {
        if (serial != null) {
            return;
        }
        var next = world.serial(host + "-" + lives, 1_000);
        serial = next;
        startedBehind = disk.isBehind();
        runtimes = names.stream().map(each -> machine.runtime(each, name)).toList();
        shell =
                new AgentShell(
                        name,
                        LIFE + host + "-" + lives++,
                        "sim",
                        new TreeMap<>(),
                        new Node(
                                id(),
                                List.copyOf(runtimes),
                                new SlowDisk(disk, pace),
                                machine.exitWatch(),
                                Doors.NONE,
                                this::load,
                                world.clock(),
                                random),
                        broker.connector(host()),
                        topics,
                        next,
                        AgentOptions.DEFAULTS);
        shell.start();
    }

    /** What workloads use is never twice the same, and must not be an event all the same. */
    private Load load(List<RunningWorkload> running) {
        long millis = world.elapsed().toMillis();
        return new Load(
                new AgentAttributes.Status(1, 1_000_000),
                running.stream()
                        .map(each ->
                                new WorkloadUsage(each.instance(), (int) (millis % 1_000), millis))
                        .toList());
    }

    /** Stops the agent, which says so; its workloads go on. */
    public void stop() {
        var current = serial;
        if (current != null && shell != null) {
            current.deliver(shell::close);
            world.in(GOOD_BYE, current::close);
            serial = null;
        }
    }

    /** Kills the agent; its workloads go on. */
    public void crash() {
        var current = serial;
        if (current != null) {
            current.close();
            serial = null;
            broker.kill(host());
            disk.powerCycle();
        }
    }

    /** Lets the runtime do what the agent had asked for when it died. */
    void finishTasks() {
        if (serial == null) {
            runtimes.forEach(FakeRuntime::finish);
        }
    }

    /** Cuts the power: the agent and all workloads end, what was written stays. */
    public void powerCut() {
        crash();
        runtimes = List.of();
        machine.reboot();
    }
}
