package io.muster.agent.runtime.container;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.muster.api.runtime.RuntimeFailure;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The JSON that programs print, and lists of texts in labels. Streamed: no binding is needed. */
final class Json {
    private static final JsonFactory JSON = new JsonFactory();

    private Json() {}

    /** Reads one object of a list; the parser stands at its start, and then at its end. */
    interface ObjectReader<T> {
        T read(JsonParser parser) throws IOException;
    }

    /**
     * Reads a list of objects, for which nothing at all and {@code null} are empty ones.
     *
     * @throws IOException if it is no such list
     */
    static <T> List<T> objects(String json, ObjectReader<T> reader) throws IOException {
        try (var parser = JSON.createParser(json)) {
            var objects = new ArrayList<T>();
            var first = parser.nextToken();
            if (first == null || first == JsonToken.VALUE_NULL) {
                return objects;
            }
            expect(first, JsonToken.START_ARRAY);
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                expect(parser.currentToken(), JsonToken.START_OBJECT);
                objects.add(reader.read(parser));
            }
            return objects;
        }
    }

    /** Reads what a program has printed. */
    interface Reading<T> {
        T read() throws IOException;
    }

    /**
     * Reads what a program has printed, or says that it is not what was expected.
     *
     * @param command for people
     * @param since the version from which on it prints that
     */
    static <T> T printed(String command, String since, Reading<T> reading) throws RuntimeFailure {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new RuntimeFailure(
                    "%s did not print the list that it should (%s); is this %s or later?"
                            .formatted(command, e.getMessage(), since),
                    true,
                    e);
        }
    }

    /** Reads a list of texts, at whose start the parser stands. */
    static List<String> texts(JsonParser parser) throws IOException {
        var texts = new ArrayList<String>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(parser.currentToken(), JsonToken.VALUE_STRING);
            texts.add(parser.getText());
        }
        return texts;
    }

    /**
     * Reads the single values of an object, if the parser stands at the start of one; lists and
     * objects within are left out.
     */
    static Map<String, String> values(JsonParser parser) throws IOException {
        var values = new HashMap<String, String>();
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return values;
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var key = parser.currentName();
            if (parser.nextToken().isScalarValue()) {
                values.put(key, parser.getText());
            } else {
                parser.skipChildren();
            }
        }
        return values;
    }

    /** Reads a number; no number is a reason to lose a whole listing. */
    static long number(String text) {
        if (!text.matches("-?[0-9]+")) {
            return 0;
        }
        return text.length() > 18 ? Long.MAX_VALUE : Long.parseLong(text);
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
