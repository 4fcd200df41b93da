package io.muster.agent.runtime.container;

import io.muster.api.name.AgentName;
import io.muster.api.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The containers that a program keeps, where one differs from another. Any thread. */
interface Containers {
    /** Lists all there are, also those of others. */
    List<Container> all(List<String> generalOptions) throws RuntimeFailure;

    /** Lists those of an agent. */
    List<Container> of(AgentName agent, List<String> generalOptions) throws RuntimeFailure;

    /** Looks at one. */
    Optional<Container> find(ContainerRef ref) throws RuntimeFailure;

    /**
     * Stops with the container's own signal and grace, kills then, and removes. Does nothing if
     * there is none.
     *
     * @param within all of that, the grace included
     */
    void remove(ContainerRef ref, Duration within) throws RuntimeFailure;

    /** Returns how many are best removed by one call of {@link #removeAll}. */
    default int removedTogether() {
        return 1;
    }

    /** Hears how it went with each of several containers. Any thread. */
    interface Outcomes {
        /**
         * One is done with.
         *
         * @param failure empty if it is gone
         */
        void of(ContainerRef ref, Optional<RuntimeFailure> failure);
    }

    /**
     * Removes several that have the same general options, each as {@link #remove} does. Each is
     * told once, before this returns, and as soon as it is gone.
     */
    default void removeAll(List<ContainerRef> refs, Duration within, Outcomes outcomes) {
        for (var ref : refs) {
            try {
                remove(ref, within);
                outcomes.of(ref, Optional.empty());
            } catch (RuntimeFailure e) {
                outcomes.of(ref, Optional.of(e));
            }
        }
    }

    /**
     * Removes what a program that was killed has left of a container of this name, if it is such
     * that the program does not list it any more, and yet makes no other of this name. A container
     * that it lists is never touched.
     *
     * @return whether there was something
     */
    default boolean removeRemnant(String name, List<String> generalOptions) throws RuntimeFailure {
        return false;
    }

    /** Says whether a container was not made because another has its name. */
    boolean saysNameIsTaken(RuntimeFailure failure);
}
