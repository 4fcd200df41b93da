package io.muster.api.tree;

import io.muster.api.state.AddCondition;
import io.muster.api.state.OnUpdate;
import io.muster.api.state.TimeSpan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON schema of the manifest (draft 2020-12), for editors and other programs.
 *
 * <p>Made from what the readers of this package know: their keys, words and patterns. A key that a
 * reader learns and this class does not is an error at once. What the readers refuse in one place,
 * it refuses too; it lets unknown keys pass, as they are warnings. What lies in more than one
 * place, no schema knows: cycles, templates and their configs, two files at one mount point.
 */
public final class ManifestSchema {
    private static final String NAME = "^[a-zA-Z0-9_-]{1,63}$";
    private static final String NO_TEMPLATE = "^[a-zA-Z0-9_-]{0,63}$";
    private static final String TEMPLATE = "\\{\\{";

    /** In lines or not; a template may become it. */
    private static final String BASE64 = "^[A-Za-z0-9+/\\s]*={0,2}\\s*$|\\{\\{";

    private ManifestSchema() {}

    /** Makes it, as a tree to be written as JSON. */
    public static Node.Entries tree() {
        var root =
                object(
                        "A manifest of Muster: workloads, and the configs that their templates draw"
                                + " from.",
                        StateReader.KEYS,
                        List.of("apiVersion"),
                        ManifestSchema::ofState);
        var entries = new LinkedHashMap<String, Node>();
        entries.put("$schema", text("https://json-schema.org/draft/2020-12/schema"));
        entries.put("title", text("Muster manifest"));
        entries.putAll(root.entries());
        var definitions = new LinkedHashMap<String, Node>();
        definitions.put("workload", workload());
        definitions.put("tags", map("", string("")));
        definitions.put("oldTags", oldTags());
        definitions.put("rule", rule());
        definitions.put("config", config());
        entries.put("$defs", new Node.Entries(definitions));
        entries.putAll(tagsByVersion());
        return new Node.Entries(entries);
    }

    private static Node ofState(String key) {
        return switch (key) {
            case "apiVersion" ->
                    words(
                            "The version of the manifest; " + StateReader.OLD_VERSION + " is old.",
                            StateReader.VERSIONS);
            case "workloads" -> names("Workloads by name.", reference("workload"));
            case "configs" -> names("Values for templates, by name.", reference("config"));
            default -> throw unknown(key);
        };
    }

    private static Node workload() {
        var workload =
                object(
                        "Something to run on one agent.",
                        WorkloadReader.KEYS,
                        List.of("agent", "runtime", "runtimeConfig"),
                        ManifestSchema::ofWorkload);
        var named = property("agent", pattern("", NO_TEMPLATE));
        var drawn = new LinkedHashMap<String, Node>();
        drawn.put("required", texts(List.of("configs")));
        drawn.put(
                "properties",
                entries(
                        "agent",
                        pattern("", TEMPLATE),
                        "configs",
                        entries("type", text("object"), "minProperties", new Node.Whole(1))));
        var entries = new LinkedHashMap<>(workload.entries());
        entries.put("if", property("runtime", words("", WorkloadReader.NO_PULL_POLICY.keySet())));
        entries.put("then", property("imagePullPolicy", entries("type", text("null"))));
        return with(entries, "anyOf", new Node.Items(List.of(named, new Node.Entries(drawn))));
    }

    /** Each version has its own shape of tags. */
    private static Map<String, Node> tagsByVersion() {
        var rule = new LinkedHashMap<String, Node>();
        rule.put("if", property("apiVersion", entries("const", text(StateReader.OLD_VERSION))));
        rule.put("then", tagsAre("oldTags"));
        rule.put("else", tagsAre("tags"));
        return rule;
    }

    private static Node tagsAre(String definition) {
        return property(
                "workloads",
                entries("additionalProperties", property("tags", reference(definition))));
    }

    private static Node property(String key, Node value) {
        return entries("properties", entries(key, value));
    }

    private static Node.Entries entries(String key, Node value) {
        return new Node.Entries(Map.of(key, value));
    }

    private static Node.Entries entries(String key, Node value, String other, Node otherValue) {
        var entries = new LinkedHashMap<String, Node>();
        entries.put(key, value);
        entries.put(other, otherValue);
        return new Node.Entries(entries);
    }

