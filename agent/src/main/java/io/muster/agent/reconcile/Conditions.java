package io.muster.agent.reconcile;

/** Whether what a workload depends on lets it start. */
public sealed interface Conditions {
    /** All hold, or there are none. */
    record Met() implements Conditions {}

    /**
     * Some do not hold.
     *
     * @param why which, for people
     */
    record Open(String why) implements Conditions {}

    /**
     * None is known not to hold, but of some nothing can be known: the server, which knows other
     * agents, is not there. A workload that exactly so had started before starts all the same.
     *
     * @param why which, for people
     */
    record Unknowable(String why) implements Conditions {}
}
