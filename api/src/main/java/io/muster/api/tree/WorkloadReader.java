package io.muster.api.tree;

import io.muster.api.name.Names;
import io.muster.api.name.WorkloadName;
import io.muster.api.state.AddCondition;
import io.muster.api.state.ControlInterfaceAccess;
import io.muster.api.state.Dependency;
import io.muster.api.state.ImagePullPolicy;
import io.muster.api.state.LostContact;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.RestartPolicy;
import io.muster.api.state.TimeSpan;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads one workload and checks all that can be checked without knowing the others. */
final class WorkloadReader {
    private static final String IMAGE_PULL_POLICY = "imagePullPolicy";
    private static final String STOP_AFTER_LOST_CONTACT = "stopAfterLostContact";

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
                    "files",
                    IMAGE_PULL_POLICY,
                    STOP_AFTER_LOST_CONTACT);
    static final List<String> TAG_KEYS = List.of("key", "value");
    static final List<String> FILE_KEYS = List.of("mountPoint", "data", "binaryData");

    /** What a mount point is, for others: absolute, of names that are not empty and no dots. */
    static final String MOUNT_POINT = "^(?:/(?!\\.{1,2}(?:/|$))[^/\\x00]+)+$";

    static final int MAX_MOUNT_POINT = 4096; // PATH_MAX of Linux
    private static final Set<String> NO_STEPS = Set.of("", ".", "..");

    static final Map<String, RestartPolicy> POLICIES = words(RestartPolicy.values());
    static final Map<String, ImagePullPolicy> PULL_POLICIES = words(ImagePullPolicy.values());

    /** What to do about the policy with runtimes for which it means nothing. */
    static final Map<String, String> NO_PULL_POLICY =
            new TreeMap<>(
                    Map.of(
                            "native",
                            "leave it out: a native workload has no image",
                            "podman-kube",
                            "leave it out, and write imagePullPolicy to the containers of the"
                                    + " manifest in runtimeConfig"));

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

    /**
     * What could be read.
     *
     * @param workload with empty texts in place of those that could not be read
     * @param knowsConfigs whether it is known from which configs it draws
     */
    record Draft(Workload workload, boolean knowsConfigs) {}

    Draft workload(Cursor cursor) {
        if (!cursor.isMap("write at least agent, runtime and runtimeConfig")) {
            return new Draft(Workload.of("", "", ""), true);
        }
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
        int before = cursor.problems();
        var configs = cursor.get("configs").map(WorkloadReader::configs).orElse(new TreeMap<>());
        boolean knowsConfigs = cursor.problems() == before && cursor.isWhole();
        var files = cursor.get("files").map(WorkloadReader::files).orElse(List.of());
        var pullPolicy =
                cursor.get(IMAGE_PULL_POLICY)
                        .flatMap(value -> pullPolicy(value, runtime.orElse("")))
                        .orElse(ImagePullPolicy.IF_NOT_PRESENT);
        var lostContact =
                cursor.get(STOP_AFTER_LOST_CONTACT)
                        .flatMap(WorkloadReader::lostContact)
                        .orElse(LostContact.KEEP);
        boolean rendered = !configs.isEmpty() || !knowsConfigs;
        var known =
                agent.filter(name ->
                        cursor.get("agent").filter(c -> isAgent(c, name, rendered)).isPresent());
        var workload =
                new Workload(
                        known.orElse(""),
                        runtime.orElse(""),
                        runtimeConfig.orElse(""),
                        policy,
                        dependencies,
                        tags,
                        access,
                        configs,
                        files,
                        pullPolicy,
                        lostContact);
        return new Draft(workload, knowsConfigs);
    }

    private static Optional<ImagePullPolicy> pullPolicy(Cursor cursor, String runtime) {
        var policy = cursor.word("image pull policy", PULL_POLICIES);
        var remedy = Optional.ofNullable(NO_PULL_POLICY.get(runtime));
        if (policy.isPresent() && remedy.isPresent()) {
            cursor.problem("means nothing with runtime " + Cursor.quoted(runtime), remedy.get());
        }
        return policy;
    }

    private static Optional<LostContact> lostContact(Cursor cursor) {
        if (!(cursor.node() instanceof Node.Text(var text))) {
            cursor.text(); // which complains
            return Optional.empty();
        }
        var time = TimeSpan.read(text).filter(LostContact::isPossible);
        if (time.isEmpty()) {
            cursor.problem(
                    Cursor.quoted(text) + " is no time from 1s to 365d",
                    "write one such as 90s, 10m or 1h30m, or leave it out to let the workload go"
                            + " on without the server");
        }
        return time.map(LostContact.StopAfter::new);
    }

    private static boolean isAgent(Cursor cursor, String agent, boolean rendered) {
        boolean templated = agent.contains("{{");
        if (agent.isEmpty() || Names.isName(agent) || (templated && rendered)) {
            return true;
        }
        if (templated) {
            cursor.problem(
                    Cursor.quoted(agent) + " is a template, but the workload has no configs",
                    "name the configs it draws from below configs, as alias and name");
        } else {
            cursor.isName("agent name", agent);
        }
        return false;
    }

    private static SortedMap<WorkloadName, Dependency> dependencies(Cursor cursor) {
        var dependencies = new TreeMap<WorkloadName, Dependency>();
        cursor.entries()
                .forEach((name, value) -> {
                    boolean named = value.keyIsName("workload name", name);
                    var dependency = dependency(value);
                    if (named) { // a dependency on whatever condition may be part of a cycle
                        dependencies.put(
                                new WorkloadName(name),
                                dependency.orElse(Dependency.on(AddCondition.ADD_COND_RUNNING)));
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
            if (cursor.isWhole()) {
                cursor.problem(
                        "condition is missing",
                        "write condition: " + AddCondition.ADD_COND_RUNNING);
            }
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
        if (!item.isMap("write key: and value:")) {
            return;
        }
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
                            .filter(name -> value.isName("config name", name))
                            .ifPresent(name -> configs.put(alias, name));
                });
        return configs;
    }

    private static List<WorkloadFile> files(Cursor cursor) {
        var files = new ArrayList<WorkloadFile>();
        var mountPoints = new HashSet<String>();
        for (var item : cursor.items()) {
            var file = file(item);
            if (!file.mountPoint().isEmpty() && !mountPoints.add(file.mountPoint())) {
                item.problem(
                        "mounts a second file at " + Cursor.quoted(file.mountPoint()),
                        "give each file a mountPoint of its own");
            }
            files.add(file);
        }
        return files;
    }

    /** Reads a file; one that could not be read keeps its place in the list. */
    private static WorkloadFile file(Cursor cursor) {
        if (!cursor.isMap("write mountPoint, and data or binaryData")) {
            return new WorkloadFile.TextFile("", "");
        }
        cursor.knowsOnly(FILE_KEYS);
        var path =
                cursor.required("mountPoint", "write the absolute path of the file")
                        .filter(text ->
                                cursor.get("mountPoint")
                                        .filter(c -> isMountPoint(c, text))
                                        .isPresent())
                        .orElse("");
        var data = cursor.get("data");
        var binaryData = cursor.get("binaryData");
        boolean both = data.isPresent() && binaryData.isPresent();
        if (both || (data.isEmpty() && binaryData.isEmpty() && cursor.isWhole())) {
            cursor.problem(
                    both ? "has data and binaryData" : "has neither data nor binaryData",
                    "write one of them: data is text, binaryData is base64");
        }
        var text = data.flatMap(Cursor::text);
        var binary = binaryData.flatMap(Cursor::text);
        return text.isEmpty() && binary.isPresent()
                ? new WorkloadFile.BinaryFile(path, binary.get())
                : new WorkloadFile.TextFile(path, text.orElse(""));
    }

    private static boolean isMountPoint(Cursor cursor, String path) {
        var steps = path.split("/", -1);
        if (path.startsWith("/")
                && path.length() <= MAX_MOUNT_POINT
                && path.indexOf('\0') < 0
                && Stream.of(steps).skip(1).noneMatch(NO_STEPS::contains)) {
            return true;
        }
        cursor.problem(
                Cursor.quoted(path) + " is no path of a file",
                "write an absolute one, without \".\" and \"..\" and without \"/\" at its end, such"
                        + " as /etc/app.conf");
        return false;
    }
}
