package io.muster.agent.runtime.podman;

import io.muster.api.runtime.RuntimeId;
import java.util.List;

/**
 * A container and how to reach it, which is what a {@link RuntimeId} of this runtime says: the id,
 * followed by the general options as a JSON list if there are any.
 */
record ContainerRef(String id, List<String> generalOptions) {
    ContainerRef {
        generalOptions = List.copyOf(generalOptions);
    }

    static ContainerRef of(RuntimeId id) {
        var text = id.value();
        int blank = text.indexOf(' ');
        return blank < 0
                ? new ContainerRef(text, List.of())
                : new ContainerRef(
                        text.substring(0, blank), PodmanJson.list(text.substring(blank + 1)));
    }

    RuntimeId runtimeId() {
        return new RuntimeId(
                generalOptions.isEmpty() ? id : id + " " + PodmanJson.list(generalOptions));
    }
}
