package io.muster.simulators;

import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.RuntimeFailure;
import io.muster.simulators.plan.Happening;
import io.muster.simulators.plan.Mishap;
import io.muster.testkit.bus.MemoryBroker;
import io.muster.testkit.runtime.FakeMachine.Resident;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Lets mishaps befall a stage; what lasts is ended when its time has come. */
final class Misfortune {
    private final Stage stage;
    private final Consumer<Mishap> befell;
    private final TreeSet<WorkloadName> vanished = new TreeSet<>();

    /**
     * Makes one.
     *
     * @param befell hears of mishaps that were prepared, when they happen
     */
    Misfortune(Stage stage, Consumer<Mishap> befell) {
        this.stage = stage;
        this.befell = befell;
    }

    /** Says whether an instance of this workload was ever removed behind the agent's back. */
    boolean hasVanished(WorkloadName name) {
        return vanished.contains(name);
    }

    /** Ends all that lasts, and all that was to come of what was ordered. */
    void heal() {
        stage.endRival();
        stage.server().store().interruptNoCommit();
        stage.server().store().full(false);
        stage.server().store().slow(false);
        for (var node : stage.nodes()) {
            node.disk().interruptNoWrite();
            node.disk().full(false);
            node.slowDisk(false);
            node.machine().failListing(Optional.empty());
            node.machine().hangListing(Duration.ZERO);
            node.machine().fail(Optional.empty());
            node.machine().hang(Duration.ZERO);
            stage.broker().thaw(node.host());
        }
        stage.broker().thaw(SimulatedServer.HOST);
        stage.broker().thaw(SimulatedObserver.HOST);
        stage.broker().start(true);
    }

    /** Returns whether it has happened now; what happens later is counted then. */
    boolean befalls(Happening.Befall befall) {
        return switch (befall.mishap()) {
            case SERVER_CRASH,
                    SERVER_CRASH_BEFORE_COMMIT,
                    SERVER_CRASH_AFTER_COMMIT,
                    STORE_FULL,
                    STORE_SLOW,
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
                    DISK_SLOW,
                    LISTING_FAILS,
                    LISTING_HANGS,
                    RUNTIME_HANGS,
                    RUNTIME_FAILS,
                    NAMESAKE ->
                    node(befall, stage.node(befall.target()));
            case CUT,
                    CUT_WITHOUT_WILL,
                    FREEZE,
                    PARTITION,
                    BROKER_RESTART,
                    BROKER_LOSS,
                    BROKER_OLD,
                    RETAINED_LOSS ->
                    network(befall, stage.broker());
            case EXIT, VANISH, PAUSE -> {
                var resident = resident(befall);
                resident.ifPresent(each -> instance(befall, each));
                yield resident.isPresent();
            }
        };
    }

    private void count(Mishap mishap) {
        befell.accept(mishap);
    }

    private boolean server(Happening.Befall befall) {
        var server = stage.server();
        var lasting = befall.lasting();
        switch (befall.mishap()) {
            case SERVER_CRASH -> {
                server.crash();
                stage.in(lasting, server::start);
            }
            case SERVER_CRASH_BEFORE_COMMIT, SERVER_CRASH_AFTER_COMMIT -> {
                boolean isWritten = befall.mishap() == Mishap.SERVER_CRASH_AFTER_COMMIT;
                server.store()
                        .interruptNextCommit(
                                isWritten,
                                () -> {
                                    count(befall.mishap());
                                    server.crash();
                                    stage.in(lasting, server::start);
                                });
                return false;
            }
            case STORE_FULL -> {
                server.store().full(true);
                stage.in(lasting, () -> server.store().full(false));
            }
            case STORE_SLOW -> {
                server.store().slow(true);
                stage.in(lasting, () -> server.store().slow(false));
            }
            case RIVAL -> {
                if (!stage.startRival()) {
                    return false;
                }
                stage.in(lasting, stage::endRival);
            }
            case CLOCK_JUMP -> stage.jump(Duration.ofHours(befall.choice() % 97 - 48L));
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
                stage.in(lasting, node::start);
            }
            case POWER_CUT -> {
                node.powerCut();
                stage.in(lasting, node::start);
            }
            case POWER_CUT_BEFORE_WRITE, POWER_CUT_AFTER_WRITE -> {
                boolean isWritten = befall.mishap() == Mishap.POWER_CUT_AFTER_WRITE;
                node.disk()
                        .interruptNextWrite(
                                isWritten,
                                () -> {
                                    count(befall.mishap());
                                    node.powerCut();
                                    stage.in(lasting, node::start);
                                });
                return false;
            }
            case DISK_FULL -> {
                node.disk().full(true);
                stage.in(lasting, () -> node.disk().full(false));
            }
            case DISK_READ_ONLY -> {
                node.disk().readOnly(true);
                stage.in(lasting, () -> node.disk().readOnly(false));
            }
            case DISK_SLOW -> {
                node.slowDisk(true);
                stage.in(lasting, () -> node.slowDisk(false));
            }
            case LISTING_FAILS -> {
                node.machine()
                        .failListing(
                                Optional.of(
                                        new RuntimeFailure("nobody can tell what is here", true)));
                stage.in(lasting, () -> node.machine().failListing(Optional.empty()));
            }
            case LISTING_HANGS -> node.machine().hangListing(lasting);
            case RUNTIME_HANGS -> node.machine().hang(lasting);
            case RUNTIME_FAILS -> {
                node.machine().fail(Optional.of(new RuntimeFailure("nothing works here", true)));
                stage.in(lasting, () -> node.machine().fail(Optional.empty()));
            }
            case NAMESAKE -> {
                return stage.startNamesake(node, lasting);
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
            case RETAINED_LOSS -> broker.loseRetained();
            case CUT_WITHOUT_WILL -> broker.cutWithoutWill(target);
            case FREEZE -> {
                broker.freeze(target);
                stage.in(lasting, () -> broker.thaw(target));
            }
            case PARTITION -> {
                var nodes = stage.nodes();
                for (int i = 0; i < nodes.size(); i++) {
                    var host = nodes.get(i).host();
                    if ((befall.choice() >> i % 6 & 1) == 1) {
                        broker.freeze(host);
                        stage.in(lasting, () -> broker.thaw(host));
                    }
                }
            }
            case BROKER_RESTART, BROKER_LOSS, BROKER_OLD -> {
                broker.stop();
                stage.in(
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
        var machine = stage.node(befall.target()).machine();
        switch (befall.mishap()) {
            case EXIT -> machine.end(resident.id(), befall.choice() % 2);
            case VANISH -> {
                vanished.add(resident.instance().workload());
                machine.vanish(resident.id());
            }
            case PAUSE -> {
                machine.pause(resident.id());
                stage.in(befall.lasting(), () -> machine.resume(resident.id()));
            }
            default -> throw new IllegalStateException(befall + " is not for an instance");
        }
    }

    /** Returns which instance a mishap befalls. */
    Optional<Resident> resident(Happening.Befall befall) {
        var residents = stage.node(befall.target()).machine().residents();
        return residents.isEmpty()
                ? Optional.empty()
                : Optional.of(residents.get(befall.choice() / 2 % residents.size()));
    }
}
