package io.muster.cli.difference;

import io.muster.api.tree.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parts of trees that differences and plans share. */
final class Trees {
    private Trees() {}

    static Node fields(List<FieldChange> changes) {
        var fields = new ArrayList<Node>();
        for (var change : changes) {
            fields.add(new Node.Entries(field(change)));
        }
        return new Node.Items(fields);
    }

    static Map<String, Node> field(FieldChange change) {
        var entries = new LinkedHashMap<String, Node>();
        entries.put("path", new Node.Text(change.path()));
        change.before().ifPresent(text -> entries.put("before", new Node.Text(text)));
        change.after().ifPresent(text -> entries.put("after", new Node.Text(text)));
        return entries;
    }
}
