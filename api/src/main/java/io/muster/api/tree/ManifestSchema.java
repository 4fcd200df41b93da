package io.muster.api.tree;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON schema of the manifest (draft 2020-12), for editors and other programs.
 *
 * <p>Made from what the readers of this package know: their keys, words and patterns. A key that a
 * reader learns and this class does not is an error at once. The schema is a little laxer than the
 * readers: it does not know which shape of tags belongs to which version, and lets unknown keys
 * pass, as they are warnings.
 */
public final class ManifestSchema {
    private static final String NAME = "^[a-zA-Z0-9_-]{1,63}$";
    private static final String AGENT = "^([a-zA-Z0-9_-]{0,63}|[\\s\\S]*\\{\\{[\\s\\S]*)$";

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
        definitions.put("rule", rule());
        definitions.put("config", config());
        entries.put("$defs", new Node.Entries(definitions));
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
        return object(
                "Something to run on one agent.",
                WorkloadReader.KEYS,
                List.of("agent", "runtime", "runtimeConfig"),
                ManifestSchema::ofWorkload);
    }

    private static Node ofWorkload(String key) {
        return switch (key) {
            case "agent" -> pattern("The agent that runs it, or a template; \"\" is none.", AGENT);
            case "restartPolicy" ->
                    words(
                            "What happens when it has ended; NEVER is the default.",
                            WorkloadReader.POLICIES.keySet());
            case "dependencies" ->
                    names("What other workloads must have reached before it starts.", dependency());
            case "tags" -> tags();
            case "runtime" -> string("What starts it, such as podman or native.");
            case "runtimeConfig" -> string("Text for the runtime, or a template.");
            case "controlInterfaceAccess" ->
                    object(
                            "What it may ask of the cluster.",
                            AccessReader.KEYS,
                            List.of(),
                            rules -> list("Rules.", reference("rule")));
            case "configs" ->
                    names(
                            "The configs that its templates draw from: alias and name.",
                            pattern("", NAME));
            case "files" -> list("Files mounted into it, read-only.", file());
            default -> throw unknown(key);
        };
    }

    private static Node tags() {
        var list =
                list(
                        "The shape of v0.1.",
                        object(
                                "",
                                WorkloadReader.TAG_KEYS,
                                WorkloadReader.TAG_KEYS,
                                _ -> string("")));
        var map = map("", string(""));
        return with("Free keys and values.", "anyOf", new Node.Items(List.of(map, list)));
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
                                            words(
                                                    "What happens to this workload while the other"
                                                            + " is updated; wait is the default.",
                                                    WorkloadReader.ON_UPDATE.keySet());
                                    default -> throw unknown(key);
                                });
        return with("", "anyOf", new Node.Items(List.of(condition, whole)));
    }

    private static Node file() {
        var file =
                object(
                        "A file of text or of bytes.",
                        WorkloadReader.FILE_KEYS,
                        List.of("mountPoint"),
                        key ->
                                switch (key) {
                                    case "mountPoint" -> string("Its absolute path.");
                                    case "data" -> string("Text, or a template.");
                                    case "binaryData" -> string("Base64, or a template.");
                                    default -> throw unknown(key);
                                });
        var either = new LinkedHashMap<>(file.entries());
        either.put("oneOf", new Node.Items(List.of(requiring("data"), requiring("binaryData"))));
        return new Node.Entries(either);
    }

    private static Node.Entries requiring(String key) {
        return new Node.Entries(Map.of("required", texts(List.of(key))));
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
                new Node.Items(List.of(requiring("filterMasks"), requiring("filterMask"))));
        var logs =
                object(
                        "Allows or denies logs of workloads.",
                        AccessReader.LOG_KEYS,
                        AccessReader.LOG_KEYS,
                        key ->
                                switch (key) {
                                    case "type" -> words("", List.of("LogRule"));
                                    case "workloadNames" ->
                                            list(
                                                    "",
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
                                list("", reference("config")),
                                names("", reference("config")))));
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
        var entries = typed(description, "object");
        entries.put("propertyNames", new Node.Entries(Map.of("pattern", text(NAME))));
        entries.put("additionalProperties", value);
        return nothingOr(entries);
    }

    private static Node list(String description, Node item) {
        var entries = typed(description, "array");
        entries.put("items", item);
        return nothingOr(entries);
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

    private static Node pattern(String description, String pattern) {
        return with(typed(description, "string"), "pattern", text(pattern));
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

    private static Node with(Map<String, Node> entries, String key, Node value) {
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
