package io.muster.server.core;

import io.muster.api.state.Workload;

/**
 * How big the message to an agent is at most. What is added is counted without looking at what is
 * there already; only when that exceeds what fits, the message is made to see how big it is.
 *
 * @param bytes the bound
 * @param measured whether the message was made at some time, and was then smaller than what its
 *     workloads are counted for; so nothing is known of what it loses with one of them
 */
record Burden(long bytes, boolean measured) {
    static final Burden NONE = new Burden(0, false);

    /** Room for what a workload takes besides its texts, and a message besides workloads. */
    private static final int ENVELOPE_BYTES = 512;

    /** The message may pack worse with what is new than it did before. */
    private static final int SLACK = 4096;

    /** The same for a workload more. */
    Burden plus(Placed placed) {
        return new Burden(bytes + weight(placed.assigned().workload()), measured);
    }

    /** The same for a workload less. */
    Burden minus(Placed placed) {
        return measured ? this : new Burden(bytes - weight(placed.assigned().workload()), false);
    }

    static Burden measured(int bytes) {
        return new Burden((long) bytes + SLACK, true);
    }

    /** Says whether the message has at most so many bytes, for sure. */
    boolean fits(int most) {
        return bytes + ENVELOPE_BYTES <= most;
    }

    /** Three bytes for each character. */
    private static long weight(Workload workload) {
        return ENVELOPE_BYTES + 3 * Sizes.of(workload);
    }
}
