package io.muster.agent.runtime.container;

import io.muster.api.runtime.RuntimeFailure;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Several containers that are being removed. Each is told once; when a call here has returned, it
 * was told. Any thread.
 */
final class Removal {
    private final Set<ContainerRef> left;
    private final Containers.Outcomes outcomes;

    Removal(List<ContainerRef> containers, Containers.Outcomes outcomes) {
        this.left = new LinkedHashSet<>(containers);
        this.outcomes = outcomes;
    }

    /** Returns of which nothing was told yet. */
    synchronized List<ContainerRef> left() {
        return List.copyOf(left);
    }

    synchronized void gone(ContainerRef container) {
        tell(container, Optional.empty());
    }

    synchronized void failed(ContainerRef container, RuntimeFailure why) {
        tell(container, Optional.of(why));
    }

    synchronized void allGone() {
        left().forEach(this::gone);
    }

    private void tell(ContainerRef container, Optional<RuntimeFailure> failure) {
        if (left.remove(container)) {
            outcomes.of(container, failure);
        }
    }
}
