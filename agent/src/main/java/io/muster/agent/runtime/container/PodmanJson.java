package io.muster.agent.runtime.container;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The JSON that podman prints. */
final class PodmanJson {
    private PodmanJson() {}

    /**
     * Reads the output of {@code ps}; what has no id is left out.
     *
     * @throws IOException if it is no such output
     */
    static List<Container> containers(String json) throws IOException {
        return Json.objects(json, PodmanJson::container).stream()
                .filter(container -> !container.id().isEmpty())
                .toList();
    }

    private static Container container(JsonParser parser) throws IOException {
        var values = new HashMap<String, String>();
        List<String> names = List.of();
        Map<String, String> labels = Map.of();
        List<String> mounts = List.of();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            var token = parser.nextToken();
            if (token.isScalarValue()) {
                values.put(name, parser.getText());
            } else if (name.equals("Names") && token == JsonToken.START_ARRAY) {
                names = Json.texts(parser);
            } else if (name.equals("Mounts") && token == JsonToken.START_ARRAY) {
                mounts = Json.texts(parser);
            } else if (name.equals("Labels")) {
                labels = Json.values(parser);
            } else {
                parser.skipChildren();
            }
        }
        return new Container(
                values.getOrDefault("Id", ""),
                names,
                labels,
                values.getOrDefault("State", "unknown").toLowerCase(Locale.ROOT),
                Boolean.parseBoolean(values.get("Exited")),
                number(values, "ExitCode"),
                number(values, "Pid"),
                number(values, "StartedAt"),
                number(values, "ExitedAt"),
                values.getOrDefault("Pod", ""),
                Boolean.parseBoolean(values.get("IsInfra")),
                Boolean.parseBoolean(values.get("AutoRemove")),
                mounts);
    }

    /**
     * What is in podman's storage of a container that podman does not know.
     *
     * @param createdAt in seconds since 1970
     */
    record Remnant(String id, List<String> names, long createdAt) {}

    /** Reads those out of the output of {@code ps --external}. */
    static List<Remnant> remnants(String json) throws IOException {
        return Json.objects(json, PodmanJson::remnant).stream().flatMap(Optional::stream).toList();
    }

    private static Optional<Remnant> remnant(JsonParser parser) throws IOException {
        var values = new HashMap<String, String>();
        List<String> names = List.of();
        List<String> command = List.of();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            var token = parser.nextToken();
            if (token.isScalarValue()) {
                values.put(name, parser.getText());
            } else if (name.equals("Names") && token == JsonToken.START_ARRAY) {
                names = Json.texts(parser);
            } else if (name.equals("Command") && token == JsonToken.START_ARRAY) {
                command = Json.texts(parser);
            } else {
                parser.skipChildren();
            }
        }
        var id = values.getOrDefault("Id", "");
        // an image that is being built has the same state, and the command "buildah"
        return !id.isEmpty()
                        && "storage".equals(values.get("State"))
                        && command.equals(List.of("storage"))
                ? Optional.of(new Remnant(id, names, number(values, "Created")))
                : Optional.empty();
    }

    /**
     * A volume as {@code volume ls} and {@code volume inspect} show it.
     *
     * @param createdAt empty if that is not told
     */
    record Volume(String name, Map<String, String> labels, Optional<Instant> createdAt) {}

    /** Reads the output of {@code volume ls} or {@code volume inspect}. */
    static List<Volume> volumes(String json) throws IOException {
        return Json.objects(
                json,
                parser -> {
                    var values = new HashMap<String, String>();
                    Map<String, String> labels = Map.of();
                    while (parser.nextToken() != JsonToken.END_OBJECT) {
                        var name = parser.currentName();
                        if (parser.nextToken().isScalarValue()) {
                            values.put(name, parser.getText());
                        } else if (name.equals("Labels")) {
                            labels = Json.values(parser);
                        } else {
                            parser.skipChildren();
                        }
                    }
                    return new Volume(
                            values.getOrDefault("Name", ""),
                            labels,
                            time(values.getOrDefault("CreatedAt", "")));
                });
    }

    /** A pod as {@code pod ps} shows it. */
    record Pod(String id, String name, Optional<Instant> createdAt) {}

    /** Reads the output of {@code pod ps}. */
    static List<Pod> pods(String json) throws IOException {
        return Json.objects(
                json,
                parser -> {
                    var values = Json.values(parser);
                    return new Pod(
                            values.getOrDefault("Id", ""),
                            values.getOrDefault("Name", ""),
                            time(values.getOrDefault("Created", "")));
                });
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static long number(Map<String, String> values, String key) {
        return Json.number(values.getOrDefault(key, ""));
    }
}
