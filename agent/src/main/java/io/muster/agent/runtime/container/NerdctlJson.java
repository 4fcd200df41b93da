package io.muster.agent.runtime.container;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The JSON that nerdctl prints, which is that of Docker. */
final class NerdctlJson {
    private NerdctlJson() {}

    /**
     * Reads the output of {@code inspect}; what has no id is left out.
     *
     * @param bootedAt seconds since 1970
     * @throws IOException if it is no such output
     */
    static List<Container> containers(String json, long bootedAt) throws IOException {
        return Json.objects(json, parser -> container(parser, bootedAt)).stream()
                .filter(container -> !container.id().isEmpty())
                .toList();
    }

    private static Container container(JsonParser parser, long bootedAt) throws IOException {
        var values = new HashMap<String, String>();
        Map<String, String> state = Map.of();
        Map<String, String> labels = Map.of();
        var mounts = new ArrayList<String>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            var token = parser.nextToken();
            if (token.isScalarValue()) {
                values.put(name, parser.getText());
            } else if (name.equals("State")) {
                state = Json.values(parser);
            } else if (name.equals("Mounts") && token == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    mounts.add(Json.values(parser).getOrDefault("Destination", ""));
                }
            } else if (name.equals("Config") && token == JsonToken.START_OBJECT) {
                labels = labels(parser);
            } else {
                parser.skipChildren();
            }
        }
        var created = seconds(values.getOrDefault("Created", ""));
        var status = state.getOrDefault("Status", "").toLowerCase(Locale.ROOT);
        // containerd keeps no task, and so no status, of what a reboot has ended
        boolean cut = status.isEmpty() && created < bootedAt;
        return new Container(
                values.getOrDefault("Id", ""),
                List.of(values.getOrDefault("Name", "").replaceFirst("^/", "")),
                labels,
                status.isEmpty() ? "created" : status,
                status.equals("exited"),
                Json.number(state.getOrDefault("ExitCode", "")),
                Json.number(state.getOrDefault("Pid", "")),
                cut ? Math.max(1, created) : 0,
                0,
                "",
                false,
                false, // it tells by no field; our label does
                mounts);
    }

    private static Map<String, String> labels(JsonParser parser) throws IOException {
        Map<String, String> labels = Map.of();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            parser.nextToken();
            if (name.equals("Labels")) {
                labels = Json.values(parser);
            } else {
                parser.skipChildren();
            }
        }
        return labels;
    }

    private static long seconds(String time) {
        try {
            return OffsetDateTime.parse(time).toEpochSecond();
        } catch (DateTimeParseException e) {
            return 0;
        }
    }
}
