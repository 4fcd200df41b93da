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
     * Sends a signal to a process group, or to the one process if it has not made its group yet.
     *
     * @param leader the process that leads the group, also when it has ended
     * @return whether anybody was there to get it
     * @throws IOException if it is not permitted
     */
    public static boolean sendToGroup(long leader, int signal) throws IOException {
        if (leader <= 1) { // kill(2) reads 0 and -1 as "everybody"
            throw new IllegalArgumentException("process " + leader + " leads no group of ours");
        }
        return send((int) -leader, signal) || send((int) leader, signal);
    }

    private static boolean send(int target, int signal) throws IOException {
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
