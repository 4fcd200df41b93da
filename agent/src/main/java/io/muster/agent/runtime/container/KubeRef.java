package io.muster.agent.runtime.container;

import io.muster.api.name.InstanceName;
import io.muster.api.runtime.RuntimeId;
import java.util.ArrayList;
import java.util.List;

/**
 * The pods of an instance and how to reach them, which is what a {@link RuntimeId} of podman-kube
 * says: the instance, what podman does about containers that have ended, and as JSON lists the ids
 * of the pods and the general options.
 *
 * @param pods sorted; none if it was not noted which they are
 */
record KubeRef(
        InstanceName instance,
        KubeManifest.Restarts restarts,
        List<String> pods,
        List<String> generalOptions) {
    KubeRef {
        pods = pods.stream().sorted().toList();
        generalOptions = List.copyOf(generalOptions);
    }

    static KubeRef of(RuntimeId id) {
        var parts = id.value().split(" ", 4);
        var instance = InstanceName.parse(parts[0]);
        if (parts.length < 4 || instance.isEmpty()) {
            throw new IllegalStateException("\"" + id + "\" is no id of pods");
        }
        return new KubeRef(
                instance.get(),
                KubeManifest.Restarts.valueOf(parts[1]),
                Json.list(parts[2]),
                Json.list(parts[3]));
    }

    RuntimeId runtimeId() {
        return new RuntimeId(
                String.join(
                        " ",
                        instance.toString(),
                        restarts.name(),
                        Json.list(pods),
                        Json.list(generalOptions)));
    }

    /** Says whether these are its pods. */
    boolean hasPods(List<String> ids) {
        return ids.stream().sorted().toList().equals(pods);
    }

    /** Returns the words that end a command about these pods. */
    List<String> after(String... words) {
        var all = new ArrayList<String>(List.of(words));
        all.addAll(pods);
        return all;
    }
}
