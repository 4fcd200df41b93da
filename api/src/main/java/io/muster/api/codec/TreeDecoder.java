package io.muster.api.codec;

import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.proto.StateProto;
import io.muster.api.state.Drained;
import io.muster.api.state.LostContact;
import io.muster.api.state.TimeSpan;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Any part of a complete state, from message to tree.
 *
 * <p>A field that is not there gives no key; a collection that is there gives one even when it is
 * empty. Keys of maps are sorted. Names below desiredState and effectiveState are not checked here,
 * so that whoever reads the tree can tell all that is wrong with it.
 */
final class TreeDecoder {
    private TreeDecoder() {}

    static Node.Entries decode(StateProto.CompleteState message) throws MalformedMessage {
        var entries = new LinkedHashMap<String, Node>();
        if (message.hasDesiredState()) {
            entries.put("desiredState", state(message.getDesiredState()));
        }
        if (message.hasWorkloadStates()) {
            entries.put("workloadStates", workloadStates(message.getWorkloadStates()));
        }
        if (message.hasAgents()) {
            entries.put("agents", agents(message.getAgents()));
        }
        if (message.hasEffectiveState()) {
            entries.put("effectiveState", state(message.getEffectiveState()));
        }
        return new Node.Entries(entries);
    }

    private static Node.Entries state(StateProto.State message) throws MalformedMessage {
        var entries = new LinkedHashMap<String, Node>();
        if (!message.getApiVersion().isEmpty()) {
            entries.put("apiVersion", new Node.Text(message.getApiVersion()));
        }
        if (message.hasWorkloads()) {
            entries.put(
                    "workloads",
                    map(message.getWorkloads().getWorkloadsMap(), TreeDecoder::workload));
        }
        if (message.hasConfigs()) {
            entries.put(
                    "configs",
                    map(
                            message.getConfigs().getConfigsMap(),
                            item -> StateTree.of(ConfigCodec.decode(item))));
        }
        return new Node.Entries(entries);
    }

    private static Node.Entries workload(StateProto.Workload message) throws MalformedMessage {
        var entries = new LinkedHashMap<String, Node>();
        if (message.hasAgent()) {
            entries.put("agent", new Node.Text(message.getAgent()));
        }
        if (message.hasRestartPolicy()) {
            entries.put(
                    "restartPolicy", new Node.Text(WorkloadCodec.restartPolicy(message).name()));
        }
        if (message.hasDependencies()) {
            entries.put("dependencies", dependencies(message.getDependencies()));
        }
        if (message.hasTags()) {
            entries.put("tags", map(message.getTags().getTagsMap(), Node.Text::new));
        }
        if (message.hasRuntime()) {
            entries.put("runtime", new Node.Text(message.getRuntime()));
        }
        if (message.hasRuntimeConfig()) {
            entries.put("runtimeConfig", new Node.Text(message.getRuntimeConfig()));
        }
        if (message.hasControlInterfaceAccess()) {
            entries.put("controlInterfaceAccess", access(message.getControlInterfaceAccess()));
        }
        if (message.hasConfigs()) {
            entries.put("configs", map(message.getConfigs().getConfigsMap(), Node.Text::new));
        }
        if (message.hasFiles()) {
            entries.put(
                    "files",
                    new Node.Items(
                            WorkloadCodec.files(message.getFiles()).stream()
                                    .<Node>map(StateTree::of)
                                    .toList()));
        }
        if (message.hasImagePullPolicy()) {
            entries.put(
                    "imagePullPolicy",
                    new Node.Text(WorkloadCodec.imagePullPolicy(message).name()));
        }
        if (WorkloadCodec.lostContact(message) instanceof LostContact.StopAfter(var time)) {
            entries.put("stopAfterLostContact", new Node.Text(TimeSpan.write(time)));
        }
        return new Node.Entries(entries);
    }

    /** A dependency is a text as long as it is nothing but a condition. */
    private static Node.Entries dependencies(StateProto.Dependencies message)
            throws MalformedMessage {
        var entries =
                new TreeMap<String, Node>(
                        map(
                                        message.getDependenciesValueMap(),
                                        number ->
                                                new Node.Text(
                                                        WorkloadCodec.condition(number).name()))
                                .entries());
        for (var each : message.getOnUpdateValueMap().entrySet()) {
            var fields = new LinkedHashMap<String, Node>();
            var condition = entries.get(each.getKey());
            if (condition != null) {
                fields.put("condition", condition);
            }
            fields.put(
                    "onUpdate", new Node.Text(WorkloadCodec.onUpdate(each.getValue()).spelling()));
            entries.put(each.getKey(), new Node.Entries(fields));
        }
        return new Node.Entries(entries);
    }

    private static Node.Entries access(StateProto.ControlInterfaceAccess message)
            throws MalformedMessage {
        var access = AccessCodec.decode(message);
        var entries = new LinkedHashMap<String, Node>();
        if (!access.allowRules().isEmpty()) {
            entries.put(
                    "allowRules",
                    items(access.allowRules().stream().<Node>map(StateTree::of).toList()));
        }
        if (!access.denyRules().isEmpty()) {
            entries.put(
                    "denyRules",
                    items(access.denyRules().stream().<Node>map(StateTree::of).toList()));
        }
        return new Node.Entries(entries);
    }

