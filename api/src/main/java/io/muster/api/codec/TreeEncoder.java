package io.muster.api.codec;

import io.muster.api.proto.StateProto;
import io.muster.api.state.AccessRule;
import io.muster.api.state.AddCondition;
import io.muster.api.state.Drained;
import io.muster.api.state.ImagePullPolicy;
import io.muster.api.state.LostContact;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.Phase;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.TimeSpan;
import io.muster.api.tree.Node;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Any part of a complete state, from tree to message.
 *
 * <p>Whoever makes the tree sees to it that it has the keys of a complete state; another one is a
 * mistake of the program and an {@link IllegalArgumentException} that names the path.
 */
final class TreeEncoder {
    private TreeEncoder() {}

    static StateProto.CompleteState encode(Node.Entries tree) {
        var message = StateProto.CompleteState.newBuilder();
        each(
                tree,
                "",
                (key, node) -> {
                    switch (key) {
                        case "desiredState" -> message.setDesiredState(state(node, key));
                        case "workloadStates" ->
                                message.setWorkloadStates(workloadStates(node, key));
                        case "agents" -> message.setAgents(AgentEncoder.encode(node, key));
                        case "effectiveState" -> message.setEffectiveState(state(node, key));
                        default -> throw unknown(key);
                    }
                });
        return message.build();
    }

    private static StateProto.State state(Node tree, String path) {
        var message = StateProto.State.newBuilder();
        each(
                tree,
                path,
                (key, node) -> {
                    var at = path + "." + key;
                    switch (key) {
                        case "apiVersion" -> message.setApiVersion(text(node, at));
                        case "workloads" -> {
                            var workloads = StateProto.WorkloadMap.newBuilder();
                            each(
                                    node,
                                    at,
                                    (name, workload) ->
                                            workloads.putWorkloads(
                                                    name, workload(workload, at + "." + name)));
                            message.setWorkloads(workloads);
                        }
                        case "configs" -> {
                            var configs = StateProto.ConfigMap.newBuilder();
                            each(
                                    node,
                                    at,
                                    (name, item) ->
                                            configs.putConfigs(
                                                    name, config(item, at + "." + name)));
                            message.setConfigs(configs);
                        }
                        default -> throw unknown(at);
                    }
                });
        return message.build();
    }

    private static StateProto.Workload workload(Node tree, String path) {
        var message = StateProto.Workload.newBuilder();
        each(
                tree,
                path,
                (key, node) -> {
                    var at = path + "." + key;
                    switch (key) {
                        case "agent" -> message.setAgent(text(node, at));
                        case "restartPolicy" ->
                                message.setRestartPolicy(
                                        WorkloadCodec.encode(
                                                word(RestartPolicy.values(), node, at)));
                        case "dependencies" -> message.setDependencies(dependencies(node, at));
                        case "tags" -> message.setTags(tags(node, at));
                        case "runtime" -> message.setRuntime(text(node, at));
                        case "runtimeConfig" -> message.setRuntimeConfig(text(node, at));
                        case "controlInterfaceAccess" ->
                                message.setControlInterfaceAccess(access(node, at));
                        case "configs" -> {
                            var configs = StateProto.ConfigMappings.newBuilder();
                            each(
                                    node,
                                    at,
                                    (alias, name) ->
                                            configs.putConfigs(
                                                    alias, text(name, at + "." + alias)));
                            message.setConfigs(configs);
                        }
                        case "files" -> {
                            var files = StateProto.Files.newBuilder();
                            items(node, at).forEach(file -> files.addFiles(file(file, at)));
                            message.setFiles(files);
                        }
                        case "imagePullPolicy" ->
                                message.setImagePullPolicy(
                                        WorkloadCodec.encode(
                                                word(ImagePullPolicy.values(), node, at)));
                        case "stopAfterLostContact" ->
                                message.setStopAfterLostContact(seconds(node, at));
                        default -> throw unknown(at);
                    }
                });
        return message.build();
    }

