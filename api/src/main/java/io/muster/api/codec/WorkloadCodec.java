package io.muster.api.codec;

import io.muster.api.name.WorkloadName;
import io.muster.api.proto.StateProto;
import io.muster.api.state.AddCondition;
import io.muster.api.state.Dependency;
import io.muster.api.state.ImagePullPolicy;
import io.muster.api.state.LostContact;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Whole workloads: nothing mandatory may be missing. Empty collections are left out. */
final class WorkloadCodec {
    private WorkloadCodec() {}

    static StateProto.Workload encode(Workload workload) {
        var message =
                StateProto.Workload.newBuilder()
                        .setAgent(workload.agent())
                        .setRestartPolicy(encode(workload.restartPolicy()))
                        .setRuntime(workload.runtime())
                        .setRuntimeConfig(workload.runtimeConfig());
        if (!workload.dependencies().isEmpty()) {
            var dependencies = StateProto.Dependencies.newBuilder();
            workload.dependencies()
                    .forEach((name, dependency) -> {
                        dependencies.putDependencies(name.value(), encode(dependency.condition()));
                        if (dependency.onUpdate() != OnUpdate.WAIT) {
                            dependencies.putOnUpdate(name.value(), encode(dependency.onUpdate()));
                        }
                    });
            message.setDependencies(dependencies);
        }
        if (!workload.tags().isEmpty()) {
            message.setTags(StateProto.Tags.newBuilder().putAllTags(workload.tags()));
        }
        if (!workload.controlInterfaceAccess().isEmpty()) {
            message.setControlInterfaceAccess(
                    AccessCodec.encode(workload.controlInterfaceAccess()));
        }
        if (!workload.configs().isEmpty()) {
            message.setConfigs(
                    StateProto.ConfigMappings.newBuilder().putAllConfigs(workload.configs()));
        }
        if (!workload.files().isEmpty()) {
            var files = StateProto.Files.newBuilder();
            workload.files().forEach(file -> files.addFiles(encode(file)));
            message.setFiles(files);
        }
        if (workload.imagePullPolicy() != ImagePullPolicy.IF_NOT_PRESENT) {
            message.setImagePullPolicy(encode(workload.imagePullPolicy()));
        }
        if (workload.lostContact() instanceof LostContact.StopAfter(var time)) {
            message.setStopAfterLostContact(Math.toIntExact(time.toSeconds()));
        }
        return message.build();
    }

    private static StateProto.File encode(WorkloadFile file) {
        var message = StateProto.File.newBuilder().setMountPoint(file.mountPoint());
        return switch (file) {
            case WorkloadFile.TextFile text -> message.setData(text.data()).build();
            case WorkloadFile.BinaryFile binary ->
                    message.setBinaryData(binary.binaryData()).build();
        };
    }

    static StateProto.RestartPolicy encode(RestartPolicy policy) {
        return switch (policy) {
            case NEVER -> StateProto.RestartPolicy.NEVER;
            case ON_FAILURE -> StateProto.RestartPolicy.ON_FAILURE;
            case ALWAYS -> StateProto.RestartPolicy.ALWAYS;
        };
    }

    static StateProto.AddCondition encode(AddCondition condition) {
        return switch (condition) {
            case ADD_COND_RUNNING -> StateProto.AddCondition.ADD_COND_RUNNING;
            case ADD_COND_SUCCEEDED -> StateProto.AddCondition.ADD_COND_SUCCEEDED;
            case ADD_COND_FAILED -> StateProto.AddCondition.ADD_COND_FAILED;
        };
    }

    static Workload decode(StateProto.Workload message) throws MalformedMessage {
        require("agent", message.hasAgent());
        require("runtime", message.hasRuntime());
        require("runtimeConfig", message.hasRuntimeConfig());
        return new Workload(
                message.getAgent(),
                message.getRuntime(),
                message.getRuntimeConfig(),
                restartPolicy(message),
                dependencies(message.getDependencies()),
                new TreeMap<>(message.getTags().getTagsMap()),
                AccessCodec.decode(message.getControlInterfaceAccess()),
                new TreeMap<>(message.getConfigs().getConfigsMap()),
                files(message.getFiles()),
                imagePullPolicy(message),
                lostContact(message));
    }

    static RestartPolicy restartPolicy(StateProto.Workload message) throws MalformedMessage {
        return switch (message.getRestartPolicy()) {
            case NEVER -> RestartPolicy.NEVER;
            case ON_FAILURE -> RestartPolicy.ON_FAILURE;
            case ALWAYS -> RestartPolicy.ALWAYS;
            case UNRECOGNIZED ->
                    throw Decoding.unknown("restart policy", message.getRestartPolicyValue());
        };
    }

