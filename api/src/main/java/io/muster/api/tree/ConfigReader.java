package io.muster.api.tree;

import io.muster.api.state.ConfigItem;
import java.util.ArrayList;
import java.util.Optional;
import java.util.TreeMap;

/** Reads configs: texts, lists and maps, where each key of a map is a name. */
final class ConfigReader {
    /** So deep that nobody misses it, and shallow enough for every parser on the way. */
    static final int MAX_DEPTH = 24;

    private ConfigReader() {}

    static Optional<ConfigItem> item(Cursor cursor) {
        return item(cursor, 1);
    }

    private static Optional<ConfigItem> item(Cursor cursor, int depth) {
        if (depth > MAX_DEPTH) {
            cursor.problem(
                    "lies deeper than %d levels".formatted(MAX_DEPTH), "nest the config less");
            return Optional.empty();
        }
        return switch (cursor.node()) {
            case Node.Text _, Node.Whole _ -> cursor.text().map(ConfigItem.Text::new);
            case Node.Items _ -> {
                var values = new ArrayList<ConfigItem>();
                cursor.items().forEach(value -> item(value, depth + 1).ifPresent(values::add));
                yield Optional.of(new ConfigItem.Items(values));
            }
            case Node.Entries _ -> {
                var fields = new TreeMap<String, ConfigItem>();
                cursor.entries()
                        .forEach((key, value) -> {
                            value.keyIsName("config key", key);
                            item(value, depth + 1).ifPresent(field -> fields.put(key, field));
                        });
                yield Optional.of(new ConfigItem.Fields(fields));
            }
        };
    }
}
