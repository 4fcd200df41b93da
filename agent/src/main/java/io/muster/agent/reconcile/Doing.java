package io.muster.agent.reconcile;

/**
 * What is under way for one workload. At most one thing at a time, so at most one timer; each has a
 * number, so that late answers and timers that outlived their reason are recognised.
 */
sealed interface Doing {
    /** Nothing. */
    record Idle() implements Doing {}

    /**
     * A runtime was asked; its answer brings us back.
     *
     * @param interrupted it was asked to give up
     * @param overdue its deadline has passed
     */
    record Working(long token, Task task, boolean interrupted, boolean overdue) implements Doing {}

    /** A pause before the next try; the next wish ends it at once. */
    record Resting(long token) implements Doing {}

    /** The pause is over: what it was for is due. */
    record Rested() implements Doing {}
}
