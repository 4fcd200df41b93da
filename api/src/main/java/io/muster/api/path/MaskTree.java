package io.muster.api.path;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Many masks in one tree, so that a state is walked once for all of them. */
final class MaskTree {
    private final Map<String, MaskTree> children = new HashMap<>();
    private boolean ends;

    void add(List<String> segments) {
        var tree = this;
        for (var segment : segments) {
            tree = tree.children.computeIfAbsent(segment, _ -> new MaskTree());
        }
        tree.ends = true;
    }

    /** Says whether a mask ends here, which chooses everything below. */
    boolean endsHere() {
        return ends;
    }

    /** The masks that lead on below a key. */
    Stream<MaskTree> below(String key) {
        return Stream.concat(
                child(key), key.equals(FieldMask.ANY) ? Stream.of() : child(FieldMask.ANY));
    }

    private Stream<MaskTree> child(String segment) {
        return Optional.ofNullable(children.get(segment)).stream();
    }
}
