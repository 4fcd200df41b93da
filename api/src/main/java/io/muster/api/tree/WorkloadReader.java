package io.muster.api.tree;

import io.muster.api.name.Names;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.AddCondition;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.api.state.Dependency;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads one workload and checks all that can be checked without knowing the others. */
final class WorkloadReader {
    static final List<String> KEYS =
            List.of(
                    "agent",
                    "restartPolicy",
                    "dependencies",
                    "tags",
                    "runtime",
                    "runtimeConfig",
                    "controlInterfaceAccess",
                    "configs",
                    "files");
    static final List<String> TAG_KEYS = List.of("key", "value");
    static final List<String> FILE_KEYS = List.of("mountPoint", "data", "binaryData");
    static final Map<String, RestartPolicy> POLICIES = words(RestartPolicy.values());
    static final Map<String, AddCondition> CONDITIONS = words(AddCondition.values());
    static final List<String> DEPENDENCY_KEYS = List.of("condition", "onUpdate");
    static final Map<String, OnUpdate> ON_UPDATE = onUpdateWords();

    private static final String CONDITION = "condition of a dependency";

    private final boolean tagsAsMap;
    private final boolean tagsAsList;

    /**
     * Takes which shapes the tags may have: a map (v1), a list of key and value (v0.1), or both.
     */
    WorkloadReader(boolean tagsAsMap, boolean tagsAsList) {
        this.tagsAsMap = tagsAsMap;
        this.tagsAsList = tagsAsList;
    }

    private static <E extends Enum<E>> Map<String, E> words(E[] values) {
        var words = new LinkedHashMap<String, E>();
        for (var value : values) {
            words.put(value.name(), value);
        }
        return Collections.unmodifiableMap(words);
    }

    private static Map<String, OnUpdate> onUpdateWords() {
        var words = new LinkedHashMap<String, OnUpdate>();
        for (var value : OnUpdate.values()) {
            words.put(value.spelling(), value);
        }
        return Collections.unmodifiableMap(words);
    }

    Optional<Workload> workload(Cursor cursor) {
        if (cursor.isNothing()) {
            cursor.problem("has no fields", "write at least agent, runtime and runtimeConfig");
            return Optional.empty();
        }
        cursor.entries();
        cursor.knowsOnly(KEYS);
        var agent = cursor.required("agent", "name an agent, or write \"\" for none");
        var runtime = cursor.required("runtime", "name one, such as podman or native");
        var runtimeConfig = cursor.required("runtimeConfig", "write the text for the runtime");
        var policy =
                cursor.get("restartPolicy")
                        .flatMap(value -> value.word("restart policy", POLICIES))
                        .orElse(RestartPolicy.NEVER);
        var dependencies =
                cursor.get("dependencies")
                        .map(WorkloadReader::dependencies)
                        .orElse(new TreeMap<>());
        var tags = cursor.get("tags").map(this::tags).orElse(new TreeMap<>());
        var access =
                cursor.get("controlInterfaceAccess")
                        .map(AccessReader::access)
                        .orElse(ControlInterfaceAccess.NONE);
        var configs = cursor.get("configs").map(WorkloadReader::configs).orElse(new TreeMap<>());
        var files = cursor.get("files").map(WorkloadReader::files).orElse(List.of());
        agent.ifPresent(name ->
                cursor.get("agent").ifPresent(c -> checkAgent(c, name, !configs.isEmpty())));
        if (agent.isEmpty() || runtime.isEmpty() || runtimeConfig.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Workload(
                        agent.get(),
                        runtime.get(),
                        runtimeConfig.get(),
                        policy,
                        dependencies,
                        tags,
                        access,
                        configs,
                        files));
    }

    private static void checkAgent(Cursor cursor, String agent, boolean rendered) {
        boolean templated = agent.contains("{{");
        if (agent.isEmpty() || Names.isName(agent) || (templated && rendered)) {
            return;
        }
        if (templated) {
            cursor.problem(
                    Cursor.quoted(agent) + " is a template, but the workload has no configs",
                    "name the configs it draws from below configs, as alias and name");
        } else {
            cursor.isName("agent name", agent);
        }
    }

