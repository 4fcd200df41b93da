package io.muster.agent.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.muster.api.outcome.Nearest;
import io.muster.api.runtime.RuntimeFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A runtimeConfig: YAML with a few keys. Whatever is wrong with it is a {@link RuntimeFailure} that
 * no retry helps, naming line and key and what to write instead.
 *
 * <p>Single values are taken as they are written: {@code 1000}, {@code true} and {@code "1000"} are
 * texts. An empty value counts as a key that is not there.
 */
public final class RuntimeConfig {
    private static final YAMLFactory YAML =
            YAMLFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(50).build())
                    .build();

    private final Map<String, Value> values;

    private sealed interface Value {
        int line();

        String kind();

        record Text(int line, String text) implements Value {
            @Override
            public String kind() {
                return "a single value";
            }
        }

        record Items(int line, List<Value> items) implements Value {
            @Override
            public String kind() {
                return "a list";
            }
        }

        record Entries(int line, Map<String, Value> entries) implements Value {
            @Override
            public String kind() {
                return "keys and values";
            }
        }

        record Nothing(int line) implements Value {
            @Override
            public String kind() {
                return "empty";
            }
        }
    }

    private RuntimeConfig(Map<String, Value> values) {
        this.values = values;
    }

    /** Reads the text of a workload. */
    public static RuntimeConfig parse(String yaml) throws RuntimeFailure {
        try (var parser = YAML.createParser(yaml)) {
            var first = parser.nextToken();
            if (first == null) {
                return new RuntimeConfig(Map.of());
            }
            return switch (value(parser, first)) {
                case Value.Entries(_, var entries) -> new RuntimeConfig(entries);
                case Value.Nothing _ -> new RuntimeConfig(Map.of());
                case Value.Text(_, var text) when text.isEmpty() -> new RuntimeConfig(Map.of());
                case Value.Text _, Value.Items _ ->
                        throw refusal(
                                "runtimeConfig",
                                "keys and values are needed, one \"key: value\" a line");
            };
        } catch (JsonProcessingException e) {
            var place = e.getLocation();
            throw new RuntimeFailure(
                    "runtimeConfig is no valid YAML: "
                            + e.getOriginalMessage().lines().findFirst().orElse("").strip()
                            + (place == null
                                    ? ""
                                    : " (line %d, column %d)"
                                            .formatted(place.getLineNr(), place.getColumnNr()))
                            + "; correct it there",
                    false,
                    e);
        } catch (IOException e) {
            throw new IllegalStateException("a text in memory can be read", e);
        }
    }

    private static Value value(YAMLParser parser, JsonToken token)
            throws IOException, RuntimeFailure {
        int line = parser.currentTokenLocation().getLineNr();
        if (parser.isCurrentAlias()) {
            throw refusal(
                    "runtimeConfig, line " + line,
                    "\"*%s\" is an alias, which is not supported here; write the value out"
                            .formatted(parser.getText()));
        }
        return switch (token) {
            case START_OBJECT -> entries(parser, line);
            case START_ARRAY -> {
                var items = new ArrayList<Value>();
                for (var next = parser.nextToken();
                        next != JsonToken.END_ARRAY;
                        next = parser.nextToken()) {
                    items.add(value(parser, next));
                }
                yield new Value.Items(line, items);
            }
            case VALUE_NULL -> new Value.Nothing(line);
            default -> new Value.Text(line, parser.getText());
        };
    }

    private static Value entries(YAMLParser parser, int line) throws IOException, RuntimeFailure {
        var entries = new LinkedHashMap<String, Value>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var key = parser.currentName();
            var value = value(parser, parser.nextToken());
            if (entries.put(key, value) != null) {
                throw refusal(
                        "runtimeConfig." + key,
                        "the key is there twice (line %d); keep one".formatted(value.line()));
            }
        }
        return new Value.Entries(line, entries);
    }

    /** Returns the keys that are none of these. */
    public List<String> otherThan(Collection<String> known) {
        return values.keySet().stream().filter(key -> !known.contains(key)).toList();
    }

    /** Refuses keys that are none of these, with a guess what was meant. */
    public void allowOnly(Collection<String> known) throws RuntimeFailure {
        var faults = new Faults();
        for (var key : otherThan(known)) {
            faults.check(() -> {
                throw refusal(
                        "runtimeConfig." + key,
                        "there is no such key"
                                + at(key)
                                + Nearest.to(key, known)
                                        .map("; did you mean \"%s\"?"::formatted)
                                        .orElseGet(() -> "; use " + String.join(", ", known)));
            });
        }
        faults.conclude();
    }

    /** Reads a single value, if there is one. */
    public Optional<String> text(String key) throws RuntimeFailure {
        return switch (value(key)) {
            case Value.Nothing _ -> Optional.empty();
            case Value.Text(_, var text) -> Optional.of(text);
            case Value.Items _, Value.Entries _ ->
                    throw wrong(key, "a single value is", key + ": value");
        };
    }

    /** Reads a single value that must be there and not empty. */
    public String mandatoryText(String key, String example) throws RuntimeFailure {
        return text(key)
                .filter(text -> !text.isBlank())
                .orElseThrow(() ->
                        refusal(
                                "runtimeConfig." + key,
                                "is missing; write, for example, \"%s: %s\""
                                        .formatted(key, example)));
    }

    /** Reads a list of single values; none if the key is not there. */
    public List<String> texts(String key) throws RuntimeFailure {
        var example = key + ": [\"one\", \"two\"]";
        switch (value(key)) {
            case Value.Nothing _ -> {
                return List.of();
            }
            case Value.Items(_, var items) -> {
                var texts = new ArrayList<String>();
                for (var item : items) {
                    if (!(item instanceof Value.Text(_, var text))) {
                        throw refusal(
                                "runtimeConfig." + key,
                                "a list of single values is needed, and one of them is %s (line %d); write \"%s\""
                                        .formatted(item.kind(), item.line(), example));
                    }
                    texts.add(text);
                }
                return List.copyOf(texts);
            }
            case Value.Text _, Value.Entries _ -> throw wrong(key, "a list is", example);
        }
    }

    /** Reads keys with single values, in their order; none if the key is not there. */
    public Map<String, String> textMap(String key) throws RuntimeFailure {
        switch (value(key)) {
            case Value.Nothing _ -> {
                return Map.of();
            }
            case Value.Entries(_, var entries) -> {
                var texts = new LinkedHashMap<String, String>();
                for (var entry : entries.entrySet()) {
                    texts.put(
                            entry.getKey(),
                            switch (entry.getValue()) {
                                case Value.Nothing _ -> "";
                                case Value.Text(_, var text) -> text;
                                case Value.Items _, Value.Entries _ ->
                                        throw refusal(
                                                "runtimeConfig." + key + "." + entry.getKey(),
                                                "a single value is needed, not %s (line %d); write \"%s: value\""
                                                        .formatted(
                                                                entry.getValue().kind(),
                                                                entry.getValue().line(),
                                                                entry.getKey()));
                            });
                }
                return texts;
            }
            case Value.Text _, Value.Items _ ->
                    throw wrong(key, "keys and values are", key + ": {NAME: value}");
        }
    }

    /** Makes a failure that no retry helps. */
    public static RuntimeFailure refusal(String where, String whatAndRemedy) {
        return new RuntimeFailure(where + ": " + whatAndRemedy, false);
    }

    private Value value(String key) {
        var value = values.getOrDefault(key, new Value.Nothing(0));
        return value instanceof Value.Text(var line, var text) && text.isEmpty()
                ? new Value.Nothing(line)
                : value;
    }

    private RuntimeFailure wrong(String key, String needed, String example) {
        return refusal(
                "runtimeConfig." + key,
                "%s needed, not %s%s; write \"%s\""
                        .formatted(needed, value(key).kind(), at(key), example));
    }

    private String at(String key) {
        return " (line %d)".formatted(value(key).line());
    }
}
