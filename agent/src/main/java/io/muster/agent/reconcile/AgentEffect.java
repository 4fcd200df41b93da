package io.muster.agent.reconcile;

import io.muster.api.link.AgentPresence;
import io.muster.api.link.DesiredState;
import io.muster.api.link.Report;
import io.muster.api.name.WorkloadName;
import java.time.Duration;
import java.util.Optional;

/** What an agent orders. */
public sealed interface AgentEffect {
    /** Something for one workload. */
    record OfWorkload(WorkloadName name, WorkloadEffect effect) implements AgentEffect {}

    /** Nothing is left of this workload: its timer, if any, is of no interest. */
    record Forget(WorkloadName name) implements AgentEffect {}

    /** Connect, and stay connected. Comes once. */
    record Connect() implements AgentEffect {}

    /** List what a runtime has. */
    record ListRuntime(String runtime) implements AgentEffect {}

    /** Look what a runtime has, as it is at {@code asked}. */
    record LookAt(String runtime, Moment asked) implements AgentEffect {}

    /**
     * Write to the disk, the copy first; answered once, with this number.
     *
     * @param copy empty if the one there is as good
     * @param fence empty if the copy says enough
     */
    record Save(long number, Optional<DesiredState> copy, Optional<Fence> fence)
            implements AgentEffect {}

    /** Write to the disk how long contact with the server was lost; answered once. */
    record KeepLost(Duration time) implements AgentEffect {}

    /** Announce the agent. */
    record Announce(AgentPresence presence) implements AgentEffect {}

    /** Send a report. */
    record SendReport(Report report) implements AgentEffect {}

    /**
     * Say when the time has passed.
     *
     * @param jittered take any time up to {@code after}, each as likely
     */
    record Wake(AgentTimer timer, Duration after, boolean jittered) implements AgentEffect {}
}
