package io.muster.api.runtime;

import io.muster.api.shell.ProcessRef;
import java.util.List;

/** How an instance is, as its runtime sees it. */
public sealed interface Observation {
    /**
     * It exists and does not run yet.
     *
     * @param info the runtime's word for it
     */
    record Starting(String info) implements Observation {}

    /**
     * It runs.
     *
     * @param processes watched by the agent, which looks again when one of them ends; one for a
     *     container or a process, whose end is its end, one per container for pods
     */
    record Running(List<ProcessRef> processes) implements Observation {
        /** Copies the list, and checks that there is one. */
        public Running {
            if (processes.isEmpty()) {
                throw new IllegalArgumentException("running without a process");
            }
            processes = List.copyOf(processes);
        }

        /** Something with one main process. */
        public Running(ProcessRef main) {
            this(List.of(main));
        }
    }

    /** It has ended. */
    record Exited(int code) implements Observation {}

    /**
     * It was cut short by its machine (reboot, power cut) and did not end by itself: it is started
     * again, the same one, whatever its restart policy says.
     *
     * @param info how that was seen
     */
    record Interrupted(String info) implements Observation {}

    /** It is ending. */
    record Stopping(String info) implements Observation {}

    /** It is in a state that has no meaning here, such as paused. */
    record Unclear(String info) implements Observation {}

    /**
     * It is not there.
     *
     * @param removesItself it was one that goes with its own end, so that it may have ended well
     */
    record Gone(boolean removesItself) implements Observation {
        /** One that somebody has removed, as far as is known. */
        public Gone() {
            this(false);
        }
    }
}
