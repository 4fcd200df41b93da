package io.muster.simulators.plan;

import io.muster.api.name.AgentName;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.Dependency;
import io.muster.api.state.RestartPolicy;
import io.muster.testkit.bus.NetworkFault;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Something that somebody does to a cluster, or that befalls it. */
public sealed interface Happening {
    /** What a client or a reader of logs does. */
    sealed interface Order extends Happening {}

    /**
     * A workload is applied.
     *
     * @param version of its configuration: another one makes another instance
     * @param tag another one changes nothing that runs
     */
    record Apply(
            WorkloadName name,
            AgentName agent,
            int version,
            SortedMap<WorkloadName, Dependency> needs,
            RestartPolicy policy,
            int tag)
            implements Order {
        /** Copies the map. */
        public Apply {
            needs = Collections.unmodifiableSortedMap(new TreeMap<>(needs));
        }

        /** One that is restarted whenever it ends. */
        public Apply(
                WorkloadName name,
                AgentName agent,
                int version,
                SortedMap<WorkloadName, Dependency> needs) {
            this(name, agent, version, needs, RestartPolicy.ALWAYS, 0);
        }
    }

    /**
     * The same, without waiting for what is under way.
     *
     * @param order applies or deletes
     */
    record AtOnce(Order order) implements Order {}

    /**
     * Somebody waits until all is as it should be; fails if it is not within this time.
     *
     * @param within from now on
     */
    record Settle(Duration within) implements Happening {}

    /**
     * A workload is applied if the desired state is as it was some answers ago.
     *
     * @param age 0 for the last answer
     */
    record ApplyIfUnchanged(Apply apply, int age) implements Order {}

    /** A workload is deleted. */
    record Delete(WorkloadName name) implements Order {}

    /**
     * The desired state becomes what it was.
     *
     * @param choice of one of those that are kept
     */
    record RollBack(int choice) implements Order {}

    /** Somebody asks what would happen if a workload that nobody wishes were applied. */
    record DryRun(int ghost, Apply apply) implements Order {}

    /**
     * An agent is drained.
     *
     * @param lasting until that is taken back
     */
    record Drain(AgentName agent, Duration lasting) implements Order {}

    /** An agent is deleted, which is refused while it is connected. */
    record DeleteAgent(AgentName agent) implements Order {}

    /** Somebody has an agent get so many images. */
    record Preload(AgentName agent, int count) implements Order {}

    /** Somebody reads the logs of so many instances. */
    record ReadLogs(int count) implements Order {}

    /**
     * Nobody reads logs any more.
     *
     * @param dies whether the reader ends without a word
     */
    record StopReading(boolean dies) implements Order {}

    /**
     * Something goes wrong.
     *
     * @param target a node ({@code n0} ...), {@code server} or {@code observer}; empty if the
     *     mishap needs none
     * @param lasting until it is over, such as until the crashed is started again; zero for what is
     *     over at once
     * @param choice among what the target has, such as of one of its instances
     */
    record Befall(Mishap mishap, String target, Duration lasting, int choice)
            implements Happening {}

    /**
     * The network treats messages worse for a while.
     *
     * @param rate how often, from 0 to 1
     */
    record Disturb(NetworkFault fault, double rate, Duration lasting) implements Happening {}
}
