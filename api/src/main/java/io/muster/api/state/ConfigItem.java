package io.muster.api.state;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A value that templates draw from: text, or lists and maps of it. */
public sealed interface ConfigItem {
    /** A text. */
    record Text(String value) implements ConfigItem {}

    /** A list. */
    record Items(List<ConfigItem> values) implements ConfigItem {
        /** Copies the list. */
        public Items {
            values = List.copyOf(values);
        }
    }

    /** A map; each key is a name. */
    record Fields(SortedMap<String, ConfigItem> fields) implements ConfigItem {
        /** Copies the map. */
        public Fields {
            fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
        }

        /** Copies any map. */
        public static Fields of(Map<String, ConfigItem> fields) {
            return new Fields(new TreeMap<>(fields));
        }
    }
}
