package io.muster.simulators;

/** Whether another server is at work beside the one that counts. */
final class Rivalry {
    private boolean on;
    private long changes;

    void begins() {
        if (!on) {
            on = true;
            changes++;
        }
    }

    void ends() {
        if (on) {
            on = false;
            changes++;
        }
    }

    boolean isOn() {
        return on;
    }

    /** Counts beginnings and ends. */
    long changes() {
        return changes;
    }
}