    private static int seconds(Node node, String path) {
        var text = text(node, path);
        return TimeSpan.read(text)
                .filter(LostContact::isPossible)
                .map(time -> Math.toIntExact(time.toSeconds()))
                .orElseThrow(() -> unknown(path + " " + text));
    }

    private static StateProto.Dependencies dependencies(Node tree, String path) {
        var message = StateProto.Dependencies.newBuilder();
        each(tree, path, (name, node) -> dependency(name, node, path + "." + name, message));
        return message.build();
    }

    /** A condition, or a map with it; parts of a state may have one of its keys alone. */
    private static void dependency(
            String name, Node node, String path, StateProto.Dependencies.Builder message) {
        if (node instanceof Node.Text) {
            message.putDependencies(name, condition(node, path));
            return;
        }
        each(
                node,
                path,
                (key, value) -> {
                    switch (key) {
                        case "condition" -> message.putDependencies(name, condition(value, path));
                        case "onUpdate" -> message.putOnUpdate(name, onUpdate(text(value, path)));
                        default -> throw unknown(path + "." + key);
                    }
                });
    }

    private static StateProto.AddCondition condition(Node node, String path) {
        return WorkloadCodec.encode(word(AddCondition.values(), node, path));
    }

    private static StateProto.OnUpdate onUpdate(String spelling) {
        return Stream.of(OnUpdate.values())
                .filter(each -> each.spelling().equals(spelling))
                .findFirst()
                .map(WorkloadCodec::encode)
                .orElseThrow(() -> unknown("onUpdate " + spelling));
    }

    static StateProto.Tags tags(Node tree, String path) {
        var message = StateProto.Tags.newBuilder();
        each(tree, path, (key, node) -> message.putTags(key, text(node, path + "." + key)));
        return message.build();
    }

    private static StateProto.File file(Node tree, String path) {
        var message = StateProto.File.newBuilder();
        each(
                tree,
                path,
                (key, node) -> {
                    switch (key) {
                        case "mountPoint" -> message.setMountPoint(text(node, path));
                        case "data" -> message.setData(text(node, path));
                        case "binaryData" -> message.setBinaryData(text(node, path));
                        default -> throw unknown(path + "." + key);
                    }
                });
        return message.build();
    }

    private static StateProto.ControlInterfaceAccess access(Node tree, String path) {
        var message = StateProto.ControlInterfaceAccess.newBuilder();
        each(
                tree,
                path,
                (key, node) -> {
                    var rules =
                            items(node, path).stream().map(rule -> rule(rule, path + "." + key));
                    switch (key) {
                        case "allowRules" -> rules.forEach(message::addAllowRules);
                        case "denyRules" -> rules.forEach(message::addDenyRules);
                        default -> throw unknown(path + "." + key);
                    }
                });
        return message.build();
    }

    private static StateProto.AccessRightsRule rule(Node tree, String path) {
        var entries = entries(tree, path);
        var type = text(entries.get("type"), path + ".type");
        return AccessCodec.encode(
                switch (type) {
                    case "StateRule" ->
                            new AccessRule.StateRule(
                                    operation(text(entries.get("operation"), path)),
                                    texts(entries.get("filterMasks"), path));
                    case "LogRule" ->
                            new AccessRule.LogRule(texts(entries.get("workloadNames"), path));
                    default -> throw unknown(path + ".type " + type);
                });
    }

    private static AccessRule.Operation operation(String spelling) {
        return Stream.of(AccessRule.Operation.values())
                .filter(operation -> operation.spelling().equals(spelling))
                .findFirst()
                .orElseThrow(() -> unknown("operation " + spelling));
    }

    private static StateProto.ConfigItem config(Node tree, String path) {
        var message = StateProto.ConfigItem.newBuilder();
        switch (tree) {
            case Node.Text(var value) -> message.setString(value);
            case Node.Items(var items) -> {
                var array = StateProto.ConfigArray.newBuilder();
                items.forEach(item -> array.addValues(config(item, path)));
                message.setArray(array);
            }
            case Node.Entries _ -> {
                var object = StateProto.ConfigObject.newBuilder();
                each(
                        tree,
                        path,
                        (key, node) -> object.putFields(key, config(node, path + "." + key)));
                message.setObject(object);
            }
            case Node.Whole _ -> throw unexpected(tree, "text", path);
        }
        return message.build();
    }