    private static Node ofWorkload(String key) {
        return switch (key) {
            case "agent" -> string("The agent that runs it, or a template; \"\" is none.");
            case "restartPolicy" ->
                    wordsOrNothing(
                            "What happens when it has ended; NEVER is the default.",
                            WorkloadReader.POLICIES.keySet());
            case "dependencies" ->
                    names("What other workloads must have reached before it starts.", dependency());
            case "tags" ->
                    new Node.Entries(
                            described("Free keys and values; in v0.1 a list of key and value."));
            case "runtime" -> string("What starts it, such as podman or native.");
            case "runtimeConfig" -> string("Text for the runtime, or a template.");
            case "controlInterfaceAccess" ->
                    nothingOr(
                            new LinkedHashMap<>(
                                    object(
                                                    "What it may ask of the cluster.",
                                                    AccessReader.KEYS,
                                                    List.of(),
                                                    _ -> list("Rules.", reference("rule")))
                                            .entries()));
            case "configs" ->
                    names(
                            "The configs that its templates draw from: alias and name.",
                            pattern("", NAME));
            case "files" -> list("Files mounted into it, read-only.", file());
            case "imagePullPolicy" ->
                    wordsOrNothing(
                            "When its image is pulled; IF_NOT_PRESENT is the default.",
                            WorkloadReader.PULL_POLICIES.keySet());
            case "stopAfterLostContact" ->
                    nothingOr(
                            new LinkedHashMap<>(
                                    pattern(
                                                    "How long its agent may be out of contact with"
                                                        + " the server before it is stopped, such"
                                                        + " as 10m; without it, it goes on.",
                                                    "^(?=.)" + TimeSpan.PATTERN + "$")
                                            .entries()));
            default -> throw unknown(key);
        };
    }

    private static Node oldTags() {
        return list(
                "", object("", WorkloadReader.TAG_KEYS, WorkloadReader.TAG_KEYS, _ -> string("")));
    }

    private static Node dependency() {
        var condition = words("", WorkloadReader.CONDITIONS.keySet());
        var whole =
                object(
                        "",
                        WorkloadReader.DEPENDENCY_KEYS,
                        List.of("condition"),
                        key ->
                                switch (key) {
                                    case "condition" -> condition;
                                    case "onUpdate" ->
                                            wordsOrNothing(
                                                    "What happens to this workload while the other"
                                                            + " is updated; wait is the default.",
                                                    WorkloadReader.ON_UPDATE.keySet());
                                    default -> throw unknown(key);
                                });
        var waits = wordsOrNothing("", List.of(OnUpdate.WAIT.spelling()));
        var lasting = words("", List.of(AddCondition.ADD_COND_RUNNING.name()));
        var either =
                with(
                        new LinkedHashMap<>(whole.entries()),
                        "anyOf",
                        new Node.Items(
                                List.of(
                                        property("condition", lasting),
                                        property("onUpdate", waits))));
        return with("", "anyOf", new Node.Items(List.of(condition, either)));
    }

    private static Node file() {
        var file =
                object(
                        "A file of text or of bytes.",
                        WorkloadReader.FILE_KEYS,
                        List.of("mountPoint"),
                        key ->
                                switch (key) {
                                    case "mountPoint" -> mountPoint();
                                    case "data" ->
                                            nothingOr(typed("Text, or a template.", "string"));
                                    case "binaryData" -> {
                                        var text = typed("Base64, or a template.", "string");
                                        text.put("pattern", text(BASE64));
                                        yield nothingOr(text);
                                    }
                                    default -> throw unknown(key);
                                });
        var either = new LinkedHashMap<>(file.entries());
        either.put(
                "oneOf",
                new Node.Items(
                        List.of(requiring("data", "string"), requiring("binaryData", "string"))));
        return new Node.Entries(either);
    }

    private static Node mountPoint() {
        var text = typed("Its absolute path.", "string");
        text.put("pattern", text(WorkloadReader.MOUNT_POINT));
        text.put("maxLength", new Node.Whole(WorkloadReader.MAX_MOUNT_POINT));
        return new Node.Entries(text);
    }

    /** A key that must be there, and with a value. */
    private static Node.Entries requiring(String key, String type) {
        return entries(
                "required",
                texts(List.of(key)),
                "properties",
                entries(key, entries("type", text(type))));
    }

