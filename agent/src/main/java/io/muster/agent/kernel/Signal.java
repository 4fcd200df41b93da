package io.muster.agent.kernel;

import java.io.IOException;

/** Sends signals. Any thread. */
public final class Signal {
    /** Ends a process at once; it cannot be caught. */
    public static final int KILL = 9;

    /** Asks a process to end. */
    public static final int TERM = 15;

    private Signal() {}

    /**
     * Sends a signal to a process group.
     *
     * @param leader the process that leads the group, also when it has ended
     * @return whether anybody was there to get it
     * @throws IOException if it is not permitted
     */
    public static boolean sendToGroup(long leader, int signal) throws IOException {
        return deliver((int) -checked(leader), signal);
    }

    /**
     * Sends a signal to one process.
     *
     * @return whether it was there
     * @throws IOException if it is not permitted
     */
    public static boolean send(long process, int signal) throws IOException {
        return deliver((int) checked(process), signal);
    }

    /** For kill(2), 0 and -1 mean everybody, and 1 is never ours. */
    private static long checked(long process) {
        if (process <= 1) {
            throw new IllegalArgumentException("process " + process + " is none of ours");
        }
        return process;
    }

    private static boolean deliver(int target, int signal) throws IOException {
        try {
            SystemCalls.kill(target, signal);
            return true;
        } catch (SystemCallException e) {
            if (e.errno() == Errno.ESRCH) {
                return false;
            }
            throw e;
        }
    }
}
