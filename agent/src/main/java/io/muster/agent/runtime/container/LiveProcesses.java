package io.muster.agent.runtime.container;

import io.muster.api.runtime.RuntimeFailure;
import io.muster.api.shell.ProcessRef;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The processes of containers, which end a moment before their program knows it. Any thread. */
record LiveProcesses(ProcessTable table) {
    /** How often is asked again about a process that has just ended. */
    static final int LOOKS = 5;

    /** How long is waited between them. */
    static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    Optional<ProcessRef> find(long pid) throws RuntimeFailure {
        try {
            return table.find(pid);
        } catch (IOException e) {
            throw new RuntimeFailure("cannot look at process %d: %s".formatted(pid, e), true, e);
        }
    }

    /** Waits between two looks. */
    static void pause(Duration time) throws RuntimeFailure {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeFailure("interrupted", true, e);
        }
    }
}
