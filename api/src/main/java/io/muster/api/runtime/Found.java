package io.muster.api.runtime;

import io.muster.api.name.InstanceName;
import java.util.Optional;

/**
 * An instance that is there.
 *
 * @param mark empty for one that another system made (Ankaios); it is recognised by its instance
 *     name
 * @param furnishing of one without a mark, if it can be told
 */
public record Found(
        RuntimeId id,
        InstanceName instance,
        Optional<Mark> mark,
        Observation observation,
        Optional<Furnishing> furnishing) {
    /** One with a mark, or of which no more is known. */
    public Found(
            RuntimeId id, InstanceName instance, Optional<Mark> mark, Observation observation) {
        this(id, instance, mark, observation, Optional.empty());
    }

    /** Says whether it is as ordered, as far as can be told. */
    public boolean isAsOrdered(Order order) {
        return mark.map(each -> each.equals(order.mark()))
                .orElseGet(() ->
                        instance.equals(order.instance())
                                && furnishing
                                        .filter(each ->
                                                !each.equals(Furnishing.of(order.workload())))
                                        .isEmpty());
    }
}