    static StateProto.ImagePullPolicy encode(ImagePullPolicy policy) {
        return switch (policy) {
            case IF_NOT_PRESENT -> StateProto.ImagePullPolicy.IMAGE_PULL_IF_NOT_PRESENT;
            case ALWAYS -> StateProto.ImagePullPolicy.IMAGE_PULL_ALWAYS;
            case NEVER -> StateProto.ImagePullPolicy.IMAGE_PULL_NEVER;
        };
    }

    static ImagePullPolicy imagePullPolicy(StateProto.Workload message) throws MalformedMessage {
        return decode(message.getImagePullPolicy(), message.getImagePullPolicyValue());
    }

    static ImagePullPolicy decode(StateProto.ImagePullPolicy policy, int number)
            throws MalformedMessage {
        return switch (policy) {
            case IMAGE_PULL_IF_NOT_PRESENT -> ImagePullPolicy.IF_NOT_PRESENT;
            case IMAGE_PULL_ALWAYS -> ImagePullPolicy.ALWAYS;
            case IMAGE_PULL_NEVER -> ImagePullPolicy.NEVER;
            case UNRECOGNIZED -> throw Decoding.unknown("image pull policy", number);
        };
    }

    private static SortedMap<WorkloadName, Dependency> dependencies(StateProto.Dependencies message)
            throws MalformedMessage {
        var dependencies = new TreeMap<WorkloadName, Dependency>();
        for (var entry : message.getDependenciesValueMap().entrySet()) {
            var name = entry.getKey();
            dependencies.put(
                    new WorkloadName(name),
                    new Dependency(
                            condition(entry.getValue()),
                            onUpdate(message.getOnUpdateValueOrDefault(name, 0))));
        }
        return dependencies;
    }

    static AddCondition condition(int number) throws MalformedMessage {
        return switch (StateProto.AddCondition.forNumber(number)) {
            case ADD_COND_RUNNING -> AddCondition.ADD_COND_RUNNING;
            case ADD_COND_SUCCEEDED -> AddCondition.ADD_COND_SUCCEEDED;
            case ADD_COND_FAILED -> AddCondition.ADD_COND_FAILED;
            case null, default -> throw Decoding.unknown("condition of a dependency", number);
        };
    }

    static LostContact lostContact(StateProto.Workload message) throws MalformedMessage {
        long seconds = Integer.toUnsignedLong(message.getStopAfterLostContact());
        if (seconds == 0) {
            return LostContact.KEEP;
        }
        var time = Duration.ofSeconds(seconds);
        if (!LostContact.isPossible(time)) {
            throw new MalformedMessage(
                    "stopAfterLostContact is %d s; at most %d s are possible"
                            .formatted(seconds, LostContact.MOST.toSeconds()));
        }
        return new LostContact.StopAfter(time);
    }

    static StateProto.OnUpdate encode(OnUpdate onUpdate) {
        return switch (onUpdate) {
            case WAIT -> StateProto.OnUpdate.ON_UPDATE_WAIT;
            case RESTART -> StateProto.OnUpdate.ON_UPDATE_RESTART;
            case IGNORE -> StateProto.OnUpdate.ON_UPDATE_IGNORE;
        };
    }

    static OnUpdate onUpdate(int number) throws MalformedMessage {
        return switch (StateProto.OnUpdate.forNumber(number)) {
            case ON_UPDATE_WAIT -> OnUpdate.WAIT;
            case ON_UPDATE_RESTART -> OnUpdate.RESTART;
            case ON_UPDATE_IGNORE -> OnUpdate.IGNORE;
            case null, default -> throw Decoding.unknown("onUpdate of a dependency", number);
        };
    }

    static List<WorkloadFile> files(StateProto.Files message) throws MalformedMessage {
        var files = new ArrayList<WorkloadFile>();
        for (var file : message.getFilesList()) {
            files.add(
                    switch (file.getFileContentCase()) {
                        case DATA ->
                                new WorkloadFile.TextFile(file.getMountPoint(), file.getData());
                        case BINARYDATA ->
                                new WorkloadFile.BinaryFile(
                                        file.getMountPoint(), file.getBinaryData());
                        case FILECONTENT_NOT_SET ->
                                throw new MalformedMessage(
                                        "file \"%s\" has neither data nor binaryData"
                                                .formatted(file.getMountPoint()));
                    });
        }
        return files;
    }

    private static void require(String field, boolean present) throws MalformedMessage {
        if (!present) {
            throw Decoding.missing(field);
        }
    }
}
