package io.muster.agent;

import io.muster.agent.reconcile.AgentTiming;
import io.muster.transport.LinkOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The measures of an agent.
 *
 * @param loadEvery how often the load is measured and told; zero is never
 * @param tasksAtOnce how many tasks all runtimes together are given at once; one that takes long
 *     does not count. Runtimes may have tighter limits of their own for what costs them much
 * @param askAgain how long an agent that was refused its name leaves it to the other, at least,
 *     unless it hears that the other one has left. Each time it asks, the broker ends the other's
 *     session, which is back after some 15 s: so this is long
 * @param stopWorkloads how long an agent that is asked to stop takes to stop its workloads first;
 *     empty if they go on without it
 */
public record AgentOptions(
        AgentTiming timing,
        LinkOptions link,
        Duration loadEvery,
        int tasksAtOnce,
        Duration askAgain,
        Optional<Duration> stopWorkloads) {
    /** For all who have no reason to differ. */
    public static final AgentOptions DEFAULTS =
            new AgentOptions(
                    AgentTiming.DEFAULTS,
                    LinkOptions.DEFAULTS,
                    Duration.ofSeconds(10),
                    16,
                    Duration.ofMinutes(10),
                    Optional.empty());

    /** The same with another pause between two looks at the runtimes. */
    public AgentOptions lookingEvery(Duration pause) {
        return new AgentOptions(
                timing.lookingEvery(pause), link, loadEvery, tasksAtOnce, askAgain, stopWorkloads);
    }

    /** The same with another number of tasks at once. */
    public AgentOptions withTasksAtOnce(int number) {
        return new AgentOptions(timing, link, loadEvery, number, askAgain, stopWorkloads);
    }

    /** The same with another pause between two tellings of the load. */
    public AgentOptions tellingLoadEvery(Duration pause) {
        return new AgentOptions(timing, link, pause, tasksAtOnce, askAgain, stopWorkloads);
    }

    /** The same for an agent whose death is to be noticed within another time. */
    public AgentOptions noticedWithin(Duration time) {
        return new AgentOptions(
                timing, link.noticedWithin(time), loadEvery, tasksAtOnce, askAgain, stopWorkloads);
    }

    /** The same with workloads that are stopped with the agent, within this time. */
    public AgentOptions stoppingWorkloads(Duration within) {
        return new AgentOptions(
                timing, link, loadEvery, tasksAtOnce, askAgain, Optional.of(within));
    }

    /** Returns how long a refused agent waits this time: up to half as long again. */
    Duration askAgainAfter(RandomGenerator random) {
        return askAgain.plusMillis(random.nextLong(askAgain.toMillis() / 2 + 1));
    }
}
