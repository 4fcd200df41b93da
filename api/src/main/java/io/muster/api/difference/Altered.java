package io.muster.api.difference;

import io.muster.api.path.FieldPath;
import io.muster.api.request.Response.AlteredFields;
import io.muster.api.tree.Node;
import java.util.List;

/**
 * What one subscriber is told of a difference.
 *
 * @param state the tree after it, cut down to these fields and to what comes along with them; what
 *     was removed has no value in it, unless it is a list that became empty
 */
public record Altered(
        List<FieldPath> added,
        List<FieldPath> updated,
        List<FieldPath> removed,
        Node.Entries state) {
    /** Copies the lists. */
    public Altered {
        added = List.copyOf(added);
        updated = List.copyOf(updated);
        removed = List.copyOf(removed);
    }

    /** Returns the paths as they travel. */
    public AlteredFields fields() {
        return new AlteredFields(texts(added), texts(updated), texts(removed));
    }

    private static List<String> texts(List<FieldPath> paths) {
        return paths.stream().map(FieldPath::toString).toList();
    }
}
