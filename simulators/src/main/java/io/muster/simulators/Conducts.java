package io.muster.simulators;

import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.runtime.Order;
import io.muster.api.state.ImagePullPolicy;
import io.muster.simulators.scenario.Conduct;
import io.muster.simulators.scenario.Scenario.Written;
import io.muster.testkit.runtime.Behaviour;
import io.muster.testkit.runtime.FakeMachine.Preparation;
import io.muster.testkit.world.World;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/** Lets workloads behave on nodes as a scenario says, and remembers which images are where. */
final class Conducts {
    private final World world;
    private final SortedMap<WorkloadName, Written<Conduct>> conducts;
    private final Map<WorkloadName, Integer> pulls = new HashMap<>();
    private final Map<WorkloadName, Integer> starts = new HashMap<>();
    private final Set<Pulled> pulled = new HashSet<>();
    private final Set<Pulled> prepared = new HashSet<>();

    private record Pulled(String host, InstanceName instance) {}

    Conducts(World world, SortedMap<WorkloadName, Written<Conduct>> conducts) {
        this.world = world;
        this.conducts = conducts;
    }

    /** Says how an instance that is about to be created behaves; its image may not be there. */
    Behaviour behaviour(SimulatedNode node, Order order) {
        var name = order.instance().workload();
        var conduct = of(name);
        var pulling = pull(node, order);
        var creating = Behaviour.LASTING.creatingTakes(pulling.takes().plus(conduct.start()));
        if (pulling.failure().isPresent()) {
            return creating.failing(pulling.failure().get().message(), true);
        }
        int start = starts.merge(name, 1, Integer::sum);
        if (start <= conduct.startFails()) {
            return creating.failing("start %d fails in this scenario".formatted(start), true);
        }
        var lasting = creating.stoppingTakes(conduct.stop());
        return conduct.runs()
                .map(time -> lasting.endingAfter(time, conduct.exitCode()))
                .orElse(lasting);
    }

    /**
     * Says how long it takes to have an image on a node, before what it replaces is stopped; the
     * next creation finds it.
     */
    Preparation preparation(SimulatedNode node, Order order) {
        var pulling = pull(node, order);
        if (pulling.failure().isEmpty()) {
            whenOver(node, pulling.takes(), () -> prepared.add(image(node, order)));
        }
        return pulling;
    }

    private Preparation pull(SimulatedNode node, Order order) {
        var name = order.instance().workload();
        var conduct = of(name);
        var image = image(node, order);
        boolean wasPrepared = prepared.remove(image);
        boolean always = order.workload().imagePullPolicy() == ImagePullPolicy.ALWAYS;
        if (wasPrepared || (!always && pulled.contains(image))) {
            return Preparation.NONE;
        }
        var pulling = Preparation.taking(conduct.pull());
        int pull = pulls.merge(name, 1, Integer::sum);
        if (pull <= conduct.pullFails()) {
            return pulling.failing("pull %d fails in this scenario".formatted(pull), true);
        }
        whenOver(node, conduct.pull(), () -> pulled.add(image));
        return pulling;
    }

    private static Pulled image(SimulatedNode node, Order order) {
        return new Pulled(node.host(), order.instance());
    }

    /** What an agent does when it dies is not done. */
    private void whenOver(SimulatedNode node, Duration takes, Runnable happening) {
        int life = node.lives();
        world.in(
                takes,
                () -> {
                    if (node.isUp() && node.lives() == life) {
                        happening.run();
                    }
                });
    }

    private Conduct of(WorkloadName name) {
        var written = conducts.get(name);
        return written == null ? Conduct.INSTANT : written.what();
    }
}
