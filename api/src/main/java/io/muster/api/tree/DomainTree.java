package io.muster.api.tree;

import io.muster.api.state.AccessRule;
import io.muster.api.state.CompleteState;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.api.state.Dependency;
import io.muster.api.state.ImagePullPolicy;
import io.muster.api.state.LostContact;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.State;
import io.muster.api.state.TimeSpan;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Domain values as trees, with the order of keys that users see. */
final class DomainTree {
    private DomainTree() {}

    static Node.Entries of(CompleteState state) {
        var entries = new LinkedHashMap<String, Node>();
        entries.put("desiredState", of(state.desiredState()));
        entries.put("workloadStates", StatusTree.ofWorkloadStates(state.workloadStates()));
        entries.put("agents", StatusTree.ofAgents(state.agents()));
        entries.put("effectiveState", of(state.effectiveState()));
        return new Node.Entries(entries);
    }

    static Node.Entries of(State state) {
        var entries = new LinkedHashMap<String, Node>();
        entries.put("apiVersion", new Node.Text(State.API_VERSION));
        entries.put("workloads", map(state.workloads(), DomainTree::of));
        putMap(entries, "configs", state.configs(), DomainTree::of);
        return new Node.Entries(entries);
    }

    static Node.Entries of(Workload workload) {
        var entries = new LinkedHashMap<String, Node>();
        entries.put("agent", new Node.Text(workload.agent()));
        entries.put("restartPolicy", new Node.Text(workload.restartPolicy().name()));
        putMap(entries, "dependencies", workload.dependencies(), DomainTree::of);
        putMap(entries, "tags", workload.tags(), Node.Text::new);
        entries.put("runtime", new Node.Text(workload.runtime()));
        entries.put("runtimeConfig", new Node.Text(workload.runtimeConfig()));
        if (!workload.controlInterfaceAccess().isEmpty()) {
            entries.put("controlInterfaceAccess", of(workload.controlInterfaceAccess()));
        }
        putMap(entries, "configs", workload.configs(), Node.Text::new);
        putList(entries, "files", workload.files(), DomainTree::of);
        if (workload.imagePullPolicy() != ImagePullPolicy.IF_NOT_PRESENT) {
            entries.put("imagePullPolicy", new Node.Text(workload.imagePullPolicy().name()));
        }
        if (workload.lostContact() instanceof LostContact.StopAfter(var time)) {
            entries.put("stopAfterLostContact", new Node.Text(TimeSpan.write(time)));
        }
        return new Node.Entries(entries);
    }

    /** The shape of Ankaios, unless there is something that it does not know. */
    private static Node of(Dependency dependency) {
        var condition = new Node.Text(dependency.condition().name());
        if (dependency.onUpdate() == OnUpdate.WAIT) {
            return condition;
        }
        var entries = new LinkedHashMap<String, Node>();
        entries.put("condition", condition);
        entries.put("onUpdate", new Node.Text(dependency.onUpdate().spelling()));
        return new Node.Entries(entries);
    }

    static Node of(ConfigItem item) {
        return switch (item) {
            case ConfigItem.Text(var value) -> new Node.Text(value);
            case ConfigItem.Items(var values) ->
                    new Node.Items(values.stream().map(DomainTree::of).toList());
            case ConfigItem.Fields(var fields) -> map(fields, DomainTree::of);
        };
    }

    private static Node.Entries of(ControlInterfaceAccess access) {
        var entries = new LinkedHashMap<String, Node>();
        putList(entries, "allowRules", access.allowRules(), DomainTree::of);
        putList(entries, "denyRules", access.denyRules(), DomainTree::of);
        return new Node.Entries(entries);
    }

    static Node.Entries of(AccessRule rule) {
        var entries = new LinkedHashMap<String, Node>();
        switch (rule) {
            case AccessRule.StateRule(var operation, var filterMasks) -> {
                entries.put("type", new Node.Text("StateRule"));
                entries.put("operation", new Node.Text(operation.spelling()));
                entries.put("filterMasks", texts(filterMasks));
            }
            case AccessRule.LogRule(var workloadNames) -> {
                entries.put("type", new Node.Text("LogRule"));
                entries.put("workloadNames", texts(workloadNames));
            }
        }
        return new Node.Entries(entries);
    }

    static Node.Entries of(WorkloadFile file) {
        var entries = new LinkedHashMap<String, Node>();
        entries.put("mountPoint", new Node.Text(file.mountPoint()));
        switch (file) {
            case WorkloadFile.TextFile text -> entries.put("data", new Node.Text(text.data()));
            case WorkloadFile.BinaryFile binary ->
                    entries.put("binaryData", new Node.Text(binary.binaryData()));
        }
        return new Node.Entries(entries);
    }

    private static Node.Items texts(List<String> texts) {
        return new Node.Items(texts.stream().<Node>map(Node.Text::new).toList());
    }

    private static <K, V> Node.Entries map(Map<K, V> map, Function<V, ? extends Node> of) {
        var entries = new LinkedHashMap<String, Node>();
        map.forEach((key, value) -> entries.put(key.toString(), of.apply(value)));
        return new Node.Entries(entries);
    }

    private static <K, V> void putMap(
            Map<String, Node> entries, String key, Map<K, V> map, Function<V, ? extends Node> of) {
        if (!map.isEmpty()) {
            entries.put(key, map(map, of));
        }
    }

    private static <V> void putList(
            Map<String, Node> entries, String key, List<V> list, Function<V, ? extends Node> of) {
        if (!list.isEmpty()) {
            entries.put(key, new Node.Items(list.stream().<Node>map(of).toList()));
        }
    }
}