    private static Node rule() {
        var state =
                object(
                        "Allows or denies parts of the state.",
                        AccessReader.STATE_KEYS,
                        List.of("type", "operation"),
                        key ->
                                switch (key) {
                                    case "type" -> words("", List.of("StateRule"));
                                    case "operation" -> words("", AccessReader.OPERATIONS.keySet());
                                    case "filterMasks", "filterMask" ->
                                            list(
                                                    "",
                                                    pattern(
                                                            "",
                                                            whole(AccessReader.MASK.pattern())));
                                    default -> throw unknown(key);
                                });
        var either = new LinkedHashMap<>(state.entries());
        either.put(
                "oneOf",
                new Node.Items(
                        List.of(
                                requiring("filterMasks", "array"),
                                requiring("filterMask", "array"))));
        var logs =
                object(
                        "Allows or denies logs of workloads.",
                        AccessReader.LOG_KEYS,
                        AccessReader.LOG_KEYS,
                        key ->
                                switch (key) {
                                    case "type" -> words("", List.of("LogRule"));
                                    case "workloadNames" ->
                                            items(
                                                    pattern(
                                                            "",
                                                            whole(
                                                                    AccessReader.WORKLOADS
                                                                            .pattern())));
                                    default -> throw unknown(key);
                                });
        return with("", "oneOf", new Node.Items(List.of(new Node.Entries(either), logs)));
    }

    private static Node config() {
        return with(
                "Text, or lists and maps of it; numbers and booleans must be quoted.",
                "anyOf",
                new Node.Items(
                        List.of(
                                string(""),
                                items(reference("config")),
                                keys("", reference("config")))));
    }

    private interface Properties {
        Node of(String key);
    }

    private static Node.Entries object(
            String description,
            Collection<String> keys,
            Collection<String> required,
            Properties properties) {
        var entries = typed(description, "object");
        if (!required.isEmpty()) {
            entries.put("required", texts(required));
        }
        var all = new LinkedHashMap<String, Node>();
        keys.forEach(key -> all.put(key, properties.of(key)));
        entries.put("properties", new Node.Entries(all));
        return new Node.Entries(entries);
    }

    private static Node map(String description, Node value) {
        var entries = typed(description, "object");
        entries.put("additionalProperties", value);
        return nothingOr(entries);
    }

    private static Node names(String description, Node value) {
        return nothingOr(new LinkedHashMap<>(keys(description, value).entries()));
    }

    private static Node.Entries keys(String description, Node value) {
        var entries = typed(description, "object");
        entries.put("propertyNames", entries("pattern", text(NAME)));
        entries.put("additionalProperties", value);
        return new Node.Entries(entries);
    }

    private static Node list(String description, Node item) {
        var entries = typed(description, "array");
        entries.put("items", item);
        return nothingOr(entries);
    }

    private static Node items(Node item) {
        return entries("type", text("array"), "items", item);
    }

    /** A key without a value is read as an empty map or list. */
    private static Node nothingOr(Map<String, Node> entries) {
        entries.put("type", new Node.Items(List.of(type(entries), text("null"))));
        return new Node.Entries(entries);
    }

    private static Node type(Map<String, Node> entries) {
        return entries.getOrDefault("type", text("object"));
    }

    private static Node string(String description) {
        return new Node.Entries(typed(description, "string"));
    }

    private static Node.Entries pattern(String description, String pattern) {
        return with(typed(description, "string"), "pattern", text(pattern));
    }

    private static Node wordsOrNothing(String description, Collection<String> words) {
        var type = described(description);
        type.put("anyOf", new Node.Items(List.of(words("", words), entries("type", text("null")))));
        return new Node.Entries(type);
    }

    private static Node words(String description, Collection<String> words) {
        return with(typed(description, "string"), "enum", texts(words));
    }

    private static Node reference(String definition) {
        return new Node.Entries(Map.of("$ref", text("#/$defs/" + definition)));
    }

    private static Node with(String description, String key, Node value) {
        return with(described(description), key, value);
    }

    private static Node.Entries with(Map<String, Node> entries, String key, Node value) {
        entries.put(key, value);
        return new Node.Entries(entries);
    }

    private static Map<String, Node> typed(String description, String type) {
        var entries = described(description);
        entries.put("type", text(type));
        return entries;
    }

    private static Map<String, Node> described(String description) {
        var entries = new LinkedHashMap<String, Node>();
        if (!description.isEmpty()) {
            entries.put("description", text(description));
        }
        return entries;
    }

    private static String whole(String pattern) {
        return "^(?:" + pattern + ")$";
    }

    private static Node text(String value) {
        return new Node.Text(value);
    }

    private static Node texts(Collection<String> values) {
        var items = new ArrayList<Node>();
        values.forEach(value -> items.add(new Node.Text(value)));
        return new Node.Items(items);
    }

    private static IllegalStateException unknown(String key) {
        return new IllegalStateException("the schema does not know the key " + key);
    }
}
