package io.muster.agent.reconcile;

import io.muster.api.name.InstanceName;
import io.muster.api.name.Revision;
import io.muster.api.runtime.Found;
import io.muster.api.runtime.Furnishing;
import io.muster.api.runtime.Mark;
import io.muster.api.runtime.RuntimeId;
import java.util.Optional;

/**
 * One container or process that a runtime has.
 *
 * @param runtime the name of the runtime
 * @param mark what it was made from, or what it was accepted as; empty for one that another system
 *     made
 * @param furnishing what one was given that another system made, if that is known
 */
public record Instance(
        String runtime,
        RuntimeId id,
        InstanceName name,
        Optional<Mark> mark,
        Optional<Furnishing> furnishing) {
    /** One that was made here, or of which no more is known. */
    public Instance(String runtime, RuntimeId id, InstanceName name, Optional<Mark> mark) {
        this(runtime, id, name, mark, Optional.empty());
    }

    static Instance of(String runtime, Found found) {
        return new Instance(
                runtime, found.id(), found.instance(), found.mark(), found.furnishing());
    }

    boolean is(Instance other) {
        return runtime.equals(other.runtime) && id.equals(other.id);
    }

    Instance acceptedAs(Mark accepted) {
        return new Instance(runtime, id, name, Optional.of(accepted));
    }

    Revision changedAt() {
        return mark.map(Mark::changedAt).orElse(Revision.ZERO);
    }
}
