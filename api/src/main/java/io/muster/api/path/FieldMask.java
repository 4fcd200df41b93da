package io.muster.api.path;

import io.muster.api.outcome.Outcome;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Chooses fields of the state's tree: keys joined by dots, where a reader may write {@code *} for
 * all keys of a map.
 *
 * @param segments keys or {@code *}; empty is the whole tree
 */
public record FieldMask(List<String> segments) {
    /** The segment that stands for all keys. */
    public static final String ANY = "*";

    /** Keys of tags are free text, so only what no path could have is left out. */
    private static final Pattern SEGMENT = Pattern.compile("[^.\\p{Cntrl}]{1,256}");

    private static final int MAX_SEGMENTS = 64;

    /** Copies the list. */
    public FieldMask {
        segments = List.copyOf(segments);
    }

    /** Chooses by keys. */
    public static FieldMask of(String... segments) {
        return new FieldMask(List.of(segments));
    }

    /**
     * Reads {@code a.b.*.c}. No text stands for the whole tree: an empty one is mostly a variable
     * that was not set, and would replace everything.
     */
    public static Outcome<FieldMask> parse(String text) {
        if (text.isEmpty()) {
            return Outcome.refused(
                    "field mask",
                    "is empty",
                    "name a field, such as desiredState.workloads.web, or desiredState for all of"
                            + " it");
        }
        var segments = List.of(text.split("\\.", -1));
        if (segments.size() > MAX_SEGMENTS
                || !filled(segments).stream().allMatch(s -> SEGMENT.matcher(s).matches())) {
            return Outcome.refused(
                    "field mask",
                    "\"%s\" is no field mask"
                            .formatted(text.length() > 200 ? text.substring(0, 200) : text),
                    "write at most %d keys, or *, joined by dots, such as desiredState.workloads.web"
                            .formatted(MAX_SEGMENTS));
        }
        return Outcome.accepted(new FieldMask(segments));
    }

    /** Leaves out the one key that may be empty: the agent of states that are not scheduled. */
    private static List<String> filled(List<String> segments) {
        return segments.size() > 1
                        && segments.getFirst().equals("workloadStates")
                        && segments.get(1).isEmpty()
                ? segments.subList(2, segments.size())
                : segments;
    }

    @Override
    public String toString() {
        return String.join(".", segments);
    }
}
