package io.muster.api.state;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What updates made of the tags of an agent, over those that it was started with.
 *
 * <p>Key by key the edit counts, and what was never edited follows the agent: it may come back with
 * other tags of its own.
 *
 * @param edits the value of a tag, or empty for one that was removed
 */
public record TagEdits(SortedMap<String, Optional<String>> edits) {
    /** The tags are those that the agent was started with. */
    public static final TagEdits NONE = new TagEdits(Collections.emptySortedMap());

    /** Copies the map. */
    public TagEdits {
        edits = Collections.unmodifiableSortedMap(new TreeMap<>(edits));
    }

    /** Says whether nothing was edited. */
    public boolean isEmpty() {
        return edits.isEmpty();
    }

    /** Returns the tags as everybody sees them. */
    public SortedMap<String, String> over(SortedMap<String, String> own) {
        if (edits.isEmpty()) {
            return own;
        }
        var tags = new TreeMap<>(own);
        edits.forEach((key, edit) -> {
            tags.remove(key);
            edit.ifPresent(value -> tags.put(key, value));
        });
        return Collections.unmodifiableSortedMap(tags);
    }

    /**
     * Returns the edits with which everybody sees the tags wished for. Keys that do not change keep
     * their edits; one that gets the agent's own value needs none any more.
     *
     * @param own those that the agent was started with; none if it is not there
     */
    public TagEdits toward(SortedMap<String, String> own, SortedMap<String, String> wished) {
        var next = new TreeMap<>(edits);
        var shown = over(own);
        shown.keySet().stream()
                .filter(key -> !wished.containsKey(key))
                .forEach(key -> edit(next, own, key, Optional.empty()));
        wished.forEach((key, value) -> {
            if (!value.equals(shown.get(key))) {
                edit(next, own, key, Optional.of(value));
            }
        });
        return new TagEdits(next);
    }

    private static void edit(
            SortedMap<String, Optional<String>> edits,
            SortedMap<String, String> own,
            String key,
            Optional<String> value) {
        if (Optional.ofNullable(own.get(key)).equals(value)) {
            edits.remove(key);
        } else {
            edits.put(key, value);
        }
    }
}
