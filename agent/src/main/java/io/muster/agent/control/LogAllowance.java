package io.muster.agent.control;

/**
 * How many logs all workloads of an agent may read at once. What is sent and not read yet waits
 * here, for each up to a window of chunks: so this bounds memory.
 */
final class LogAllowance {
    /** A workload that reads from so many agents in one request counts so often. */
    static final int MAX = 64;

    private int used;

    /** Says whether there is room for so many more; they are taken if there is. */
    boolean take(int more) {
        if (used + more > MAX) {
            return false;
        }
        used += more;
        return true;
    }

    /** So many are not read any more. */
    void giveBack(int fewer) {
        used -= fewer;
    }
}
