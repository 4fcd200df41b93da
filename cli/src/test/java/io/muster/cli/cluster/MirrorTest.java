package io.muster.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.request.Response.AlteredFields;
import io.muster.api.tree.Node;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MirrorTest {
    private static final Node STATES =
            tree("bow", tree("web", text("Pending"), "db", text("Running")));
    private static final Node AGENTS = tree("bow", tree("tags", tree("a", text("1"))));

    private final Node.Entries before = tree("states", STATES, "agents", AGENTS);

    @Test
    void sets_what_was_updated_and_leaves_the_rest() {
        assertThat(
                        after(
                                changes("states", tree("bow", tree("web", text("Running")))),
                                updated("states.bow.web")))
                .isEqualTo(
                        tree(
                                "states",
                                tree("bow", tree("web", text("Running"), "db", text("Running"))),
                                "agents",
                                AGENTS));
    }

    @Test
    void adds_what_was_added_at_any_depth() {
        var stern = tree("cache", text("Running"));
        assertThat(after(changes("states", tree("stern", stern)), added("states.stern")))
                .isEqualTo(
                        tree(
                                "states",
                                tree(
                                        "bow",
                                        tree("web", text("Pending"), "db", text("Running")),
                                        "stern",
                                        stern),
                                "agents",
                                AGENTS));
    }

    @Test
    void removes_what_was_removed() {
        assertThat(after(Node.Entries.NONE, removed("states.bow.web", "agents.bow", "not.there")))
                .isEqualTo(
                        tree("states", tree("bow", tree("db", text("Running"))), "agents", tree()));
    }

    @Test
    void replaces_a_whole_that_was_updated_as_one() {
        assertThat(
                        after(
                                changes("agents", tree("bow", tree("tags", tree("b", text("2"))))),
                                updated("agents.bow.tags")))
                .isEqualTo(
                        tree(
                                "states",
                                STATES,
                                "agents",
                                tree("bow", tree("tags", tree("b", text("2"))))));
    }

    @Test
    void finds_what_has_no_agent_under_an_empty_key() {
        var unscheduled = tree("states", tree("", tree("job", text("NotScheduled"))));
        assertThat(Mirror.after(unscheduled, Node.Entries.NONE, removed("states..job")))
                .isEqualTo(tree("states", tree("", tree())));
    }

    private Node.Entries after(Node.Entries changes, AlteredFields altered) {
        return Mirror.after(before, changes, altered);
    }

    private static Node.Entries changes(Object... entries) {
        return tree(entries);
    }

    private static AlteredFields added(String... paths) {
        return new AlteredFields(List.of(paths), List.of(), List.of());
    }

    private static AlteredFields updated(String... paths) {
        return new AlteredFields(List.of(), List.of(paths), List.of());
    }

    private static AlteredFields removed(String... paths) {
        return new AlteredFields(List.of(), List.of(), List.of(paths));
    }

    private static Node text(String value) {
        return new Node.Text(value);
    }

    private static Node.Entries tree(Object... entries) {
        var map = new LinkedHashMap<String, Node>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put((String) entries[i], (Node) entries[i + 1]);
        }
        return new Node.Entries(map);
    }
}
