package io.muster.api.runtime;

import io.muster.api.request.ImageOrder;
import io.muster.api.request.LogSelection;
import java.util.List;
import java.util.Optional;

/**
 * Starts and stops workloads of one kind for one agent. Its owner brings the agent's name and
 * everything else it needs.
 *
 * <p>All calls block, on any thread, at most one at a time per workload; each has a deadline. All
 * are safe to repeat: the agent repeats them after a crash.
 */
public interface WorkloadRuntime {
    /** Returns the name that workloads use, such as {@code podman}. */
    String name();

    /** Lists what this agent has here, running or not, also from before its start. */
    List<Found> list() throws RuntimeFailure;

    /**
     * Gets what creating an instance needs and may take long to get, such as its image, so that
     * what it replaces is stopped for a short time only. Changes nothing about what runs.
     *
     * <p>May be interrupted; what was got then need not be lost.
     *
     * @throws RuntimeFailure retryable, or final if the workload cannot be started as it is
     *     described
     */
    default void prepare(Order order) throws RuntimeFailure {}

    /**
     * Begins to get the images of a workload that may start later. Needs nothing but its
     * description, and changes nothing about what runs.
     *
     * @return tells in lines what is done; its end is reached when the images are there, it fails
     *     if they are not, and to close it ends what is under way
     * @throws RuntimeFailure if the workload cannot be started as it is described, or has no images
     *     that the runtime could get
     */
    default LogReader preload(ImageOrder order) throws RuntimeFailure {
        throw new RuntimeFailure(
                "the runtime %s has no images; leave its workloads out".formatted(name()), false);
    }

    /**
     * Creates and starts an instance. What an earlier try of the same instance left behind is
     * removed first.
     *
     * @throws RuntimeFailure retryable, or final if the workload cannot be started as it is
     *     described
     */
    Created create(Order order) throws RuntimeFailure;

    /**
     * Starts an instance that has ended once more, without creating it anew; its id stays.
     *
     * @param order what it was made from, of which something may have gone with a reboot
     */
    Observation restart(RuntimeId id, Order order) throws RuntimeFailure;

    /** Looks how an instance is. */
    Observation observe(RuntimeId id) throws RuntimeFailure;

    /**
     * Asks an instance to end, forces it when its grace has passed, and removes it. Returns when it
     * is gone, normally also when there is none.
     */
    void delete(RuntimeId id) throws RuntimeFailure;

    /**
     * Returns how many instances are best given to one call of {@link #deleteAll}, because that
     * costs less than to delete them one by one; 1 if it does not.
     */
    default int deletesTogether() {
        return 1;
    }

    /** Hears how it went with each of several instances. Any thread. */
    interface Outcomes {
        /**
         * One is done with.
         *
         * @param failure empty if it is gone
         */
        void of(RuntimeId id, Optional<RuntimeFailure> failure);
    }

    /**
     * Deletes several instances, each as {@link #delete} does, and waits until all are gone or have
     * failed. Each is told once, before this returns; one that is gone early does not wait for
     * those that end slowly.
     */
    default void deleteAll(List<RuntimeId> ids, Outcomes outcomes) {
        for (var id : ids) {
            try {
                delete(id);
                outcomes.of(id, Optional.empty());
            } catch (RuntimeFailure e) {
                outcomes.of(id, Optional.of(e));
            }
        }
    }

    /**
     * Opens what an instance has written. Its lines come in their order; none is cut or left out,
     * unless the runtime keeps no more, which it says in a line of its own.
     *
     * <p>With {@link LogSelection#follow} the end comes when the instance has ended, or after
     * {@link LogReader#finish}. The reader has to be closed.
     *
     * @throws RuntimeFailure if there is nothing to read, or not so, saying what to do instead
     */
    default LogReader logs(RuntimeId id, LogSelection selection) throws RuntimeFailure {
        throw new RuntimeFailure(
                "the runtime %s keeps no logs that could be shown".formatted(name()), false);
    }
}
