package io.muster.api.shell;

/** Says when processes end, without being their parent and without polling. */
public interface ExitWatch extends AutoCloseable {
    /**
     * Calls {@code ended} once when the process has ended; at once if it has already, or is another
     * one by now. The call may come on any thread and must not block.
     */
    Watch watch(ProcessRef process, Runnable ended);

    @Override
    void close();

    /** An interest in one process. */
    interface Watch {
        /** Ends the interest; a call that is under way may still come. */
        void cancel();
    }
}
