package io.muster.api.state;

import io.muster.api.name.WorkloadName;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A workload as wished.
 *
 * @param agent templated text; once rendered an agent's name, or empty for "not scheduled"
 * @param runtime the name of the runtime, such as {@code podman}; agents know which they have
 * @param runtimeConfig templated text that the runtime reads; surrounding white space is trimmed,
 *     on every way in
 * @param tags free keys and values
 * @param configs alias to name of a config; only with configs is a workload rendered
 * @param imagePullPolicy means something to runtimes with images only
 * @param lostContact what becomes of it while its agent is out of contact with the server
 */
public record Workload(
        String agent,
        String runtime,
        String runtimeConfig,
        RestartPolicy restartPolicy,
        SortedMap<WorkloadName, Dependency> dependencies,
        SortedMap<String, String> tags,
        ControlInterfaceAccess controlInterfaceAccess,
        SortedMap<String, String> configs,
        List<WorkloadFile> files,
        ImagePullPolicy imagePullPolicy,
        LostContact lostContact) {
    /**
     * Copies the collections and trims the runtimeConfig, so that one text gives one instance id.
     */
    public Workload {
        runtimeConfig = runtimeConfig.strip();
        dependencies = Collections.unmodifiableSortedMap(new TreeMap<>(dependencies));
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
        configs = Collections.unmodifiableSortedMap(new TreeMap<>(configs));
        files = List.copyOf(files);
    }

    /** One with the usual policies for its image and for lost contact. */
    public Workload(
            String agent,
            String runtime,
            String runtimeConfig,
            RestartPolicy restartPolicy,
            SortedMap<WorkloadName, Dependency> dependencies,
            SortedMap<String, String> tags,
            ControlInterfaceAccess controlInterfaceAccess,
            SortedMap<String, String> configs,
            List<WorkloadFile> files) {
        this(
                agent,
                runtime,
                runtimeConfig,
                restartPolicy,
                dependencies,
                tags,
                controlInterfaceAccess,
                configs,
                files,
                ImagePullPolicy.IF_NOT_PRESENT,
                LostContact.KEEP);
    }

    /** A workload with nothing but what is mandatory. */
    public static Workload of(String agent, String runtime, String runtimeConfig) {
        return new Workload(
                agent,
                runtime,
                runtimeConfig,
                RestartPolicy.NEVER,
                new TreeMap<>(),
                new TreeMap<>(),
                ControlInterfaceAccess.NONE,
                new TreeMap<>(),
                List.of());
    }

    /** The same with another agent. */
    public Workload withAgent(String other) {
        return new Workload(
                other,
                runtime,
                runtimeConfig,
                restartPolicy,
                dependencies,
                tags,
                controlInterfaceAccess,
                configs,
                files,
                imagePullPolicy,
                lostContact);
    }

    /** The same with another restart policy. */
    public Workload withRestartPolicy(RestartPolicy other) {
        return new Workload(
                agent,
                runtime,
                runtimeConfig,
                other,
                dependencies,
                tags,
                controlInterfaceAccess,
                configs,
                files,
                imagePullPolicy,
                lostContact);
    }

    /** The same with other dependencies. */
    public Workload withDependencies(SortedMap<WorkloadName, Dependency> other) {
        return new Workload(
                agent,
                runtime,
                runtimeConfig,
                restartPolicy,
                other,
                tags,
                controlInterfaceAccess,
                configs,
                files,
                imagePullPolicy,
                lostContact);
    }

    /** The same with other tags. */
    public Workload withTags(SortedMap<String, String> other) {
        return new Workload(
                agent,
                runtime,
                runtimeConfig,
                restartPolicy,
                dependencies,
                other,
                controlInterfaceAccess,
                configs,
                files,
                imagePullPolicy,
                lostContact);
    }

    /** The same with other rules. */
    public Workload withAccess(ControlInterfaceAccess other) {
        return new Workload(
                agent,
                runtime,
                runtimeConfig,
                restartPolicy,
                dependencies,
                tags,
                other,
                configs,
                files,
                imagePullPolicy,
                lostContact);
    }

    /** The same with its templates filled in, which therefore names no configs any more. */
    public Workload rendered(
            String renderedAgent, String renderedConfig, List<WorkloadFile> renderedFiles) {
        return new Workload(
                renderedAgent,
                runtime,
                renderedConfig,
                restartPolicy,
                dependencies,
                tags,
                controlInterfaceAccess,
                new TreeMap<>(),
                renderedFiles,
                imagePullPolicy,
                lostContact);
    }

    /** The same with another policy for its image. */
    public Workload withImagePullPolicy(ImagePullPolicy other) {
        return new Workload(
                agent,
                runtime,
                runtimeConfig,
                restartPolicy,
                dependencies,
                tags,
                controlInterfaceAccess,
                configs,
                files,
                other,
                lostContact);
    }

    /** The same with another policy for lost contact. */
    public Workload withLostContact(LostContact other) {
        return new Workload(
                agent,
                runtime,
                runtimeConfig,
                restartPolicy,
                dependencies,
                tags,
                controlInterfaceAccess,
                configs,
                files,
                imagePullPolicy,
                other);
    }
}
