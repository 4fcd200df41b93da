package io.muster.agent.runtime.nativeprocess;

/**
 * How often the output of an instance was cut since the agent's start, and the last of these cuts.
 * Who reads or cuts the output holds the monitor of this.
 */
final class OutputCuts {
    private long count;
    private OutputBound.Cut last = new OutputBound.Cut(0, 0);

    void add(OutputBound.Cut cut) {
        count++;
        last = cut;
    }

    long count() {
        return count;
    }

    /** Returns the last; meaningless if there was none. */
    OutputBound.Cut last() {
        return last;
    }
}
