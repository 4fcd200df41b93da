package io.muster.api.topic;

/**
 * Chooses topics, with the wildcards of MQTT: {@code +} is one level, {@code #} at the end is all
 * levels from there.
 *
 * <p>Shared subscriptions ({@code $share/...}) are no filters here: they are not used, and
 * malformed ones harm some brokers.
 */
public record TopicFilter(String value) {
    /** Checks the filter (MQTT 5.0, 4.7.1). */
    public TopicFilter {
        if (value.isEmpty()
                || value.length() > 1024
                || value.startsWith("$")
                || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "\"" + value + "\" is no topic filter that is used here");
        }
        var levels = value.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            var level = levels[i];
            boolean plus = level.indexOf('+') >= 0;
            boolean hash = level.indexOf('#') >= 0;
            if (((plus || hash) && level.length() > 1) || (hash && i < levels.length - 1)) {
                throw new IllegalArgumentException(
                        "\"" + value + "\" has a wildcard where none may be");
            }
        }
    }

    /** Chooses exactly one topic. */
    public static TopicFilter of(Topic topic) {
        return new TopicFilter(topic.value());
    }

    /** Says whether the filter chooses this topic. */
    public boolean matches(Topic topic) {
        var text = topic.value();
        if (text.startsWith("$") && (value.startsWith("+") || value.startsWith("#"))) {
            return false; // MQTT 5.0, 4.7.2-1: a wildcard does not match $-topics
        }
        var wanted = value.split("/", -1);
        var given = text.split("/", -1);
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals("#")) {
                return true;
            }
            if (i >= given.length || (!wanted[i].equals("+") && !wanted[i].equals(given[i]))) {
                return false;
            }
        }
        return wanted.length == given.length;
    }

    @Override
    public String toString() {
        return value;
    }
}
