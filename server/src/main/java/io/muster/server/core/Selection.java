package io.muster.server.core;

import io.muster.api.path.FieldMask;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.pcollections.PSortedMap;

/**
 * What of a state masks can reach at all, so that a read costs what it reads: a coarse choice
 * before the exact one.
 *
 * @param masks no masks choose everything
 */
record Selection(List<FieldMask> masks) {
    static final Selection EVERYTHING = new Selection(List.of());

    Selection {
        masks = masks.isEmpty() ? List.of(FieldMask.of()) : List.copyOf(masks);
    }

    /** Says whether a mask and a path lie on one line from the root. */
    static boolean matches(FieldMask mask, List<String> path) {
        var keys = mask.segments();
        for (int i = 0; i < Math.min(keys.size(), path.size()); i++) {
            if (!keys.get(i).equals(FieldMask.ANY) && !keys.get(i).equals(path.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Says whether a mask reaches a path and has its last key by name, not by a wildcard. */
    boolean names(String... path) {
        var wanted = List.of(path);
        return masks.stream()
                .anyMatch(mask ->
                        mask.segments().size() >= path.length
                                && mask.segments().get(path.length - 1).equals(wanted.getLast())
                                && matches(mask, wanted));
    }

    /**
     * Chooses entries of a map that stands at {@code path}; looks single keys up instead of walking
     * the map.
     *
     * @param key finds a key for its text
     */
    <K, V> SortedMap<K, V> of(
            PSortedMap<K, V> map, Function<String, Optional<K>> key, String... path) {
        var parent = List.of(path);
        var found = new TreeMap<K, V>();
        for (var mask : masks) {
            if (matches(mask, parent)) {
                var keys = mask.segments();
                if (keys.size() <= parent.size() || keys.get(parent.size()).equals(FieldMask.ANY)) {
                    return map;
                }
                key.apply(keys.get(parent.size()))
                        .ifPresent(wanted -> {
                            var value = map.get(wanted);
                            if (value != null) {
                                found.put(wanted, value);
                            }
                        });
            }
        }
        return found;
    }
}
