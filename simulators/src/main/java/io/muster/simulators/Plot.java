package io.muster.simulators;

import io.muster.api.state.State;
import io.muster.simulators.plan.Happening;
import io.muster.simulators.plan.Mishap;
import io.muster.simulators.scenario.Incident;
import io.muster.simulators.scenario.Incident.What;
import io.muster.simulators.scenario.ScenarioReader;
import io.muster.simulators.timeline.Timeline.Interval;
import io.muster.testkit.bus.RandomFaults;
import io.muster.testkit.runtime.FakeMachine.Resident;
import io.muster.testkit.world.World;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/** Does to a rehearsal what the steps of its scenario say, and writes down what really happened. */
final class Plot {
    private final Rehearsal stage;
    private final Cast cast;
    private final SortedMap<String, State> manifests;
    private final Consumer<String> refused;
    private final Misfortune misfortune;

    /** What was prepared, and waits for a moment that may never come. */
    private final Map<Mishap, ArrayDeque<Prepared>> prepared = new EnumMap<>(Mishap.class);

    private record Prepared(Chronicle.Entry entry, Duration lasting) {}

    /** Who takes part besides the stage. */
    record Cast(
            World world,
            RandomFaults faults,
            Operator operator,
            Recorder recorder,
            Chronicle chronicle) {}

    /**
     * Makes one.
     *
     * @param manifests that steps apply, by the names that are written there
     * @param refused hears of orders that were refused
     */
    Plot(Rehearsal stage, Cast cast, SortedMap<String, State> manifests, Consumer<String> refused) {
        this.stage = stage;
        this.cast = cast;
        this.manifests = manifests;
        this.refused = refused;
        this.misfortune = new Misfortune(stage, this::befell);
    }

    /** Applies the manifest with which everything begins. */
    void begin(State manifest) {
        apply("apply the manifest", manifest);
    }

    /** Lets a step happen now. */
    void perform(Incident incident) {
        switch (incident.what()) {
            case What.Order order -> perform(order);
            case What.Befall(var mishap, var target) -> befall(mishap, target, incident.lasting());
            case What.Fault fault -> perform(fault, incident.lasting());
        }
    }

    private void perform(What.Order order) {
        switch (order) {
            case What.Apply(var file) -> {
                var manifest = manifests.get(file);
                if (manifest == null) {
                    throw new IllegalStateException(file + " was not read");
                }
                cast.recorder.expect(manifest.workloads());
                apply("apply " + file, manifest);
            }
            case What.Delete(var names) -> {
                var title =
                        "delete "
                                + String.join(", ", names.stream().map(Object::toString).toList());
                cast.operator.delete(names, ends(title, order(title)));
            }
            case What.Drain(var agents, boolean drained) -> {
                var title = (drained ? "drain " : "undrain ") + String.join(", ", agents);
                cast.operator.drain(agents, drained, ends(title, order(title)));
            }
        }
    }

    private void apply(String title, State manifest) {
        cast.operator.apply(manifest, ends(title, order(title)));
    }

    private Chronicle.Entry order(String title) {
        return cast.chronicle.order(cast.world.elapsed(), title);
    }

    private Consumer<Optional<String>> ends(String title, Chronicle.Entry entry) {
        return refusal -> {
            entry.endsAt(cast.world.elapsed());
            refusal.ifPresent(why -> {
                entry.fails(why);
                refused.accept(title + ": " + why);
            });
        };
    }

    private void befall(Mishap mishap, String target, Duration lasting) {
        var host =
                target.isEmpty()
                        ? ""
                        : target.equals(Incident.SERVER)
                                ? SimulatedServer.HOST
                                : stage.nodeOf(target).host();
        var entry = fault(lasting, mishap.word(), target);
        boolean happened = misfortune.befalls(new Happening.Befall(mishap, host, lasting, 0));
        if (!happened) {
            entry.fails("its moment did not come");
            prepared.computeIfAbsent(mishap, _ -> new ArrayDeque<>())
                    .add(new Prepared(entry, lasting));
        }
    }

    private void befell(Mishap mishap) {
        var waiting = prepared.get(mishap);
        if (waiting != null && !waiting.isEmpty()) {
            var now = cast.world.elapsed();
            var first = waiting.remove();
            first.entry.happensAt(new Interval(now, now.plus(first.lasting)));
        }
    }

    private void perform(What.Fault fault, Duration lasting) {
        switch (fault) {
            case What.Befall _ -> throw new IllegalStateException("performed elsewhere: " + fault);
            case What.Partition(var agents) -> {
                fault(lasting, Mishap.PARTITION.word(), String.join(", ", agents));
                for (var agent : agents) {
                    var host = stage.nodeOf(agent).host();
                    stage.broker().freeze(host);
                    stage.in(lasting, () -> stage.broker().thaw(host));
                }
            }
            case What.Strike strike -> {
                var entry = fault(lasting, strike.mishap().word(), strike.workload().value());
                if (!strikes(strike, lasting)) {
                    entry.fails("there was nothing of it to befall");
                }
            }
            case What.Jump(var by) -> {
                fault(
                        lasting,
                        "%s by %s s".formatted(Mishap.CLOCK_JUMP.word(), by.toSeconds()),
                        "");
                stage.jump(by);
            }
            case What.Disturb(var network, double rate) -> {
                fault(lasting, ScenarioReader.word(network), "");
                cast.faults.worsen(network, rate);
                stage.in(lasting, () -> cast.faults.ease(network));
            }
        }
    }

    private boolean strikes(What.Strike strike, Duration lasting) {
        for (var node : stage.nodes()) {
            var machine = node.machine();
            for (var resident : machine.residents()) {
                if (isStruck(resident, strike)) {
                    switch (strike.mishap()) {
                        case EXIT -> machine.end(resident.id(), strike.code());
                        case VANISH -> machine.vanish(resident.id());
                        case PAUSE -> {
                            machine.pause(resident.id());
                            stage.in(lasting, () -> machine.resume(resident.id()));
                        }
                        default -> throw new IllegalStateException("no strike: " + strike);
                    }
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isStruck(Resident resident, What.Strike strike) {
        return resident.instance().workload().equals(strike.workload())
                && (resident.alive() || strike.mishap() == Mishap.VANISH);
    }

    private Chronicle.Entry fault(Duration lasting, String what, String target) {
        return cast.chronicle.fault(cast.world.elapsed(), lasting, what, target);
    }
}
