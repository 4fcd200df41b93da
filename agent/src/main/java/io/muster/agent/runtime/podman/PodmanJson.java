package io.muster.agent.runtime.podman;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The JSON that podman prints, and lists of texts in labels. Streamed: no binding is needed. */
final class PodmanJson {
    private static final JsonFactory JSON = new JsonFactory();

    private PodmanJson() {}

    /**
     * Reads the output of {@code ps}; what has no id is left out.
     *
     * @throws IOException if it is no such output
     */
    static List<Container> containers(String json) throws IOException {
        try (var parser = JSON.createParser(json)) {
            var containers = new ArrayList<Container>();
            var first = parser.nextToken();
            if (first == null || first == JsonToken.VALUE_NULL) {
                return containers;
            }
            expect(first, JsonToken.START_ARRAY);
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                expect(parser.currentToken(), JsonToken.START_OBJECT);
                var container = container(parser);
                if (!container.id().isEmpty()) {
                    containers.add(container);
                }
            }
            return containers;
        }
    }

    private static Container container(JsonParser parser) throws IOException {
        var texts = new HashMap<String, String>();
        var numbers = new HashMap<String, Long>();
        List<String> names = List.of();
        Map<String, String> labels = Map.of();
        boolean exited = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            var token = parser.nextToken();
            switch (token) {
                case VALUE_STRING -> texts.put(name, parser.getText());
                case VALUE_NUMBER_INT -> numbers.put(name, clamped(parser));
                case VALUE_TRUE -> exited |= name.equals("Exited");
                case START_ARRAY -> {
                    if (name.equals("Names")) {
                        names = texts(parser);
                    } else {
                        parser.skipChildren();
                    }
                }
                case START_OBJECT -> {
                    if (name.equals("Labels")) {
                        labels = labels(parser);
                    } else {
                        parser.skipChildren();
                    }
                }
                default -> {} // null, false, fractions: nothing we read
            }
        }
        return new Container(
                texts.getOrDefault("Id", ""),
                names,
                labels,
                texts.getOrDefault("State", "unknown").toLowerCase(Locale.ROOT),
                exited,
                numbers.getOrDefault("ExitCode", 0L),
                numbers.getOrDefault("Pid", 0L),
                numbers.getOrDefault("StartedAt", 0L),
                numbers.getOrDefault("ExitedAt", 0L));
    }

    /** No number is a reason to lose a whole listing. */
    private static long clamped(JsonParser parser) throws IOException {
        return switch (parser.getNumberType()) {
            case INT, LONG -> parser.getLongValue();
            default -> Long.MAX_VALUE;
        };
    }

    private static List<String> texts(JsonParser parser) throws IOException {
        var texts = new ArrayList<String>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(parser.currentToken(), JsonToken.VALUE_STRING);
            texts.add(parser.getText());
        }
        return texts;
    }

    private static Map<String, String> labels(JsonParser parser) throws IOException {
        var labels = new HashMap<String, String>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var key = parser.currentName();
            parser.nextToken();
            labels.put(key, parser.getText());
        }
        return labels;
    }

    /** Writes a list of texts. */
    static String list(List<String> texts) {
        var json = new StringWriter();
        try (var generator = JSON.createGenerator(json)) {
            generator.writeStartArray();
            for (var text : texts) {
                generator.writeString(text);
            }
            generator.writeEndArray();
        } catch (IOException e) {
            throw new IllegalStateException("a text in memory can be written", e);
        }
        return json.toString();
    }

    /** Reads a list of texts; empty if it is none. */
    static List<String> list(String json) {
        try (var parser = JSON.createParser(json)) {
            expect(parser.nextToken(), JsonToken.START_ARRAY);
            return texts(parser);
        } catch (IOException e) {
            return List.of();
        }
    }

    private static void expect(JsonToken token, JsonToken wanted) throws IOException {
        if (token != wanted) {
            throw new IOException(wanted + " is missing, there is " + token);
        }
    }
}
