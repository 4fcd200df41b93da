package io.muster.agent.reconcile;

import io.muster.api.shell.ProcessRef;
import java.time.Duration;

/** What the reconciler of one workload orders. */
public sealed interface WorkloadEffect {
    /** Ask a runtime; bring the answer with this number. */
    record Perform(long token, Task task) implements WorkloadEffect {}

    /** Make the task with this number give up, if that is possible; it is answered all the same. */
    record Interrupt(long token) implements WorkloadEffect {}

    /**
     * Say when the time has passed. Replaces the timer that this workload has, if any.
     *
     * @param jittered take any time up to {@code after}, each as likely
     */
    record Wake(long token, Duration after, boolean jittered) implements WorkloadEffect {}

    /** Say when the main process of this instance has ended. */
    record Watch(Instance instance, ProcessRef process) implements WorkloadEffect {}

    /** That process is of no interest any more. */
    record Unwatch(Instance instance, ProcessRef process) implements WorkloadEffect {}
}
