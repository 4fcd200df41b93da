package io.muster.api.name;

import java.util.regex.Pattern;

/**
 * The rule for names of workloads, agents, configs and clusters: 1 to 63 characters of {@code
 * [a-zA-Z0-9_-]}.
 *
 * <p>Such names need no quoting in a field path, a topic or a container name.
 */
public final class Names {
    /** The longest name, in characters. */
    public static final int MAX_LENGTH = 63;

    private static final Pattern ALLOWED = Pattern.compile("[a-zA-Z0-9_-]{1," + MAX_LENGTH + "}");

    private Names() {}

    /** Says whether {@code text} may be a name. */
    public static boolean isName(String text) {
        return ALLOWED.matcher(text).matches();
    }

    static String checked(String kind, String text) {
        if (isName(text)) {
            return text;
        }
        throw new IllegalArgumentException(
                "%s \"%s\": %s"
                        .formatted(
                                kind,
                                text.length() > 200 ? text.substring(0, 200) : text,
                                complaint(text)));
    }

    /**
     * Says what is wrong with {@code text} as a name, for a message; the text must not be a name.
     */
    public static String complaint(String text) {
        if (text.isEmpty()) {
            return "is empty; use 1 to " + MAX_LENGTH + " characters of [a-zA-Z0-9_-]";
        }
        if (text.length() > MAX_LENGTH) {
            return "has %d characters; use at most %d".formatted(text.length(), MAX_LENGTH);
        }
        return "has characters other than [a-zA-Z0-9_-]; leave them out";
    }
}
