package io.muster.agent.runtime.container;

import io.muster.api.name.InstanceName;
import io.muster.api.runtime.RuntimeId;
import java.util.List;
import java.util.Optional;

/**
 * A container and how to reach it, which is what a {@link RuntimeId} of these runtimes says: the
 * id, the instance, and the general options as a JSON list if there are any.
 */
record ContainerRef(String id, InstanceName instance, List<String> generalOptions) {
    ContainerRef {
        generalOptions = List.copyOf(generalOptions);
    }

    static ContainerRef of(RuntimeId id) {
        var parts = id.value().split(" ", 3);
        var instance =
                parts.length < 2 ? Optional.<InstanceName>empty() : InstanceName.parse(parts[1]);
        return new ContainerRef(
                parts[0],
                instance.orElseThrow(
                        () -> new IllegalStateException("\"" + id + "\" is no id of a container")),
                parts.length < 3 ? List.of() : Json.list(parts[2]));
    }

    RuntimeId runtimeId() {
        return new RuntimeId(
                id
                        + " "
                        + instance
                        + (generalOptions.isEmpty() ? "" : " " + Json.list(generalOptions)));
    }
}