    private static SortedMap<WorkloadName, Dependency> dependencies(Cursor cursor) {
        var dependencies = new TreeMap<WorkloadName, Dependency>();
        cursor.entries()
                .forEach((name, value) -> {
                    boolean named = value.keyIsName("workload name", name);
                    var dependency = dependency(value);
                    if (named) {
                        dependency.ifPresent(d -> dependencies.put(new WorkloadName(name), d));
                    }
                });
        return dependencies;
    }

    private static Optional<Dependency> dependency(Cursor cursor) {
        if (!(cursor.node() instanceof Node.Entries)) {
            return cursor.word(CONDITION, CONDITIONS).map(Dependency::on);
        }
        cursor.knowsOnly(DEPENDENCY_KEYS);
        var written = cursor.get("condition");
        if (written.isEmpty()) {
            cursor.problem(
                    "condition is missing", "write condition: " + AddCondition.ADD_COND_RUNNING);
            return Optional.empty();
        }
        var condition = written.get().word(CONDITION, CONDITIONS);
        var onUpdate =
                cursor.get("onUpdate")
                        .map(value -> value.word("onUpdate", ON_UPDATE))
                        .orElse(Optional.of(OnUpdate.WAIT));
        if (condition.isEmpty() || onUpdate.isEmpty()) {
            return Optional.empty();
        }
        var dependency = new Dependency(condition.get(), onUpdate.get());
        if (!dependency.lasts() && dependency.onUpdate() != OnUpdate.WAIT) {
            cursor.problem(
                    "onUpdate: %s means nothing with condition: %s"
                            .formatted(dependency.onUpdate().spelling(), dependency.condition()),
                    "leave onUpdate out, or write condition: " + AddCondition.ADD_COND_RUNNING);
        }
        return Optional.of(dependency);
    }

    private SortedMap<String, String> tags(Cursor cursor) {
        var tags = new TreeMap<String, String>();
        switch (cursor.node()) {
            case Node.Items _ when !tagsAsList ->
                    cursor.problem(
                            "tags are a list, which is the shape of v0.1",
                            "write them as keys and values, such as owner: me");
            case Node.Entries _ when !tagsAsMap ->
                    cursor.problem(
                            "tags are a map, which is the shape of v1",
                            "write apiVersion: v1, or the tags as a list of key and value");
            case Node.Items _ -> cursor.items().forEach(item -> tag(item, tags));
            default ->
                    cursor.entries()
                            .forEach((key, value) ->
                                    value.text().ifPresent(text -> tags.put(key, text)));
        }
        return tags;
    }

    private static void tag(Cursor item, SortedMap<String, String> tags) {
        item.entries();
        item.knowsOnly(TAG_KEYS);
        var key = item.required("key", "write key: and value:");
        var value = item.required("value", "write key: and value:");
        key.ifPresent(k -> {
            if (tags.containsKey(k)) {
                item.problem("tag " + Cursor.quoted(k) + " is there twice", "keep one of them");
            }
            value.ifPresent(v -> tags.put(k, v));
        });
    }

    private static SortedMap<String, String> configs(Cursor cursor) {
        var configs = new TreeMap<String, String>();
        cursor.entries()
                .forEach((alias, value) -> {
                    value.keyIsName("alias of a config", alias);
                    value.text()
                            .ifPresent(name -> {
                                value.isName("config name", name);
                                configs.put(alias, name);
                            });
                });
        return configs;
    }

    private static List<WorkloadFile> files(Cursor cursor) {
        var files = new ArrayList<WorkloadFile>();
        cursor.items().forEach(item -> file(item).ifPresent(files::add));
        return files;
    }

    private static Optional<WorkloadFile> file(Cursor cursor) {
        cursor.entries();
        cursor.knowsOnly(FILE_KEYS);
        var mountPoint = cursor.required("mountPoint", "write the absolute path of the file");
        var data = cursor.get("data");
        var binaryData = cursor.get("binaryData");
        if (data.isPresent() == binaryData.isPresent()) {
            cursor.problem(
                    data.isPresent()
                            ? "has data and binaryData"
                            : "has neither data nor binaryData",
                    "write one of them: data is text, binaryData is base64");
            return Optional.empty();
        }
        var text = data.flatMap(Cursor::text);
        var binary = binaryData.flatMap(Cursor::text);
        return mountPoint.flatMap(path -> {
            Optional<WorkloadFile> file =
                    text.map(content -> new WorkloadFile.TextFile(path, content));
            return file.or(() -> binary.map(content -> new WorkloadFile.BinaryFile(path, content)));
        });
    }
}
