package io.muster.simulators.fleet;

import io.muster.agent.AgentOptions;
import io.muster.agent.AgentShell;
import io.muster.agent.Node;
import io.muster.agent.NodeIdFile;
import io.muster.agent.control.Doors;
import io.muster.agent.reconcile.RunningWorkload;
import io.muster.api.bus.Bus;
import io.muster.api.bus.BusListener;
import io.muster.api.bus.Message;
import io.muster.api.bus.Session;
import io.muster.api.bus.session.SessionBus;
import io.muster.api.bus.session.Wire;
import io.muster.api.link.Load;
import io.muster.api.name.AgentName;
import io.muster.api.shell.Serial;
import io.muster.api.state.AgentAttributes;
import io.muster.testkit.disk.MemoryDisk;
import io.muster.testkit.runtime.Behaviour;
import io.muster.testkit.runtime.FakeMachine;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * One node: a machine and a disk in memory, which stay, and a real agent, which comes and goes. Any
 * thread.
 */
final class FleetAgent {
    static final String RUNTIME = "simulated";
    private static final Duration GOOD_BYE = Duration.ofSeconds(3);

    private final Ground ground;
    private final AgentName name;
    private final SplittableRandom random;
    private final BreakableWire wire;
    private final FakeMachine machine;
    private final MemoryDisk disk = new MemoryDisk();
    private Optional<Life> life = Optional.empty(); // guarded by this

    FleetAgent(Ground ground, AgentName name, Wire wire, SplittableRandom random) {
        this.ground = ground;
        this.name = name;
        this.random = random;
        this.wire = new BreakableWire(wire);
        this.machine =
                new FakeMachine(
                        ground.clock(),
                        (_, _) -> {
                            throw new IllegalStateException("these workloads last");
                        },
                        _ -> Behaviour.LASTING);
    }

    /** Starts the agent, unless it runs. */
    synchronized void start() {
        if (life.isEmpty()) {
            life = Optional.of(new Life());
        }
    }

    /** Breaks its connection, as a network does; the agent makes another. */
    void cut() {
        wire.cut();
    }

    /** Ends the agent without a good-bye, as a crash does; its workloads go on. */
    synchronized void kill() {
        life.ifPresent(each -> each.serial.close());
        life = Optional.empty();
        wire.cut();
        disk.powerCycle();
    }

    /** Stops the agent, which says so. */
    synchronized void stop() {
        life.ifPresent(Life::stop);
        life = Optional.empty();
    }

    /** Says whether the agent is at the broker. */
    synchronized boolean isConnected() {
        return life.isPresent() && life.get().connected;
    }

    /** Counts the workloads that run here. */
    int running() {
        return (int) machine.residents().stream().filter(FakeMachine.Resident::alive).count();
    }

    /** From one start of the agent to its end. */
    private final class Life {
        final Serial serial = ground.serials().apply(name.value());
        final AgentShell shell;
        volatile boolean connected;

        Life() {
            var chance = random.split(); // of this life's serial alone
            shell =
                    new AgentShell(
                            name,
                            HexFormat.of().toHexDigits(chance.nextLong()),
                            "fleet",
                            new TreeMap<>(),
                            new Node(
                                    NodeIdFile.read(disk, chance),
                                    List.of(machine.runtime(RUNTIME, name)),
                                    disk,
                                    machine.exitWatch(),
                                    Doors.NONE,
                                    FleetAgent.this::load,
                                    ground.clock(),
                                    chance),
                            (session, its, listener) -> connect(session, its, listener, chance),
                            ground.topics(),
                            serial,
                            AgentOptions.DEFAULTS);
            shell.start();
        }

        private Bus connect(
                Session session, Serial its, BusListener listener, SplittableRandom chance) {
            return SessionBus.start(
                    wire, session, its, new Ears(listener), ground.limits(), chance);
        }

        void stop() {
            serial.deliver(() -> {
                shell.close();
                serial.after(GOOD_BYE, serial::close);
            });
        }

        /** Notes whether there is a connection. */
        private final class Ears implements BusListener {
            private final BusListener inner;

            Ears(BusListener inner) {
                this.inner = inner;
            }

            @Override
            public void connected(String nonce) {
                connected = true;
                inner.connected(nonce);
            }

            @Override
            public Retry disconnected(Disconnection why) {
                connected = false;
                return inner.disconnected(why);
            }

            @Override
            public void received(Message message) {
                inner.received(message);
            }
        }
    }

    /** What nobody measures, and is never the same: as busy to tell as a real one. */
    private Load load(List<RunningWorkload> running) {
        long nanos = ground.clock().nanoTime();
        return new Load(
                new AgentAttributes.Status(
                        Math.floorMod(nanos, 100), Math.floorMod(nanos, 1L << 32)),
                List.of());
    }
}
