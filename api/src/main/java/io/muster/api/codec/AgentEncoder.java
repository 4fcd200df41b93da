package io.muster.api.codec;

import io.muster.api.proto.StateProto;
import io.muster.api.state.Drained;
import io.muster.api.tree.Node;

/** The agents of a complete state, from tree to message. */
final class AgentEncoder {
    private AgentEncoder() {}

    static StateProto.AgentMap encode(Node tree, String path) {
        var message = StateProto.AgentMap.newBuilder();
        TreeEncoder.each(
                tree,
                path,
                (name, agent) -> message.putAgents(name, agent(agent, path + "." + name)));
        return message.build();
    }

    private static StateProto.AgentAttributes agent(Node tree, String path) {
        var message = StateProto.AgentAttributes.newBuilder();
        TreeEncoder.each(
                tree,
                path,
                (key, node) -> {
                    var at = path + "." + key;
                    switch (key) {
                        case "status" -> message.setStatus(status(node, at));
                        case "tags" -> message.setTags(TreeEncoder.tags(node, at));
                        case Drained.KEY -> message.setDrained(TreeEncoder.flag(node, at));
                        case Drained.AWAY -> message.setAway(TreeEncoder.flag(node, at));
                        case "usage" -> message.setUsage(usages(node, at));
                        default -> throw TreeEncoder.unknown(at);
                    }
                });
        return message.build();
    }

    private static StateProto.AgentStatus status(Node tree, String path) {
        var message = StateProto.AgentStatus.newBuilder();
        TreeEncoder.each(
                tree,
                path,
                (key, node) -> {
                    var at = path + "." + key;
                    switch (key) {
                        case "cpuUsage" ->
                                message.setCpuUsage(
                                        StateProto.CpuUsage.newBuilder()
                                                .setCpuUsage(
                                                        Math.toIntExact(
                                                                TreeEncoder.whole(node, at))));
                        case "freeMemory" ->
                                message.setFreeMemory(
                                        StateProto.FreeMemory.newBuilder()
                                                .setFreeMemory(TreeEncoder.whole(node, at)));
                        default -> throw TreeEncoder.unknown(at);
                    }
                });
        return message.build();
    }

    private static StateProto.UsageMap usages(Node tree, String path) {
        var message = StateProto.UsageMap.newBuilder();
        TreeEncoder.each(
                tree,
                path,
                (workload, ids) -> {
                    var ofWorkload = StateProto.UsageOfWorkload.newBuilder();
                    var at = path + "." + workload;
                    TreeEncoder.each(
                            ids,
                            at,
                            (id, usage) -> ofWorkload.putIds(id, usage(usage, at + "." + id)));
                    message.putWorkloads(workload, ofWorkload.build());
                });
        return message.build();
    }

    private static StateProto.Usage usage(Node tree, String path) {
        var message = StateProto.Usage.newBuilder();
        TreeEncoder.each(
                tree,
                path,
                (key, node) -> {
                    var at = path + "." + key;
                    switch (key) {
                        case "cpuMillis" ->
                                message.setCpuMillis(Math.toIntExact(TreeEncoder.whole(node, at)));
                        case "memoryBytes" -> message.setMemoryBytes(TreeEncoder.whole(node, at));
                        default -> throw TreeEncoder.unknown(at);
                    }
                });
        return message.build();
    }
}
