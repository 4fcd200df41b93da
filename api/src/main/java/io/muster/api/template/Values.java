package io.muster.api.template;

import io.muster.api.state.ConfigItem;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Configs as templates see them: texts, lists and maps, and nothing else of Java. Views, because a
 * template seldom needs all of a config.
 */
final class Values {
    private Values() {}

    static Object of(ConfigItem item) {
        return switch (item) {
            case ConfigItem.Text(var value) -> value;
            case ConfigItem.Items(var values) -> new ListView(values);
            case ConfigItem.Fields(var fields) -> new MapView(fields);
        };
    }

    static Map<String, Object> of(Map<String, ConfigItem> items) {
        return new MapView(items);
    }

    /** Nothing, false, zero and what is empty are false. */
    static boolean isTrue(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean truth -> truth;
            case Number number -> number.doubleValue() != 0;
            case CharSequence text -> !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }

    /** What a tag writes. A list is written as YAML and JSON know it; a map has no such form. */
    static String text(Object value) {
        return switch (value) {
            case List<?> list -> {
                var text = new StringBuilder("[");
                for (var item : list) {
                    text.append(text.length() == 1 ? "" : ", ").append(text(item));
                }
                yield text.append(']').toString();
            }
            case Map<?, ?> map ->
                    throw new TemplateFault(
                            "a map is no text",
                            map.isEmpty()
                                    ? "insert one of its values; it has none yet"
                                    : "insert one of its values, such as that of \"%s\""
                                            .formatted(map.keySet().iterator().next()));
            default -> value.toString();
        };
    }

    /** Says how long the text is, without making it. */
    static long length(Object value) {
        return switch (value) {
            case CharSequence text -> text.length();
            case List<?> list -> list.stream().mapToLong(item -> length(item) + 2).sum() + 2;
            default -> 0;
        };
    }

    private static final class ListView extends AbstractList<Object> {
        private final List<ConfigItem> items;

        ListView(List<ConfigItem> items) {
            this.items = items;
        }

        @Override
        public Object get(int index) {
            return of(items.get(index));
        }

        @Override
        public int size() {
            return items.size();
        }
    }

    private static final class MapView extends AbstractMap<String, Object> {
        private final Map<String, ConfigItem> fields;

        MapView(Map<String, ConfigItem> fields) {
            this.fields = fields;
        }

        @Override
        public boolean containsKey(@Nullable Object key) {
            return key != null && fields.containsKey(key);
        }

        @Override
        public @Nullable Object get(@Nullable Object key) {
            var item = key == null ? null : fields.get(key);
            return item == null ? null : of(item);
        }

        @Override
        public Set<Entry<String, Object>> entrySet() {
            return new AbstractSet<>() {
                @Override
                public Iterator<Entry<String, Object>> iterator() {
                    return fields.entrySet().stream()
                            .map(entry -> Map.entry(entry.getKey(), of(entry.getValue())))
                            .iterator();
                }

                @Override
                public int size() {
                    return fields.size();
                }
            };
        }
    }
}
