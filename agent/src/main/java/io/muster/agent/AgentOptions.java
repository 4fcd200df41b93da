package io.muster.agent;

import io.muster.agent.reconcile.AgentTiming;
import io.muster.transport.LinkOptions;
import java.time.Duration;

/**
 * The measures of an agent.
 *
 * @param loadEvery how often the load is told
 * @param tasksAtOnce how many tasks all runtimes together are given at once; one that takes long
 *     does not count. Runtimes have tighter limits of their own for what costs them much
 */
public record AgentOptions(
        AgentTiming timing, LinkOptions link, Duration loadEvery, int tasksAtOnce) {
    /** For all who have no reason to differ. */
    public static final AgentOptions DEFAULTS =
            new AgentOptions(
                    AgentTiming.DEFAULTS, LinkOptions.DEFAULTS, Duration.ofSeconds(10), 16);

    /** The same with another pause between two looks at the runtimes. */
    public AgentOptions lookingEvery(Duration pause) {
        return new AgentOptions(timing.lookingEvery(pause), link, loadEvery, tasksAtOnce);
    }

    /** The same with another pause between two tellings of the load. */
    public AgentOptions tellingLoadEvery(Duration pause) {
        return new AgentOptions(timing, link, pause, tasksAtOnce);
    }
}
