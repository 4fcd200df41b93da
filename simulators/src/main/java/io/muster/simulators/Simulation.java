package io.muster.simulators;

import io.muster.simulators.plan.Plan;
import io.muster.simulators.plan.Step;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Runs plans. */
public final class Simulation {
    private Simulation() {}

    /**
     * How a run ended.
     *
     * @param failure what was wrong; empty if all promises were kept and all came round
     */
    public record Verdict(SimulatedCluster cluster, Optional<Throwable> failure) {
        /** Returns what was wrong in one line; empty if nothing was. */
        public String reason() {
            return failure.map(each -> each.toString().lines().findFirst().orElse("")).orElse("");
        }
    }

    /** Runs a plan, and then waits until everything comes round. */
    public static Verdict run(Plan plan) {
        return run(plan, (_, _) -> {});
    }

    /** The same, with somebody who looks before each step. */
    static Verdict run(Plan plan, BiConsumer<SimulatedCluster, Step> looks) {
        var cluster = new SimulatedCluster(plan.seed(), plan.agents(), plan.network().rates());
        try {
            cluster.play(plan.steps(), plan.lasting(), step -> looks.accept(cluster, step));
            cluster.converge();
            return new Verdict(cluster, Optional.empty());
        } catch (AssertionError | RuntimeException e) { // a promise is broken, or an invariant
            return new Verdict(cluster, Optional.of(e));
        }
    }
}