    private static Node.Items items(List<Node> nodes) {
        return new Node.Items(nodes);
    }

    private static Node.Entries workloadStates(StateProto.WorkloadStatesMap message)
            throws MalformedMessage {
        var tree = new TreeMap<String, Node>();
        for (var agent : message.getAgentStateMapMap().entrySet()) {
            var ofAgent = new TreeMap<String, Node>();
            for (var workload : agent.getValue().getWlNameStateMapMap().entrySet()) {
                var name = new WorkloadName(workload.getKey());
                var ofWorkload = new TreeMap<String, Node>();
                for (var state : workload.getValue().getIdStateMapMap().entrySet()) {
                    var instance = new InstanceName(name, state.getKey(), agent.getKey());
                    ofWorkload.put(instance.id(), execution(state.getValue()));
                }
                ofAgent.put(name.value(), new Node.Entries(ofWorkload));
            }
            tree.put(agent.getKey(), new Node.Entries(ofAgent));
        }
        return new Node.Entries(tree);
    }

    private static Node.Entries execution(StateProto.ExecutionState message)
            throws MalformedMessage {
        var entries = new LinkedHashMap<String, Node>();
        ExecutionCodec.phase(message)
                .ifPresent(phase -> {
                    entries.put("state", new Node.Text(phase.state()));
                    entries.put("subState", new Node.Text(phase.subState()));
                });
        if (message.hasAdditionalInfo()) {
            entries.put("additionalInfo", new Node.Text(message.getAdditionalInfo()));
        }
        if (message.getChangedAt() != 0) {
            entries.put(
                    "changedAt",
                    new Node.Whole(Decoding.natural("changedAt", message.getChangedAt())));
        }
        return new Node.Entries(entries);
    }

    private static Node.Entries agents(StateProto.AgentMap message) throws MalformedMessage {
        var tree = new TreeMap<String, Node>();
        for (var agent : message.getAgentsMap().entrySet()) {
            var name = new AgentName(agent.getKey());
            tree.put(name.value(), agent(name, agent.getValue()));
        }
        return new Node.Entries(tree);
    }

    private static Node.Entries agent(AgentName agent, StateProto.AgentAttributes message)
            throws MalformedMessage {
        var entries = new LinkedHashMap<String, Node>();
        if (message.hasStatus()) {
            var status = new LinkedHashMap<String, Node>();
            if (message.getStatus().hasCpuUsage()) {
                int percent = message.getStatus().getCpuUsage().getCpuUsage();
                status.put("cpuUsage", new Node.Whole(Decoding.natural("cpuUsage", percent)));
            }
            if (message.getStatus().hasFreeMemory()) {
                long bytes = message.getStatus().getFreeMemory().getFreeMemory();
                status.put("freeMemory", new Node.Whole(Decoding.natural("freeMemory", bytes)));
            }
            entries.put("status", new Node.Entries(status));
        }
        if (message.hasTags()) {
            entries.put("tags", map(message.getTags().getTagsMap(), Node.Text::new));
        }
        if (message.hasUsage()) {
            entries.put("usage", usage(message.getUsage(), agent));
        }
        if (message.hasDrained()) {
            entries.put(Drained.KEY, new Node.Text(String.valueOf(message.getDrained())));
        }
        if (message.getAway()) {
            entries.put(Drained.AWAY, new Node.Text(Drained.YES));
        }
        return new Node.Entries(entries);
    }

    private static Node.Entries usage(StateProto.UsageMap message, AgentName agent)
            throws MalformedMessage {
        var tree = new TreeMap<String, Node>();
        for (var workload : message.getWorkloadsMap().entrySet()) {
            var name = new WorkloadName(workload.getKey());
            var ofWorkload = new TreeMap<String, Node>();
            for (var each : workload.getValue().getIdsMap().entrySet()) {
                var instance = new InstanceName(name, each.getKey(), agent.value());
                ofWorkload.put(instance.id(), usage(each.getValue()));
            }
            tree.put(name.value(), new Node.Entries(ofWorkload));
        }
        return new Node.Entries(tree);
    }

    private static Node.Entries usage(StateProto.Usage message) throws MalformedMessage {
        var entries = new LinkedHashMap<String, Node>();
        entries.put(
                "cpuMillis", new Node.Whole(Decoding.natural("cpuMillis", message.getCpuMillis())));
        entries.put(
                "memoryBytes",
                new Node.Whole(Decoding.natural("memoryBytes", message.getMemoryBytes())));
        return new Node.Entries(entries);
    }

    private static <V> Node.Entries map(Map<String, V> map, Decoding.Reading<V, Node> reading)
            throws MalformedMessage {
        var entries = new TreeMap<String, Node>();
        for (var entry : map.entrySet()) {
            entries.put(entry.getKey(), reading.read(entry.getValue()));
        }
        return new Node.Entries(entries);
    }
}