    private static StateProto.WorkloadStatesMap workloadStates(Node tree, String path) {
        var message = StateProto.WorkloadStatesMap.newBuilder();
        each(
                tree,
                path,
                (agent, workloads) -> {
                    var ofAgent = StateProto.ExecutionsStatesOfWorkload.newBuilder();
                    each(
                            workloads,
                            path,
                            (workload, ids) -> {
                                var ofWorkload = StateProto.ExecutionsStatesForId.newBuilder();
                                each(
                                        ids,
                                        path,
                                        (id, state) ->
                                                ofWorkload.putIdStateMap(
                                                        id,
                                                        execution(
                                                                state,
                                                                String.join(
                                                                        ".", path, agent, workload,
                                                                        id))));
                                ofAgent.putWlNameStateMap(workload, ofWorkload.build());
                            });
                    message.putAgentStateMap(agent, ofAgent.build());
                });
        return message.build();
    }

    private static StateProto.ExecutionState execution(Node tree, String path) {
        var message = StateProto.ExecutionState.newBuilder();
        var entries = entries(tree, path);
        if (entries.containsKey("state") || entries.containsKey("subState")) {
            var state = text(entries.get("state"), path + ".state");
            var subState = text(entries.get("subState"), path + ".subState");
            ExecutionCodec.encode(
                    Phase.of(state, subState)
                            .orElseThrow(() -> unknown(path + ": " + state + ", " + subState)),
                    message);
        }
        entries.forEach((key, node) -> {
            switch (key) {
                case "state", "subState" -> {}
                case "additionalInfo" -> message.setAdditionalInfo(text(node, path));
                case "changedAt" -> message.setChangedAt(whole(node, path));
                default -> throw unknown(path + "." + key);
            }
        });
        return message.build();
    }

    static void each(Node tree, String path, BiConsumer<String, Node> consumer) {
        entries(tree, path).forEach(consumer);
    }

    private static Map<String, Node> entries(Node node, String path) {
        if (node instanceof Node.Entries(var entries)) {
            return entries;
        }
        throw unexpected(node, "a map", path);
    }

    private static List<Node> items(@Nullable Node node, String path) {
        if (node instanceof Node.Items(var items)) {
            return items;
        }
        throw unexpected(node, "a list", path);
    }

    private static List<String> texts(@Nullable Node node, String path) {
        return items(node, path).stream().map(item -> text(item, path)).toList();
    }

    private static String text(@Nullable Node node, String path) {
        if (node instanceof Node.Text(var value)) {
            return value;
        }
        throw unexpected(node, "text", path);
    }

    static boolean flag(Node node, String path) {
        return switch (text(node, path)) {
            case Drained.YES -> true;
            case "false" -> false;
            default ->
                    throw new IllegalArgumentException(
                            path + ": is neither \"true\" nor \"false\"");
        };
    }

    static long whole(Node node, String path) {
        if (node instanceof Node.Whole(var value)) {
            return value;
        }
        throw unexpected(node, "a whole number", path);
    }

    private static <E extends Enum<E>> E word(E[] words, Node node, String path) {
        var text = text(node, path);
        return Stream.of(words)
                .filter(word -> word.name().equals(text))
                .findFirst()
                .orElseThrow(() -> unknown(path + " " + text));
    }

    static IllegalArgumentException unknown(String what) {
        return new IllegalArgumentException(what + ": not in a complete state");
    }

    private static IllegalArgumentException unexpected(
            @Nullable Node node, String wanted, String path) {
        var found =
                switch (node) {
                    case null -> "nothing";
                    case Node.Entries _ -> "a map";
                    case Node.Items _ -> "a list";
                    case Node.Text _ -> "text";
                    case Node.Whole _ -> "a number";
                };
        return new IllegalArgumentException(path + ": is " + found + " instead of " + wanted);
    }
}
