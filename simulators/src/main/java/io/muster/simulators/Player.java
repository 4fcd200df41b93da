package io.muster.simulators;

import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import io.muster.simulators.plan.Happening;
import io.muster.simulators.plan.Happening.Apply;
import io.muster.simulators.plan.Mishap;
import io.muster.simulators.plan.PlanText;
import io.muster.testkit.bus.MemoryBroker;
import io.muster.testkit.runtime.FakeMachine.Resident;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Does to a cluster what a plan says, and counts what really went wrong. */
final class Player {
    private final SimulatedCluster cluster;
    private final Map<Mishap, Long> mishaps = new EnumMap<>(Mishap.class);
    private final TreeSet<WorkloadName> vanished = new TreeSet<>();

    Player(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    /** Returns how often each mishap befell something. */
    Map<Mishap, Long> mishaps() {
        return Map.copyOf(mishaps);
    }

    /** Says whether an instance of this workload was ever removed behind the agent's back. */
    boolean hasVanished(WorkloadName name) {
        return vanished.contains(name);
    }

    /** Does one thing; what lasts is ended when its time has come. */
    void perform(Happening happening) {
        cluster.trace().step(PlanText.of(happening));
        switch (happening) {
            case Happening.Order order -> perform(order);
            case Happening.Befall befall -> {
                if (befalls(befall)) {
                    count(befall.mishap());
                }
            }
            case Happening.Disturb(var fault, double rate, var lasting) -> {
                cluster.faults().worsen(fault, rate);
                cluster.in(lasting, () -> cluster.faults().ease(fault));
            }
        }
    }

    private void perform(Happening.Order order) {
        var client = cluster.client();
        switch (order) {
            case Apply apply -> client.apply(apply.name(), workload(apply));
            case Happening.ApplyIfUnchanged(var apply, int age) ->
                    client.applyIfUnchanged(apply.name(), workload(apply), age);
            case Happening.Delete(var name) -> client.delete(name);
            case Happening.RollBack(int choice) -> client.rollBack(choice);
            case Happening.DryRun(int ghost, var apply) ->
                    client.dryRun(new WorkloadName(Invariants.GHOST + ghost), workload(apply));
            case Happening.ReadLogs(int count) ->
                    cluster.reader().read(cluster.wished().stream().limit(count).toList());
            case Happening.StopReading(boolean dies) -> {
                if (dies) {
                    cluster.reader().die();
                } else {
                    cluster.reader().leave();
                }
            }
        }
    }

    private static Workload workload(Apply apply) {
        return Workload.of(
                        apply.agent().value(), SimulatedNode.RUNTIME, "version " + apply.version())
                .withRestartPolicy(RestartPolicy.ALWAYS)
                .withDependencies(apply.needs());
    }

    /** Ends all that lasts, and all that was to come of what was ordered. */
    void heal() {
        cluster.endRival();
        cluster.server().store().interruptNoCommit();
        cluster.server().store().full(false);
        for (var node : cluster.nodes()) {
            node.disk().interruptNoWrite();
            node.disk().full(false);
            node.machine().fail(Optional.empty());
            node.machine().hang(Duration.ZERO);
            cluster.broker().thaw(node.host());
        }
        cluster.broker().thaw(SimulatedServer.HOST);
        cluster.broker().thaw(SimulatedObserver.HOST);
        cluster.broker().start(true);
    }

    private void count(Mishap mishap) {
        mishaps.merge(mishap, 1L, Long::sum);
    }

    /** Returns whether it has happened now; what happens later is counted then. */
    private boolean befalls(Happening.Befall befall) {
        return switch (befall.mishap()) {
            case SERVER_CRASH,
                    SERVER_CRASH_BEFORE_COMMIT,
                    SERVER_CRASH_AFTER_COMMIT,
                    STORE_FULL,
                    RIVAL,
                    CLOCK_JUMP ->
                    server(befall);
            case AGENT_CRASH,
                    AGENT_CRASH_RUNTIME_GOES_ON,
                    POWER_CUT,
                    POWER_CUT_BEFORE_WRITE,
                    POWER_CUT_AFTER_WRITE,
                    DISK_FULL,
                    DISK_READ_ONLY,
                    RUNTIME_HANGS,
                    RUNTIME_FAILS,
                    NAMESAKE ->
                    node(befall, cluster.node(befall.target()));
            case CUT,
                    CUT_WITHOUT_WILL,
                    FREEZE,
                    PARTITION,
                    BROKER_RESTART,
                    BROKER_LOSS,
                    BROKER_OLD ->
                    network(befall, cluster.broker());
            case EXIT, VANISH, PAUSE -> {
                var resident = resident(befall);
                resident.ifPresent(each -> instance(befall, each));
                yield resident.isPresent();
            }
        };
    }

    private boolean server(Happening.Befall befall) {
        var server = cluster.server();
        var lasting = befall.lasting();
        switch (befall.mishap()) {
            case SERVER_CRASH -> {
                server.crash();
                cluster.in(lasting, server::start);
            }
            case SERVER_CRASH_BEFORE_COMMIT, SERVER_CRASH_AFTER_COMMIT -> {
                boolean isWritten = befall.mishap() == Mishap.SERVER_CRASH_AFTER_COMMIT;
                server.store()
                        .interruptNextCommit(
                                isWritten,
                                () -> {
                                    count(befall.mishap());
                                    server.crash();
                                    cluster.in(lasting, server::start);
                                });
                return false;
            }
            case STORE_FULL -> {
                server.store().full(true);
                cluster.in(lasting, () -> server.store().full(false));
            }
            case RIVAL -> {
                if (!cluster.startRival()) {
                    return false;
                }
                cluster.in(lasting, cluster::endRival);
            }
            case CLOCK_JUMP -> cluster.jump(Duration.ofHours(befall.choice() % 97 - 48L));
            default -> throw new IllegalStateException(befall + " is not for the server");
        }
        return true;
    }

    private boolean node(Happening.Befall befall, SimulatedNode node) {
        var lasting = befall.lasting();
        switch (befall.mishap()) {
            case AGENT_CRASH, AGENT_CRASH_RUNTIME_GOES_ON -> {
                node.crash();
                if (befall.mishap() == Mishap.AGENT_CRASH_RUNTIME_GOES_ON) {
                    node.finishTasks();
                }
                cluster.in(lasting, node::start);
            }
            case POWER_CUT -> {
                node.powerCut();
                cluster.in(lasting, node::start);
            }
            case POWER_CUT_BEFORE_WRITE, POWER_CUT_AFTER_WRITE -> {
                boolean isWritten = befall.mishap() == Mishap.POWER_CUT_AFTER_WRITE;
                node.disk()
                        .interruptNextWrite(
                                isWritten,
                                () -> {
                                    count(befall.mishap());
                                    node.powerCut();
                                    cluster.in(lasting, node::start);
                                });
                return false;
            }
            case DISK_FULL -> {
                node.disk().full(true);
                cluster.in(lasting, () -> node.disk().full(false));
            }
            case DISK_READ_ONLY -> {
                node.disk().readOnly(true);
                cluster.in(lasting, () -> node.disk().readOnly(false));
            }
            case RUNTIME_HANGS -> node.machine().hang(lasting);
            case RUNTIME_FAILS -> {
                node.machine().fail(Optional.of(new RuntimeFailure("nothing works here", true)));
                cluster.in(lasting, () -> node.machine().fail(Optional.empty()));
            }
            case NAMESAKE -> {
                return namesake(befall);
            }
            default -> throw new IllegalStateException(befall + " is not for a node");
        }
        return true;
    }

    private boolean network(Happening.Befall befall, MemoryBroker broker) {
        var target = befall.target();
        var lasting = befall.lasting();
        switch (befall.mishap()) {
            case CUT -> broker.cut(target);
            case CUT_WITHOUT_WILL -> broker.cutWithoutWill(target);
            case FREEZE -> {
                broker.freeze(target);
                cluster.in(lasting, () -> broker.thaw(target));
            }
            case PARTITION -> {
                var nodes = cluster.nodes();
                for (int i = 0; i < nodes.size(); i++) {
                    var host = nodes.get(i).host();
                    if ((befall.choice() >> i % 6 & 1) == 1) {
                        broker.freeze(host);
                        cluster.in(lasting, () -> broker.thaw(host));
                    }
                }
            }
            case BROKER_RESTART, BROKER_LOSS, BROKER_OLD -> {
                broker.stop();
                cluster.in(
                        lasting,
                        () -> {
                            if (befall.mishap() == Mishap.BROKER_OLD) {
                                broker.startFromSaved();
                            } else {
                                broker.start(befall.mishap() == Mishap.BROKER_RESTART);
                            }
                        });
            }
            default -> throw new IllegalStateException(befall + " is not for the network");
        }
        return true;
    }

    private void instance(Happening.Befall befall, Resident resident) {
        var machine = cluster.node(befall.target()).machine();
        switch (befall.mishap()) {
            case EXIT -> machine.end(resident.id(), befall.choice() % 2);
            case VANISH -> {
                vanished.add(resident.instance().workload());
                machine.vanish(resident.id());
            }
            case PAUSE -> {
                machine.pause(resident.id());
                cluster.in(befall.lasting(), () -> machine.resume(resident.id()));
            }
            default -> throw new IllegalStateException(befall + " is not for an instance");
        }
    }

    private boolean namesake(Happening.Befall befall) {
        var node = cluster.node(befall.target());
        // before the server had met the node, the namesake would have come first
        boolean isLater = node.hasObeyed() && cluster.invariants().hasHeld(node.id());
        if (!isLater || cluster.hasNamesake()) {
            return false;
        }
        var namesake = cluster.namesake(node);
        cluster.in(befall.lasting(), namesake::powerCut);
        return true;
    }

    private Optional<Resident> resident(Happening.Befall befall) {
        var residents = cluster.node(befall.target()).machine().residents();
        return residents.isEmpty()
                ? Optional.empty()
                : Optional.of(residents.get(befall.choice() / 2 % residents.size()));
    }
}
