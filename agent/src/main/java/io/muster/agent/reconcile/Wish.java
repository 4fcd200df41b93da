package io.muster.agent.reconcile;

import io.muster.api.link.AssignedWorkload;
import io.muster.api.name.InstanceName;
import io.muster.api.name.Lineage;
import io.muster.api.name.Revision;
import io.muster.api.runtime.Furnishing;
import io.muster.api.runtime.Mark;
import io.muster.api.runtime.Order;
import io.muster.api.state.ImagePullPolicy;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import java.util.Optional;

/** What is wished for one workload name. */
public sealed interface Wish {
    /** No desired state is known: what runs is left alone. */
    record Unknown() implements Wish {}

    /** The desired state does not have it. */
    record Nothing() implements Wish {}

    /**
     * It shall run.
     *
     * @param mark what an instance made for this wish carries
     * @param refusal why it cannot be started on this agent, with a remedy; empty if it can
     */
    record Run(AssignedWorkload assigned, Mark mark, Optional<String> refusal) implements Wish {
        /** Makes the mark. */
        static Run of(AssignedWorkload assigned, Lineage lineage, Optional<String> refusal) {
            return new Run(
                    assigned,
                    new Mark(Digest.of(assigned.workload()), lineage, assigned.changedAt()),
                    refusal);
        }

        Workload workload() {
            return assigned.workload();
        }

        InstanceName instance() {
            return assigned.instance();
        }

        Revision changedAt() {
            return assigned.changedAt();
        }

        String runtime() {
            return workload().runtime();
        }

        Order order() {
            return new Order(instance(), workload(), mark);
        }

        /** The order when its images have been got: they are not to be pulled once more. */
        Order preparedOrder() {
            var pulled =
                    workload().imagePullPolicy() == ImagePullPolicy.ALWAYS
                            ? workload().withImagePullPolicy(ImagePullPolicy.IF_NOT_PRESENT)
                            : workload();
            return new Order(instance(), pulled, mark, true);
        }

        /** Says whether what was got for an order serves this wish. */
        boolean isPreparedBy(Order order) {
            return mark.equals(order.mark())
                    && workload().imagePullPolicy() == order.workload().imagePullPolicy();
        }

        /**
         * Says whether an instance is as wished. Revisions of a foreign lineage mean nothing here,
         * so there the digest decides. A container of Ankaios has no mark, so there the name does,
         * and what it was given.
         */
        boolean isMetBy(Instance there) {
            if (!there.runtime().equals(runtime())) {
                return false;
            }
            return there.mark()
                    .map(found ->
                            found.digest().equals(mark.digest())
                                    && (!found.lineage().equals(mark.lineage())
                                            || found.changedAt().equals(mark.changedAt())))
                    .orElseGet(() -> there.name().equals(instance()) && isFurnishedAsWished(there));
        }

        private boolean isFurnishedAsWished(Instance there) {
            return there.furnishing()
                    .filter(each -> !each.equals(Furnishing.of(workload())))
                    .isEmpty();
        }

        boolean wantsRestartAfter(boolean success) {
            return switch (workload().restartPolicy()) {
                case NEVER -> false;
                case ON_FAILURE -> !success;
                case ALWAYS -> true;
            };
        }

        boolean neverRestarts() {
            return workload().restartPolicy() == RestartPolicy.NEVER;
        }
    }
}
