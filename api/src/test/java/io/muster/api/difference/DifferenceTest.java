package io.muster.api.difference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.muster.api.RandomStates;
import io.muster.api.Seeds;
import io.muster.api.Trees;
import io.muster.api.path.FieldMask;
import io.muster.api.path.FieldPath;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class DifferenceTest {
    private static final String WEB = "desiredState.workloads.web";
    private static final String VERSION = "desiredState.apiVersion=v1";

    /** Before; after; masks; what is added (+), updated (*) and removed (-). */
    @ParameterizedTest(name = "{2}: {3}")
    @MethodSource("table")
    void is_told_by_masks(
            List<String> before, List<String> after, List<String> masks, List<String> expected) {
        assertThat(told(before, after, masks)).containsExactlyElementsOf(expected);
    }

    static Stream<Arguments> table() {
        var none = List.of(VERSION, "desiredState.workloads={}");
        var web = List.of(VERSION, WEB + ".agent=a", WEB + ".tags.k=v", WEB + ".files=[x]");
        var other = List.of(VERSION, WEB + ".agent=b", WEB + ".tags.k=v", WEB + ".files=[x, y]");
        var all = List.<String>of();
        return Stream.of(
                // a key that only one side has: the topmost
                arguments(none, web, all, List.of("+" + WEB)),
                arguments(web, none, all, List.of("-" + WEB)),
                arguments(all, web, all, List.of("+desiredState")),
                // another value: the leaf, and lists are leaves
                arguments(web, other, all, List.of("*" + WEB + ".agent", "*" + WEB + ".files")),
                arguments(web, web, all, all),
                // masks that end above a difference, or at it
                arguments(none, web, List.of("desiredState"), List.of("+" + WEB)),
                arguments(none, web, List.of("desiredState.workloads"), List.of("+" + WEB)),
                arguments(none, web, List.of(WEB), List.of("+" + WEB)),
                arguments(none, web, List.of("*.*.*"), List.of("+" + WEB)),
                arguments(web, other, List.of(WEB + ".agent"), List.of("*" + WEB + ".agent")),
                // masks that reach deeper
                arguments(
                        none,
                        web,
                        List.of("desiredState.workloads.*.agent"),
                        List.of("+" + WEB + ".agent")),
                arguments(
                        web,
                        none,
                        List.of("desiredState.workloads.*.agent"),
                        List.of("-" + WEB + ".agent")),
                arguments(none, web, List.of(WEB + ".tags.*"), List.of("+" + WEB + ".tags.k")),
                arguments(
                        none,
                        web,
                        List.of(WEB + ".*"),
                        List.of("+" + WEB + ".agent", "+" + WEB + ".tags", "+" + WEB + ".files")),
                arguments(none, web, List.of(WEB + ".runtime"), all),
                arguments(none, web, List.of(WEB + ".agent.x"), all),
                // masks elsewhere
                arguments(web, other, List.of("workloadStates", "desiredState.configs"), all),
                arguments(web, other, List.of("desiredState.workloads.db"), all),
                // lists come, go and change, and masks see it
                arguments(List.of("x.l=[]"), List.of("x.l=[1]"), List.of("x.l"), List.of("+x.l")),
                arguments(List.of("x.l=[1]"), List.of("x.l=[]"), List.of("x.l"), List.of("-x.l")),
                arguments(List.of("x.l=[1]"), List.of("x.l=[2]"), List.of("x.*"), List.of("*x.l")),
                arguments(
                        List.of("x.a=1"),
                        List.of("x.a=1", "x.l=[2]"),
                        List.of("x.l"),
                        List.of("+x.l")),
                arguments(List.of("x.l=[1]"), List.of("x.l=[2]"), List.of("x.l.0"), all),
                // overlapping masks tell a field once
                arguments(
                        web,
                        other,
                        List.of("desiredState", WEB + ".agent", "*"),
                        List.of("*" + WEB + ".agent", "*" + WEB + ".files")),
                // another kind of value
                arguments(List.of("c.x=t"), List.of("c.x.y=t"), all, List.of("*c.x")),
                arguments(
                        List.of("c.x=t"), List.of("c.x.y=t"), List.of("c.x.y"), List.of("+c.x.y")),
                arguments(
                        List.of("c.x.y=t"), List.of("c.x=t"), List.of("c.*.*"), List.of("-c.x.y")),
                // numbers
                arguments(
                        List.of("agents.a.status.cpuUsage=#1"),
                        List.of("agents.a.status.cpuUsage=#2"),
                        List.of("agents.*.status"),
                        List.of("*agents.a.status.cpuUsage")),
                // first tags of an agent
                arguments(
                        List.of("agents.a={}"),
                        List.of("agents.a.tags.k=v"),
                        List.of("agents"),
                        List.of("+agents.a.tags")),
                // a collection that is not there while it is empty comes and goes as a whole
                arguments(
                        List.of(VERSION, WEB + ".agent=a"),
                        List.of(VERSION, WEB + ".agent=a", WEB + ".dependencies.db=RUNNING"),
                        all,
                        List.of("+" + WEB + ".dependencies")),
                arguments(
                        List.of(VERSION, WEB + ".agent=a"),
                        List.of(VERSION, WEB + ".agent=a", WEB + ".dependencies.db=RUNNING"),
                        List.of("desiredState.workloads.*.dependencies.*"),
                        List.of("+" + WEB + ".dependencies.db")),
                arguments(
                        List.of(VERSION, WEB + ".agent=a", WEB + ".dependencies.db=RUNNING"),
                        List.of(VERSION, WEB + ".agent=a"),
                        List.of(WEB),
                        List.of("-" + WEB + ".dependencies")),
                arguments(
                        List.of("agents.a.tags.k=v", "agents.a.tags.l=w"),
                        List.of("agents.a.tags.l=w"),
                        List.of("agents.*.tags"),
                        List.of("-agents.a.tags.k")),
                // a list in what comes and goes as a whole
                arguments(none, web, List.of(WEB + ".files"), List.of("+" + WEB + ".files")),
                arguments(web, none, List.of("*.*.*.files"), List.of("-" + WEB + ".files")),
                // all kinds at once, each where its mask ends
                arguments(
                        List.of("x.a=1", "x.b=1", "x.m.k=1"),
                        List.of("x.a=2", "x.m.l=1", "x.c.d=1"),
                        all,
                        List.of("+x.m.l", "+x.c", "*x.a", "-x.m.k", "-x.b")),
                arguments(
                        List.of("x.a=1", "x.b=1", "x.m.k=1"),
                        List.of("x.a=2", "x.m.l=1", "x.c.d=1"),
                        List.of("x.c.d", "x.m", "x.b.z"),
                        List.of("+x.c.d", "+x.m.l", "-x.m.k")),
                // an instance: its states come and go with it
                arguments(
                        List.of("workloadStates.a={}"),
                        List.of("workloadStates.a.web.id.state=Running"),
                        List.of("workloadStates.*.web"),
                        List.of("+workloadStates.a.web")),
                // text, list and map of one name
                arguments(List.of("c.x=t"), List.of("c.x=[t]"), List.of("c.*"), List.of("*c.x")));
    }

    @Test
    void comes_with_exactly_the_fields_told_and_the_version() {
        var before = Trees.of(VERSION, WEB + ".agent=a", WEB + ".runtime=r", "agents.a={}");
        var after = Trees.of(VERSION, WEB + ".agent=b", WEB + ".runtime=r", "agents.b={}");
        assertThat(Trees.lines(seen(before, after, "desiredState").state()))
                .containsExactly(VERSION, WEB + ".agent=b");
        assertThat(Trees.lines(seen(before, after, "agents").state()))
                .containsExactly("agents.b={}");
        var gone = Trees.of(VERSION, "desiredState.workloads={}");
        assertThat(Trees.lines(seen(before, gone, "desiredState").state()))
                .containsExactly(VERSION);
    }

    @Test
    void keeps_both_halves_of_an_execution_state_together() {
        var state = "workloadStates.a.web.id.";
        var before =
                Trees.of(
                        state + "state=Pending",
                        state + "subState=Initial",
                        state + "additionalInfo=");
        var after =
                Trees.of(
                        state + "state=Pending",
                        state + "subState=Starting",
                        state + "additionalInfo=");
        var seen = seen(before, after, "workloadStates");
        assertThat(seen.fields().updated()).containsExactly(state + "subState");
        assertThat(Trees.lines(seen.state()))
                .containsExactly(state + "state=Pending", state + "subState=Starting");
    }

    @Test
    void applied_to_what_was_before_gives_what_is_after() {
        Seeds.check(
                2_000,
                random -> {
                    var states = new RandomStates(random);
                    var before = StateTree.of(states.completeState());
                    var after = StateTree.of(states.completeState());
                    var difference = Difference.between(before, after);
                    var seen = difference.seenBy(List.of());
                    assertThat(seen.isEmpty()).isEqualTo(before.equals(after));
                    assertThat(difference.isEmpty()).isEqualTo(before.equals(after));
                    seen.ifPresent(
                            altered -> assertThat(applied(altered, before)).isEqualTo(after));
                });
    }

    @Test
    void as_seen_by_any_masks_is_all_that_they_would_read_differently() {
        Seeds.check(
                2_000,
                random -> {
                    var states = new RandomStates(random);
                    var before = StateTree.of(states.completeState());
                    var after = StateTree.of(states.completeState());
                    var masks = new ArrayList<FieldMask>();
                    for (int i = random.nextInt(3); i >= 0; i--) {
                        var one = random.nextBoolean() ? before : after;
                        masks.add(mask(states, random.nextInt(6), one));
                    }
                    var seen = Difference.between(before, after).seenBy(masks);
                    var changed = new ArrayList<FieldPath>();
                    seen.ifPresent(altered -> {
                        changed.addAll(altered.added());
                        changed.addAll(altered.updated());
                        changed.addAll(altered.removed());
                        assertThat(changed).doesNotHaveDuplicates();
                        altered.added().forEach(p -> assertThat(find(after, p)).isNotNull());
                        altered.updated()
                                .forEach(p ->
                                        assertThat(find(after, p)).isNotEqualTo(find(before, p)));
                        altered.removed().forEach(p -> assertThat(find(before, p)).isNotNull());
                    });
                    boolean differs =
                            masks.stream()
                                    .anyMatch(mask ->
                                            !fields(before, mask).equals(fields(after, mask)));
                    assertThat(seen.isPresent()).isEqualTo(differs);
                });
    }

    /** What stands at the end of a mask, by path. */
    private static Map<List<String>, Node> fields(Node tree, FieldMask mask) {
        var fields = new LinkedHashMap<List<String>, Node>();
        fields(tree, mask.segments(), List.of(), fields);
        return fields;
    }

    private static void fields(
            Node node, List<String> mask, List<String> path, Map<List<String>, Node> found) {
        if (mask.isEmpty()) {
            found.put(path, node);
        } else if (node instanceof Node.Entries(var entries)) {
            entries.forEach((key, child) -> {
                if (mask.getFirst().equals("*") || mask.getFirst().equals(key)) {
                    var longer = new ArrayList<>(path);
                    longer.add(key);
                    fields(child, mask.subList(1, mask.size()), longer, found);
                }
            });
        }
    }

    private static FieldMask mask(RandomStates states, int length, Node tree) {
        var segments = new ArrayList<String>();
        var node = tree;
        while (segments.size() < length
                && node instanceof Node.Entries(var entries)
                && !entries.isEmpty()) {
            var key = states.one(List.copyOf(entries.keySet()));
            node = entries.getOrDefault(key, Node.Entries.NONE);
            segments.add(states.one(List.of(key, key, "*")));
        }
        return new FieldMask(segments);
    }

    private static Altered seen(Node.Entries before, Node.Entries after, String mask) {
        return Difference.between(before, after)
                .seenBy(List.of(FieldMask.of(mask.split("\\."))))
                .orElseThrow();
    }

    private static List<String> told(List<String> before, List<String> after, List<String> masks) {
        var told = new ArrayList<String>();
        Difference.between(tree(before), tree(after))
                .seenBy(masks.stream().map(m -> FieldMask.of(m.split("\\."))).toList())
                .ifPresent(altered -> {
                    altered.fields().added().forEach(path -> told.add("+" + path));
                    altered.fields().updated().forEach(path -> told.add("*" + path));
                    altered.fields().removed().forEach(path -> told.add("-" + path));
                });
        return told;
    }

    private static Node.Entries tree(List<String> lines) {
        return Trees.of(lines.toArray(String[]::new));
    }

    /** What a subscriber does who keeps a copy. */
    private static Node applied(Altered altered, Node.Entries base) {
        Node tree = base;
        for (var path : altered.removed()) {
            tree = put(tree, path.segments(), find(altered.state(), path));
        }
        for (var paths : List.of(altered.added(), altered.updated())) {
            for (var path : paths) {
                tree = put(tree, path.segments(), find(altered.state(), path));
            }
        }
        return tree;
    }

    private static Node put(Node tree, List<String> path, @Nullable Node value) {
        var entries = new LinkedHashMap<>(((Node.Entries) tree).entries());
        var key = path.getFirst();
        if (path.size() > 1) {
            var child = Optional.ofNullable(entries.get(key)).orElseThrow();
            entries.put(key, put(child, path.subList(1, path.size()), value));
        } else if (value == null) {
            entries.remove(key);
        } else {
            entries.put(key, value);
        }
        return new Node.Entries(entries);
    }

    private static @Nullable Node find(Node tree, FieldPath path) {
        var node = tree;
        for (var key : path.segments()) {
            if (!(node instanceof Node.Entries(var entries)) || entries.get(key) == null) {
                return null;
            }
            node = Optional.ofNullable(entries.get(key)).orElseThrow();
        }
        return node;
    }
}
