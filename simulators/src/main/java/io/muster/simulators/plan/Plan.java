package io.muster.simulators.plan;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * Everything that makes a run: the same plan gives the same run, to the byte.
 *
 * @param seed of what is left to chance: latencies, faults of single messages, how long workloads
 *     take to start
 * @param agents how many nodes there are
 * @param network how it treats messages
 * @param lasting until everything is healed, and has to come round
 * @param steps in the order of their times
 */
public record Plan(long seed, int agents, Network network, Duration lasting, List<Step> steps) {
    /** More would take long to simulate. */
    public static final int MOST_AGENTS = 100;

    /** Sorts the steps; those of one time stay in their order. */
    public Plan {
        if (agents < 1 || agents > MOST_AGENTS) {
            throw new IllegalArgumentException(agents + " agents");
        }
        steps = steps.stream().sorted(Comparator.comparing(Step::at)).toList();
    }

    /** The same with other steps. */
    public Plan withSteps(List<Step> others) {
        return new Plan(seed, agents, network, lasting, others);
    }

    /** The same with another network. */
    public Plan withNetwork(Network other) {
        return new Plan(seed, agents, other, lasting, steps);
    }

    /** The same with another end. */
    public Plan lasting(Duration time) {
        return new Plan(seed, agents, network, time, steps);
    }
}
