package io.muster.agent.runtime.container;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            var token = parser.nextToken();
            if (token.isScalarValue()) {
                values.put(name, parser.getText());
            } else if (name.equals("Names") && token == JsonToken.START_ARRAY) {
                names = Json.texts(parser);
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
                number(values, "ExitedAt"));
    }

    private static long number(Map<String, String> values, String key) {
        return Json.number(values.getOrDefault(key, ""));
    }
}
